// What of an object has no form in JSON, or in YAML made of that. Upstream keeps such values as nodes, and fails where it makes
// the one (at the output, before a JSON patch) or the other (at the output). Until then they may be replaced or removed.
import { byCodeUnit } from '../../model/byCodeUnit.ts';
import type { Finding } from '../../model/finding.ts';
import { child, visitNodes } from '../../model/node.ts';
import type { MapEntry, MapNode, Node, ScalarNode } from '../../model/node.ts';
import type { Place } from '../../model/sourceText.ts';
import { unprintable } from '../../yaml/findings.ts';
import type { EasyKeys } from '../../yaml/easyKeys.ts';
import { isPlainText } from '../../yaml/resolve.ts';
import { shapeOf } from '../../yaml/scalarStyle.ts';
import { isUnfit, isUnfitKey, isUnprintable, isUnprintableKey, unfitKey, unfitScalar } from '../../yaml/unfit.ts';
import { isEmptied, reportCommentedKeys, reportWaitingComment } from './commentedKeys.ts';
import { duplicateKey, keyNotText } from '../findings.ts';
import { resolveMergeKey } from './mergeKeys.ts';
import { replacementInvalid } from '../replacement/findings.ts';
import { describe, kindOf } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { isSettledAndRound } from './settled.ts';
import { MASK, reinterpret, settleFlow } from '../write.ts';

/**
 * Makes of a tree what it is once kyaml has printed and read it, and reports where that cannot be. `visit` is called with each
 * node as it is then, before what it holds.
 */
export function settle(root: MapNode, report: (finding: Finding) => void, visit: (node: Node) => void): void {
  let emptied = false;
  visitNodes(root, (node) => {
    emptied ||= isEmptied(node);
    reportCommentedKeys(node, report);
    settleFlow(node);
    resolveMergeKey(node, report);
    visit(node);
  });
  if (emptied) reportWaitingComment(root, report);
}

/** Whether JSON can be made of an object; `round` where its numbers are what JSON makes of them already. */
export type JsonForm = 'none' | 'some' | 'round';

/** Reports what no JSON can be made of in the whole object. `easy` grows. */
export function reportNoJson(resource: Resource, easy: EasyKeys, report: (finding: Finding) => void): JsonForm {
  const found = isSettledAndRound(resource.node, easy);
  if (found.isSettled) return found.isRound ? 'round' : 'some';
  let hasErrors = false;
  const refuse = (finding: Finding): void => {
    hasErrors ||= finding.severity === 'error';
    report(finding);
  };
  settle(resource.node, refuse, (node) => {
    noJson(node, resource, refuse);
    if (node.kind === 'map' && node !== resource.node) unfitKeys(node, refuse);
  });
  return hasErrors ? 'none' : 'some';
}

/**
 * Makes the last value of the object what go-yaml v3 makes of it when it writes the comment at the end: a blank line before
 * that goes into a text that keeps the breaks at its end. All comments are lost then. Annotations that have just been written
 * `anew` are the last of the metadata to upstream.
 */
export function takeFoot(resource: Resource, annotations: 'in place' | 'anew'): void {
  resource.hasComments = false;
  if (!resource.hasFoot) return;
  resource.hasFoot = false;
  const moved = annotations === 'anew' ? child(child(resource.node, 'metadata'), 'annotations') : undefined;
  const last = lastValue(resource, moved);
  if (last?.kind !== 'scalar' || typeof last.value !== 'string' || !/(?:^|\n)\n$/.test(last.text)) return;
  // A plain text of several lines, as variables leave one, is written as a block too; so are all annotations.
  const isBlock =
    !['single', 'double'].includes(last.style) ||
    (moved?.kind === 'map' && [...moved.entries.values()].some(({ value }) => value === last));
  if (isBlock && shapeOf(last.text).block)
    reinterpret(last, { value: `${last.value}\n`, tag: last.tag, style: last.style });
}

/**
 * The value before the comment at the end; undefined where another comment stands between. Annotations that were written anew
 * come last, in the order of their keys, and have no comments.
 */
