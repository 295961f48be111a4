// Checks a YAML tree against the shape that kustomize's Go types have, and answers it in a normal form: names in their
// proper case, nulls left out. Reports what does not fit; what the fields mean is not decided here.
import { newMap, newList, newScalar } from '../write.ts';
import type { Change } from '../write.ts';
import type { Finding } from '../../model/finding.ts';
import type { MapEntry, MapNode, Node, ScalarNode } from '../../model/node.ts';
import { nearest } from '../../model/nearest.ts';
import { fieldOfOtherCase, unknownField, wrongType } from '../findings.ts';
import { floatText } from '../json/roundNumbers.ts';

/** The shape of a value: a scalar type, a list, a map of values, or an object with known fields. */
export type Shape =
  | 'string'
  /** Text in a type that upstream embeds in another: sigs.k8s.io/yaml does not see its type, and takes no number for it. */
  | 'embeddedString'
  | 'boolean'
  | 'integer'
  | 'any'
  | { readonly list: Shape }
  | { readonly values: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> };

export interface ShapeOptions {
  /** How fields that are not known are reported. Plugins' configurations may have any; upstream drops those of other files. */
  readonly unknownFields: 'error' | 'warning' | 'ignore';
  /** Takes numbers and booleans for strings, as sigs.k8s.io/yaml does when it knows the type; kustomization.yaml is read without. */
  readonly scalarsAsStrings: boolean;
  report(finding: Finding): void;
}

/** The normal form of a tree, or undefined where it does not have the shape at all. */
export function shaped(node: Node, shape: Shape, name: string, options: ShapeOptions): Node | undefined {
  if (shape === 'any') return node;
  if (typeof shape === 'string') return scalarOf(node, shape, name, options);
  if ('list' in shape) return listOf(node, shape.list, name, options);
  if ('values' in shape) return valuesOf(node, shape.values, name, options);
  return objectOf(node, shape.fields, name, options);
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function scalarOf(
  node: Node,
  shape: 'string' | 'embeddedString' | 'boolean' | 'integer',
  name: string,
  options: ShapeOptions,
): Node | undefined {
  const isText = shape === 'string' || shape === 'embeddedString';
  if (node.kind === 'scalar') {
    if (isText && typeof node.value === 'string') return node;
    if (shape === 'boolean' && typeof node.value === 'boolean') return node;
    if (shape === 'integer' && isInteger(node)) return node;
    if (shape === 'string' && options.scalarsAsStrings && node.value !== null) {
      const text = textOfScalar(node);
      return newScalar({ value: text, text, tag: '!!str' }, { place: node.origin.place, cause: node.origin.cause });
    }
  }
  const article = isText ? 'text' : { boolean: 'true or false', integer: 'a whole number' }[shape];
  const quotes = isText && node.kind === 'scalar' && node.value !== null;
  const remedy = quotes ? `put it in quotes, as "${node.text}"` : undefined;
  options.report(wrongType(name, article, describe(node), remedy, node.origin.place));
  return undefined;
}

/** As sigs.k8s.io/yaml: the text of the value, not of its notation (`yes` is `true`, `0x1F` is `31`). */
function textOfScalar({ value, text }: ScalarNode): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return floatText(value);
  return typeof value === 'string' || value === null ? text : String(value);
}

function isInteger(node: ScalarNode): boolean {
  return typeof node.value === 'bigint' || (typeof node.value === 'number' && Number.isInteger(node.value));
}

function describe(node: Node): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return 'null';
  return typeof node.value === 'string'
    ? 'text'
    : typeof node.value === 'boolean'
      ? `the boolean ${node.text}`
      : `the number ${node.text}`;
}

