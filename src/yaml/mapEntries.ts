// The entries of a map while it is read: key types, duplicates and merge keys, each as upstream has it in the dialect.
import { cloneNode, MapEntry } from '../model/node.ts';
import type { MapNode, Node } from '../model/node.ts';
import type { Origin } from '../model/origin.ts';
import type { Place } from '../model/sourceText.ts';
import { placeOf } from './composeState.ts';
import type { Compose, Entries, KeyText } from './composeState.ts';
import * as findings from './findings.ts';
import { printFloat32 } from './goNumber.ts';
import { isPlainText, resolvePlain, resolveTagged } from './resolve.ts';
import { isQuotedByUpstream } from './scalarNode.ts';

const MERGE_KEY = '<<';

export function openMap(): Entries {
  return { map: new Map(), duplicates: [], merged: undefined, named: undefined, inherited: undefined };
}

/** Adds what stands under a key; `via` says that the value is an alias, which must not name a list to be merged. */
export function addEntry(compose: Compose, entries: Entries, key: KeyText, value: Node, via?: 'alias'): void {
  if (key.text === undefined) return void compose.findings.push(findings.complexKey(placeOfKey(compose, key)));
  if (key.text === MERGE_KEY) {
    if (addMergeKey(compose, entries, key, value, via)) return;
  } else if (key.tag === '!!merge' && compose.dialect === 'resource') {
    // kyaml merges by the tag and clears by the name: a key of another name stays as well.
    addMergeKey(compose, entries, key, cloneNode(value), via);
  }
  const name = compose.dialect === 'resource' ? resourceKey(compose, key) : kubernetesKey(compose, key);
  if (name === undefined) return;
  // A tag says of a plain key what quotes would.
  const style = key.style === 'plain' && key.tag === '!!str' ? 'double' : key.style;
  const place = placeOfKey(compose, key);
  const entry = MapEntry.at(place, value, style);
  const before = entries.map.get(name);
  if (!before || entries.inherited?.has(name) === true) {
    entries.map.set(keepOnce(compose.names, name), entry);
    return;
  }
  compose.findings.push(findings.duplicateKey(name, compose.dialect, before.keyPlace, place));
  // kyaml finds the first of two, and the second once that is removed.
  entries.duplicates.push({ key: name, place, ...(compose.dialect === 'resource' ? { later: entry } : {}) });
  if (compose.dialect === 'kubernetes') entries.map.set(keepOnce(compose.names, name), entry);
}

function placeOfKey(compose: Compose, key: KeyText): Place {
  return placeOf(compose, key.start, key.end);
}

/** Merges what stands under `<<`. Says whether the key was one of that kind. */
function addMergeKey(compose: Compose, entries: Entries, key: KeyText, value: Node, via: 'alias' | undefined): boolean {
  const place = placeOfKey(compose, key);
  const isFirst = entries.named === undefined;
  entries.named ??= MapEntry.at(place, value, key.style);
  if (isMergeKey(key)) {
    if (via === 'alias' && value.kind === 'list') compose.findings.push(findings.mergeOfNoMap(place));
    else addMerge(compose, entries, value, key);
    return true;
  }
  if (compose.dialect !== 'resource') return false;
  // kyaml clears the first key of this name when it resolves merges, whatever its quotes.
  if (!isFirst) return false;
  compose.findings.push(findings.quotedMerge(place));
  return true;
}

/**
 * A slice of a text holds on to memory of its own; keys repeat from object to object. What has been the name of a property is
 * one and the same string as that name in our code, so that maps find it without comparing letters.
 */
export function keepOnce(names: Map<string, string>, name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (name.length > LONGEST_KEPT) return name;
  const [kept = name] = Object.keys({ [name]: true });
  names.set(kept, kept);
  return kept;
}

const LONGEST_KEPT = 64;

function isMergeKey(key: KeyText): boolean {
  return key.tag === '!!merge' || (key.tag === undefined && key.style === 'plain');
}

