// Why an apply was refused: the object that the message is about, and where the field is written that it names. Pure.
import { inventoryOfKustomization } from '../../model/inventoryOfKustomization.ts';
import type { JsonObject } from '../../model/json.ts';
import { manifestRef } from '../../model/manifest.ts';
import { printRef } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { WorkspaceState } from '../../workspace/state.ts';
import { objectName } from '../names.ts';
import { inOneLine, placed } from './chain.ts';
import type { WhyLink } from './chain.ts';
import { fieldNamedIn, placeOf, renderedNode, renderingOf } from './written.ts';

/** The links behind `apps cannot be applied`. */
export function applyLinks(state: WorkspaceState, kustomization: JsonObject, message: string): WhyLink[] {
  // What was applied nonetheless stands in the lines below.
  const [first = ''] = message.split('\n', 1);
  const named = objectNamedIn(first, [
    ...inventoryOfKustomization(kustomization),
    ...(renderingOf(state, kustomization)?.manifests ?? []).map(manifestRef).flatMap(inNamespace),
  ]);
  if (!named) return [{ text: inOneLine(first) }];
  const { ref, rest } = named;
  const said = rest
    .replace(/^(?:dry-run failed|apply failed)(?: \(\w+\))?: /, '')
    .replace(/^\S+ "[^"]*" is invalid: /, '');
  const written = renderedNode(state, ref, kustomization);
  const field = written && fieldNamedIn(said, written);
  const place = placeOf(field?.node) ?? placeOf(written);
  return [
    { text: `${objectName(ref)} is refused: ${inOneLine(said)}`, target: { kind: 'object', ref } },
    ...(place ? [placed(place, field?.isItself ? 'that field is set in' : 'it is written in')] : []),
  ];
}

/** What names no namespace may be of none, or of the one that Flux takes by default. */
function inNamespace(ref: ObjectRef): ObjectRef[] {
  return ref.namespace === '' ? [ref, { ...ref, namespace: 'default' }] : [ref];
}

/** The object whose name the message begins with, as Flux prints it. */
function objectNamedIn(
  message: string,
  refs: readonly ObjectRef[],
): { readonly ref: ObjectRef; readonly rest: string } | undefined {
  for (const ref of refs) {
    const name = printRef(ref);
    if (message.startsWith(`${name} `) || message.startsWith(`${name}: `))
      return { ref, rest: message.slice(name.length).replace(/^:? /, '') };
  }
  return undefined;
}