function lastValue({ node, read }: Resource, annotations: Node | undefined): Node | undefined {
  const commented = new Set(read?.foot?.map(({ start }) => start));
  let last: Node | undefined = node;
  let isAnew = false;
  while (last && last.kind !== 'scalar' && last.flow !== true) {
    if (last.kind === 'list') {
      last = last.items.at(-1);
      if (last?.origin.place?.source === read?.source && commented.has(last?.origin.place?.start ?? -1))
        return undefined;
      continue;
    }
    const entries: [string, MapEntry][] = [...last.entries];
    if (isAnew) entries.sort(([a], [b]) => byCodeUnit(a, b));
    const moved = annotations && entries.find(([, { value }]) => value === annotations);
    const entry: MapEntry | undefined = (moved ?? entries.at(-1))?.[1];
    isAnew ||= moved !== undefined;
    last = entry?.value;
    if (isAnew || !entry?.keyPlace || entry.keyPlace.source !== read?.source) continue;
    if (commented.has(entry.keyPlace.start) || (last?.kind === 'scalar' && hasCommentBelow(entry.keyPlace)))
      return undefined;
  }
  return last;
}

const COMMENT_BELOW = /[ \t]*:(?:[ \t]+[&!]\S*)*[ \t]*(?:#.*)?\n\s*#/y;

/** Whether a comment has a line of its own between a key and its value: go-yaml v3 writes it at the end, before the other one. */
function hasCommentBelow({ source, end }: Place): boolean {
  COMMENT_BELOW.lastIndex = end;
  return COMMENT_BELOW.test(source.text);
}

/** Reports the findings of one node, those below it apart. */
export function noJson(node: Node, resource: Resource, report: (finding: Finding) => void): void {
  if (node.kind === 'scalar') {
    if (isUnfit(node)) report(unfit(node, resource));
  } else if (node.kind === 'map' && node.duplicates)
    // Of the value of a JSON patch the last one was taken, and the others are gone.
    for (const { key, place, later } of node.duplicates) if (later) report(duplicateKey(key, place));
}

/** Reports the findings of one node whose JSON cannot be read as YAML, those below it apart. */
export function noYaml(node: Node, report: (finding: Finding) => void): void {
  if (node.kind === 'scalar') {
    if (isUnprintable(node)) report(unprintable(String(node.value), node.origin.place));
  } else if (node.kind === 'map')
    for (const key of node.entries.keys()) {
      if (!isUnprintableKey(key)) continue;
      const entry = node.entries.get(key) as MapEntry;
      report(unprintable(key, entry.keyPlace ?? entry.value.origin.place));
    }
}

/** Reports what neither JSON nor YAML again can be made of in an item of a list kind, which passes through both as it is read. */
export function reportUnfitItem(item: Node, report: (finding: Finding) => void): void {
  visitNodes(item, (node) => {
    resolveMergeKey(node, report);
    noYaml(node, report);
    if (node.kind === 'scalar' && isUnfit(node) && node.origin.place) report(unfitScalar(node, node.origin.place));
    if (node.kind !== 'map') return;
    unfitKeys(node, report);
    for (const { key, place } of node.duplicates ?? []) report(duplicateKey(key, place));
  });
}

function unfitKeys(map: MapNode, report: (finding: Finding) => void): void {
  for (const key of map.entries.keys()) {
    if (isPlainText(key)) continue;
    const entry = map.entries.get(key) as MapEntry;
    if (!isUnfitKey(map, key, entry)) continue;
    const { keyPlace } = entry;
    report(keyPlace ? unfitKey(key, keyPlace) : keyNotText(key, entry.value.origin.place));
  }
}

function unfit(node: ScalarNode, resource: Resource): Finding {
  const { place, cause } = node.origin;
  if (place && (cause.by !== 'replacement' || node.tag === '!!str'))
    return { ...unfitScalar(node, place), object: describe(resource) };
  const text = kindOf(resource) === 'Secret' ? MASK : node.text;
  const message = `the value "${text}" does not fit the target, which is ${typeName(node.tag)}: take another source, or put the target in quotes`;
  return replacementInvalid(message, place, describe(resource));
}

function typeName(tag: string): string {
  return { '!!int': 'an integer', '!!float': 'a number', '!!bool': 'a boolean', '!!null': 'null' }[tag] ?? tag;
}