/** go-yaml v3 decodes maps with other than string keys into a map that JSON cannot hold (from Go 1.27 on, integers pass); only the root may have them. */
function resourceKey(compose: Compose, key: KeyText): string | undefined {
  const text = key.text ?? '';
  if (key.tag === undefined && key.style === 'plain' && isPlainText(text)) return text;
  const tag = key.tag ?? (key.style === 'plain' ? resolvePlain(text, 'resource').tag : '!!str');
  if (compose.unfit === 'reported' && key.style === 'double' && findings.unprintableInKey.test(text)) {
    compose.findings.push(findings.unprintable(text, placeOfKey(compose, key)));
  }
  // Empty text is printed as empty quotes, and so becomes the empty key.
  const isRoot = compose.stack.length === 1;
  const isJudgedLater = compose.unfit === 'kept' && key.tag === undefined;
  if (
    !isRoot &&
    !isJudgedLater &&
    tag !== '!!str' &&
    tag !== '!!merge' &&
    text !== '' &&
    !(key.tag === undefined && isQuotedByUpstream(compose, text))
  ) {
    compose.findings.push(findings.keyOfOtherType(text === '' ? '(empty)' : text, tag, placeOfKey(compose, key)));
  }
  return text;
}

/** sigs.k8s.io/yaml turns keys into strings: `on: x` is the key `true`, `1.50: x` the key `1.5`. */
function kubernetesKey(compose: Compose, key: KeyText): string | undefined {
  const text = key.text ?? '';
  if (key.tag === undefined && key.style !== 'plain') return text;
  const found = key.tag === undefined ? resolvePlain(text, 'kubernetes') : resolveTagged(key.tag, text, 'kubernetes');
  const value = found?.value;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && found?.tag === '!!int') return String(value);
  if (typeof value === 'bigint' && value < 1n << 63n) return String(value);
  if (typeof value === 'number' && found?.tag === '!!float') return printFloat32(value);
  compose.findings.push(
    findings.keyOfOtherType(text === '' ? '(empty)' : text, found?.tag ?? '!!null', placeOfKey(compose, key)),
  );
  return undefined;
}

function addMerge(compose: Compose, entries: Entries, value: Node, key: KeyText): void {
  const place = placeOfKey(compose, key);
  const maps = value.kind === 'list' ? value.items : [value];
  if (maps.some((map) => map.kind !== 'map')) return void compose.findings.push(findings.mergeOfNoMap(place));
  if (compose.dialect === 'kubernetes') {
    // go-yaml v2 decodes the merged maps into the map as it goes: they win over keys before them. Earlier maps win.
    for (const map of maps.toReversed()) if (map.kind === 'map') inherit(entries, map);
    return;
  }
  if (entries.merged) return void compose.findings.push(findings.secondMerge(place));
  entries.merged = maps;
}

function inherit(entries: Entries, map: MapNode): void {
  entries.inherited ??= new Set();
  for (const [key, entry] of map.entries) {
    entries.map.set(key, entry);
    entries.inherited.add(key);
  }
}

/** The finished map. Merged keys come behind the map's own, which win over them. */
export function closeMap(compose: Compose, entries: Entries, origin: Origin): MapNode {
  const { duplicates, merged, named } = entries;
  const node: MapNode = {
    kind: 'map',
    entries: entries.map,
    ...(duplicates.length > 0 ? { duplicates } : {}),
    origin,
  };
  if (!named) return node;
  compose.unmerged ??= new Map();
  compose.unmerged.set(node, { own: new Set(entries.map.keys()), merging: named });
  for (const map of merged ?? []) {
    for (const [key, entry] of entriesToMerge(compose, map)) if (!entries.map.has(key)) entries.map.set(key, entry);
  }
  return node;
}

/**
 * What a merge of a map brings. kyaml takes that map as it is written: what it merges itself stays under `<<` then, until
 * JSON is made of the object.
 */
function entriesToMerge(compose: Compose, map: Node): Iterable<readonly [string, MapEntry]> {
  if (map.kind !== 'map') return [];
  const unmerged = compose.unmerged?.get(map);
  if (!unmerged) return map.entries;
  const { own, merging } = unmerged;
  const entries = [...map.entries].filter(([key]) => own.has(key) && key !== MERGE_KEY);
  return [...entries, [MERGE_KEY, merging.withValue(cloneNode(merging.value))]];
}
