// Text -> resources, as kustomize takes them: empty documents dropped, lists of objects inlined, kind and name required.
// Knows nothing of where the text came from.
import type { Finding } from '../../model/finding.ts';
import { child, textOf, visitNodes } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import type { Place, SourceText } from '../../model/sourceText.ts';
import { readYaml } from '../../yaml/read.ts';
import type { ReadResult } from '../../yaml/read.ts';
import { readMarks } from '../annotations/buildMarks.ts';
import { resourceInvalid, twiceInPatch } from '../findings.ts';
import { reportUnfitItem } from '../json/jsonForm.ts';
import { throughJsonText } from '../json/throughJson.ts';
import { newResource } from '../resource.ts';
import type { IsClusterScoped, Resource } from '../resource.ts';

export interface ResourcesRead {
  readonly resources: Resource[];
  readonly findings: Finding[];
}

/**
 * Reads all objects of a text. Duplicate keys are not judged here: upstream fails on them only at output, when the
 * object is still there. Annotations of kustomize's own (`needsHashSuffix`, `generatorBehavior`) take effect.
 */
export function readResources(
  source: SourceText,
  isClusterScoped: IsClusterScoped,
  role: 'resource' | 'patch' = 'resource',
): ResourcesRead {
  return takeResources(readYaml(source, 'resource', { unfit: 'kept' }), isClusterScoped, role);
}

/** As `readResources`, of documents that have been read already. */
export function takeResources(
  { documents, findings }: ReadResult,
  isClusterScoped: IsClusterScoped,
  role: 'resource' | 'patch' = 'resource',
): ResourcesRead {
  const keys = role === 'patch' && findings.length > 0 ? keyStarts(documents) : undefined;
  const found = findings.filter(({ code, at }) => code !== 'yaml-duplicate-key' && !(at && keys?.has(at.start)));
  const nodes = inlineLists(validNodes(unwrapList(documents), found, role), found);
  if (role === 'patch')
    for (const finding of findings) if (finding.code === 'yaml-duplicate-key') found.push(twiceInPatch(finding));
  const resources = nodes.map((node) => readMarks(newResource(node, isClusterScoped)));
  const written = new Set<Node>(documents);
  for (const resource of resources) {
    resource.hasComments = written.has(resource.node);
    resource.hasFoot = resource.read?.foot !== undefined && resource.hasComments;
  }
  return { resources, findings: found };
}

/** Where keys stand. In a patch a key such as `80` is fine: it is merged into the key of that text. */
function keyStarts(documents: readonly Node[]): ReadonlySet<number> {
  const starts = new Set<number>();
  for (const document of documents) {
    visitNodes(document, (node) => {
      if (node.kind === 'map')
        for (const { keyPlace } of node.entries.values()) if (keyPlace) starts.add(keyPlace.start);
    });
  }
  return starts;
}

/** A text that is one `List` stands for its items, whatever they are. */
function unwrapList(documents: readonly Node[]): readonly Node[] {
  const [only] = documents;
  if (documents.length !== 1 || !only) return documents;
  const kind = textOf(child(only, 'kind'));
  if (kind !== 'List' && kind !== 'ResourceList') return documents;
  const items = child(only, 'items');
  // Of a map upstream takes keys and values alike, of which no key is an object.
  if (items?.kind === 'map' && items.entries.size > 0) return [items];
  if (items) return items.kind === 'list' ? items.items : [];
  return child(only, 'functionConfig') ? [] : documents;
}

function isEmpty(node: Node): boolean {
  if (node.kind === 'scalar') return node.value === null;
  return node.kind === 'map' ? node.entries.size === 0 : node.items.length === 0;
}

function validNodes(nodes: readonly Node[], findings: Finding[], role: 'resource' | 'patch' = 'resource'): MapNode[] {
  const valid: MapNode[] = [];
  for (const node of nodes) {
    if (isEmpty(node)) continue;
    const problem = problemOf(node, role);
    if (problem === undefined) valid.push(node as MapNode);
    else if (!findings.some((finding) => isErrorWithin(finding, node.origin.place)))
      findings.push(resourceInvalid(problem, node.origin.place));
  }
  return valid;
}

/** What a part that could not be read would have said is not missed as well. */
function isErrorWithin({ severity, at }: Finding, place: Place | undefined): boolean {
  return (
    severity === 'error' && at !== undefined && place !== undefined && at.start >= place.start && at.end <= place.end
  );
}

const remedies = {
  resource: 'write one with apiVersion, kind and metadata.name, or leave this file out',
  patch: "name the object to patch by apiVersion, kind and metadata.name, or write operations that start with '- op:'",
};

function problemOf(node: Node, role: 'resource' | 'patch'): string | undefined {
  if (node.kind === 'scalar' && node.text.startsWith('version https://git-lfs'))
    return 'this is a Git LFS pointer, not the file itself: fetch it with "git lfs pull"';
  const remedy = remedies[role];
  if (node.kind !== 'map')
    return `an object is needed here, not ${node.kind === 'list' ? 'a list' : 'plain text'}: ${remedy}`;
  const kind = textOf(child(node, 'kind')) ?? '';
  if (kind === '') return `the object has no kind: ${remedy}`;
  const metadata = child(node, 'metadata');
  const name = child(metadata, 'name');
  const named = name?.kind === 'scalar' && name.tag !== '!!null' && name.text !== '';
  if (named || kind.endsWith('List')) return undefined;
  return child(metadata, 'generateName')
    ? `the ${kind} has no metadata.name: kustomize needs one, generateName is not enough`
    : `the ${kind} has no metadata.name: give it one`;
}

/** Replaces each object of a kind `...List` that has items by them; they come behind all others, as upstream has it. */
function inlineLists(nodes: readonly MapNode[], findings: Finding[]): MapNode[] {
  const queue = [...nodes];
  const result: MapNode[] = [];
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at] as MapNode;
    const kind = textOf(child(node, 'kind')) ?? '';
    const isList = kind.endsWith('List');
    // Whatever it holds passes through JSON.
    if (isList) reportUnfitItem(node, (finding) => findings.push(finding));
    const items = isList ? child(node, 'items') : undefined;
    if (!items) result.push(node);
    else if (items.kind === 'list') queue.push(...validNodes(items.items.map(throughJsonText), findings));
    else if (!isEmpty(items) || items.kind === 'map') {
      findings.push(resourceInvalid(`the items of a ${kind} must be a list: start each with '- '`, items.origin.place));
    }
  }
  return result;
}
