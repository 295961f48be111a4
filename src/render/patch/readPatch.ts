// The text of a patch -> strategic merge patches or JSON 6902 operations. Kustomize tries both readings of every text, each
// in its own YAML dialect; so does this. Applies nothing.
import type { Finding } from '../../model/finding.ts';
import { hasErrors } from '../../model/finding.ts';
import type { JsonValue } from '../../model/json.ts';
import { parseJson } from '../../model/jsonText.ts';
import { depthOf, MapEntry, visitNodes } from '../../model/node.ts';
import type { Duplicate, Node } from '../../model/node.ts';
import type { Place } from '../../model/sourceText.ts';
import { nodeOfJson } from '../../yaml/nodeOfJson.ts';
import { readYaml } from '../../yaml/read.ts';
import { readResources } from '../load/readResources.ts';
import type { IsClusterScoped, Resource } from '../resource.ts';
import type { EmbeddedText } from './embeddedText.ts';
import { patchTooDeep, patchUnreadable } from './findings.ts';

export type PatchContent =
  | { readonly form: 'strategic'; readonly patches: readonly Resource[] }
  | { readonly form: 'json6902'; readonly operations: readonly Node[] };

/** Reads a patch in either form. An empty text is an empty strategic merge patch, which does nothing. */
export function readPatch(
  text: EmbeddedText,
  isClusterScoped: IsClusterScoped,
  report: (finding: Finding) => void,
): PatchContent | undefined {
  const strategic = readStrategicPatches(text, isClusterScoped);
  if (!hasErrors(strategic.findings)) {
    strategic.findings.forEach(report);
    return { form: 'strategic', patches: strategic.patches };
  }
  const json = readOperations(text);
  if ('operations' in json) {
    json.warnings.forEach(report);
    return { form: 'json6902', operations: json.operations };
  }
  const looksLikeOperations = json.isList || text.source.text.trimStart().startsWith('[');
  for (const finding of looksLikeOperations ? json.findings : strategic.findings) report(finding);
  return undefined;
}

/** Merging recurs. Upstream has no limit but its memory. */
const MAX_DEPTH = 500;

/** Reads strategic merge patches: one for each document. */
export function readStrategicPatches(
  text: EmbeddedText,
  isClusterScoped: IsClusterScoped,
): { patches: Resource[]; findings: Finding[] } {
  const { resources, findings } = readResources(text.source, isClusterScoped, 'patch');
  for (const resource of resources) relocate(resource.node, text);
  const located = findings.map((finding) => locateFinding(finding, text));
  const deep = resources.find((resource) => depthOf(resource.node) > MAX_DEPTH);
  if (deep) return { patches: [], findings: [...located, patchTooDeep(MAX_DEPTH, deep.node.origin.place)] };
  return {
    patches: resources,
    findings: located.map((found) =>
      found.code === 'resource-invalid' ? { ...found, code: 'patch-invalid' as const } : found,
    ),
  };
}

type OperationsRead =
  | { readonly operations: readonly Node[]; readonly warnings: readonly Finding[] }
  | { readonly findings: readonly Finding[]; readonly isList: boolean };

/** Reads the operations of a JSON 6902 patch, from JSON or YAML. Only the first document counts. */
export function readOperations(text: EmbeddedText): OperationsRead {
  const { documents, findings } = readYaml(text.source, 'kubernetes', { integers: 'float64' });
  const isWrong = hasErrors(findings);
  const located = findings.map((finding) => locateFinding(finding, text));
  const json = isWrong ? jsonOf(text) : undefined;
  if (isWrong && !json) return { findings: located, isList: false };
  const document = json ?? documents[0];
  if (!document) return { operations: [], warnings: located };
  if (!json) relocate(document, text);
  const whole = document.origin.place;
  const refused = (message: string, at: Place | undefined, isList: boolean): OperationsRead => ({
    findings: [patchUnreadable(message, at)],
    isList,
  });
  if (document.kind !== 'list')
    return refused("a JSON patch is a list of operations: start each with '- op:'", whole, false);
  if (text.source.text.startsWith('[') && !isJson(text.source.text)) {
    return refused('a JSON patch that starts with "[" must be JSON: quote its keys and texts', whole, true);
  }
  // One that is null is wrong where it is to be done only.
  const wrong = document.items.find((item) => item.kind !== 'map' && !(item.kind === 'scalar' && item.value === null));
  if (wrong) return refused('an operation of a JSON patch is a map with op and path', wrong.origin.place, true);
  return { operations: document.items, warnings: json ? [] : located };
}

/** What is no YAML can be JSON: a tab at the end, `\/`, halves of a character. All of it stands at the place of the text. */
function jsonOf({ source, locate }: EmbeddedText): Node | undefined {
  const { text } = source;
  if (!text.startsWith('[') || !isJson(text)) return undefined;
  const place = locate({ source, start: 0, end: text.length });
  return nodeOfJson(JSON.parse(text) as JsonValue, { place, cause: { by: 'resource' } });
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

function locateFinding(finding: Finding, text: EmbeddedText): Finding {
  const at = finding.at && text.locate(finding.at);
  const { at: _, ...rest } = finding;
  return at ? { ...rest, at } : rest;
}

/** Gives the nodes of a tree that was just read the places of the file that their text stands in. */
function relocate(root: Node, text: EmbeddedText): void {
  visitNodes(root, (node) => relocateOne(node, text));
}

function relocateOne(node: Node, text: EmbeddedText): void {
  const { place } = node.origin;
  if (place && place.source === text.source) node.origin = { place: text.locate(place), cause: node.origin.cause };
  if (node.kind !== 'map') return;
  for (const [key, entry] of node.entries) {
    node.entries.set(key, movedEntry(entry, text));
  }
  if (node.duplicates) node.duplicates = node.duplicates.map((each) => movedDuplicate(each, text));
}

function movedEntry(entry: MapEntry, text: EmbeddedText): MapEntry {
  return MapEntry.at(entry.keyPlace && text.locate(entry.keyPlace), entry.value, entry.keyStyle);
}

function movedDuplicate({ key, place, later }: Duplicate, text: EmbeddedText): Duplicate {
  return { key, place: text.locate(place) ?? place, ...(later ? { later: movedEntry(later, text) } : {}) };
}