function listOf(node: Node, item: Shape, name: string, options: ShapeOptions): Node | undefined {
  if (node.kind !== 'list') {
    const remedy = isNull(node) ? undefined : "start each entry with '- '";
    options.report(wrongType(name, 'a list', describe(node), remedy, node.origin.place));
    return undefined;
  }
  const items: Node[] = [];
  for (const [i, each] of node.items.entries()) {
    // An entry that is wrong in a part would be taken for another one without it, and blamed a second time.
    let isWrong = false;
    const report = (finding: Finding): void => {
      isWrong ||= finding.severity === 'error' && finding.code !== 'kustomization-unknown-field';
      options.report(finding);
    };
    const found = isNull(each) ? zero(each, item) : shaped(each, item, `${name}[${i}]`, { ...options, report });
    if (found && !isWrong) items.push(found);
  }
  return { ...node, items };
}

/** What a null in a list stands for in Go: the zero value. */
function zero(node: Node, shape: Shape): Node {
  const at: Change = { place: node.origin.place, cause: node.origin.cause };
  if (shape === 'any') return node;
  if (shape === 'string' || shape === 'embeddedString') return newScalar({ value: '', text: '', tag: '!!str' }, at);
  if (shape === 'boolean') return newScalar({ value: false }, at);
  if (shape === 'integer') return newScalar({ value: 0 }, at);
  return 'list' in shape ? newList(at) : newMap(at);
}

function valuesOf(node: Node, value: Shape, name: string, options: ShapeOptions): Node | undefined {
  if (node.kind !== 'map') {
    options.report(wrongType(name, 'a map', describe(node), undefined, node.origin.place));
    return undefined;
  }
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) {
    const found = isNull(entry.value)
      ? zero(entry.value, value)
      : shaped(entry.value, value, `${name}.${key}`, options);
    if (found) entries.set(key, entry.withValue(found));
  }
  return withEntries(node, entries);
}

function objectOf(
  node: Node,
  fields: Readonly<Record<string, Shape>>,
  name: string,
  options: ShapeOptions,
): Node | undefined {
  if (node.kind !== 'map') {
    const remedy =
      name === ROOT ? "write its fields as 'name: value', for example 'resources:' above a list" : undefined;
    options.report(wrongType(name, 'a map', describe(node), remedy, node.origin.place));
    return undefined;
  }
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) {
    const proper = properName(key, fields);
    if (proper === undefined) {
      if (options.unknownFields !== 'ignore') reportUnknown(key, name, fields, entry, options);
      continue;
    }
    if (proper !== key && options.unknownFields !== 'ignore')
      options.report(fieldOfOtherCase(key, proper, entry.keyPlace ?? entry.value.origin.place));
    if (isNull(entry.value) || isOverruled(key, proper, node)) continue;
    const found = shaped(entry.value, fields[proper] as Shape, name === ROOT ? proper : `${name}.${proper}`, options);
    if (found) entries.set(proper, entry.withValue(found));
  }
  return withEntries(node, entries);
}

function reportUnknown(
  key: string,
  name: string,
  fields: Readonly<Record<string, Shape>>,
  entry: MapEntry,
  options: ShapeOptions,
): void {
  const similar = nearest(key, Object.keys(fields));
  const severity = options.unknownFields === 'error' ? 'error' : 'warning';
  options.report({ ...unknownField(key, name, similar, entry.keyPlace ?? entry.value.origin.place), severity });
}

/** Of spellings that differ only in case the last by code unit counts: upstream sorts the keys before it decodes them. */
function isOverruled(key: string, proper: string, map: MapNode): boolean {
  for (const [other, { value }] of map.entries)
    if (other > key && other.toLowerCase() === proper.toLowerCase() && !isNull(value)) return true;
  return false;
}

/** How the tree as a whole is called in messages. */
export const ROOT = 'the kustomization';

/** The field of that name; as Go's JSON does, an exact match first, then one that differs only in case. */
function properName(key: string, fields: Readonly<Record<string, Shape>>): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  const lower = key.toLowerCase();
  return Object.keys(fields).find((field) => field.toLowerCase() === lower);
}

function withEntries(node: MapNode, entries: Map<string, MapEntry>): MapNode {
  return { kind: 'map', entries, origin: node.origin };
}
