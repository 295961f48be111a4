// Where a field of an object is written, in the files as they are now. Reads the origins of what was rendered. Pure.
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { child, nodeAt, textOf } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import { nodeAtPath, parseFieldPath } from '../../model/fieldPath.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { chainOf } from '../../model/origin.ts';
import type { Place } from '../../model/sourceText.ts';
import type { JsonObject } from '../../model/json.ts';
import { renderingsOf } from '../../workspace/files/fluxRenderings.ts';
import type { Root, RootRendering, WorkspaceState } from '../../workspace/state.ts';
import { isFromSecret } from '../explanation.ts';

/** The rendering that the folder makes of a Kustomization of a cluster. */
export function renderingOf(state: WorkspaceState, kustomization: JsonObject): RootRendering | undefined {
  return renderingsOf(state, kustomization)[0];
}

/** The Kustomization as a file writes it. */
export function fileOf(state: WorkspaceState, kustomization: JsonObject): (Root & { kind: 'flux' }) | undefined {
  const root = renderingOf(state, kustomization)?.root;
  return root?.kind === 'flux' ? root : undefined;
}

/** An object as the files render it: of the Kustomization that owns it, of any where none is known. */
export function renderedNode(
  state: WorkspaceState,
  ref: ObjectRef,
  owner: JsonObject | undefined,
): MapNode | undefined {
  const own = owner && renderingOf(state, owner);
  const all = owner ? (own ? [own] : []) : [...state.renderings.values()].filter(({ root }) => root.kind === 'flux');
  for (const rendering of all) {
    const found = [...rendering.manifests, ...rendering.lastGood].find((manifest) => isOf(manifest, ref));
    if (found) return found.node;
  }
  return undefined;
}

/** What names no namespace goes to the one that Flux takes by default. */
function isOf(manifest: Manifest, ref: ObjectRef): boolean {
  const { group, kind, name, namespace } = manifestRef(manifest);
  return (
    name === ref.name &&
    kind === ref.kind &&
    group === ref.group &&
    (namespace === ref.namespace || (namespace === '' && ref.namespace === 'default'))
  );
}

/** The newest place that had a say in a value. */
export function placeOf(node: Node | undefined): Place | undefined {
  return node && chainOf(node.origin).find(({ place }) => place !== undefined)?.place;
}

/** Whether a value came, whole or in part, from a Secret. */
export function isHidden(node: Node | undefined): boolean {
  return node !== undefined && isFromSecret(node.origin);
}

/** A container of a workload or a pod, by its name. */
export function containerNode(object: MapNode | undefined, name: string): Node | undefined {
  const pod = podSpecNode(object);
  for (const field of ['initContainers', 'containers']) {
    const list = child(pod, field);
    const found = list?.kind === 'list' ? list.items.find((item) => textOf(child(item, 'name')) === name) : undefined;
    if (found) return found;
  }
  return undefined;
}

function podSpecNode(object: MapNode | undefined): Node | undefined {
  const spec = child(object, 'spec');
  return nodeAt(spec, ['template', 'spec']) ?? nodeAt(spec, ['jobTemplate', 'spec', 'template', 'spec']) ?? spec;
}

/** The fields of a container that name a ConfigMap or a Secret for its environment. */
export function environmentNames(container: Node | undefined): Node[] {
  const items = (list: Node | undefined): readonly Node[] => (list?.kind === 'list' ? list.items : []);
  const from = items(child(container, 'envFrom')).flatMap((one) => [
    nodeAt(one, ['configMapRef', 'name']),
    nodeAt(one, ['secretRef', 'name']),
  ]);
  const env = items(child(container, 'env')).flatMap((one) => [
    nodeAt(one, ['valueFrom', 'configMapKeyRef', 'name']),
    nodeAt(one, ['valueFrom', 'secretKeyRef', 'name']),
  ]);
  return [...from, ...env].filter((node) => node !== undefined);
}

const FIELD =
  /(?:^|[\s:[(,])\.?((?:spec|metadata|data|stringData|rules|subjects|roleRef|webhooks|type)(?:[.[][^\s:,()]*)?)/g;

/** The first field that a message names and the object has, or what is nearest above it. */
export function fieldNamedIn(
  message: string,
  object: MapNode,
): { readonly node: Node; readonly isItself: boolean } | undefined {
  for (const match of message.matchAll(FIELD)) {
    const steps = parseFieldPath((match[1] ?? '').replace(/\.$/, '')) ?? [];
    for (let length = steps.length; length > 0; length--) {
      const node = nodeAtPath(object, steps.slice(0, length));
      if (node && placeOf(node)) return { node, isItself: length === steps.length };
    }
  }
  return undefined;
}
