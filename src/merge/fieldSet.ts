// Sets of fields as managedFields records them, and their algebra. Sets are values: every operation answers a new one
// and may share parts of its operands. Nothing here knows a schema or an object.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject, setKey } from '../model/json.ts';
import { compareElements, parseElement } from './pathElement.ts';
import type { Path, PathElement } from './pathElement.ts';

/** Members are in the set themselves; children lead to further members. A child is no member by standing here. */
export interface FieldSet {
  readonly members: ReadonlySet<PathElement>;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

export const emptySet: FieldSet = { members: new Set(), children: new Map() };

/** Collects paths into a set. The only part of this file that changes something. */
export interface SetBuilder {
  readonly members: Set<PathElement>;
  readonly children: Map<PathElement, SetBuilder>;
}

export function newSetBuilder(): SetBuilder {
  return { members: new Set(), children: new Map() };
}

/** Adds a path. The empty path names the whole object, whose ownership is not tracked. */
export function insertPath(set: SetBuilder, path: Path): void {
  if (path.length === 0) return;
  let at = set;
  for (let i = 0; i < path.length - 1; i++) at = descend(at, path[i] as PathElement);
  at.members.add(path[path.length - 1] as PathElement);
}

function descend(set: SetBuilder, element: PathElement): SetBuilder {
  let next = set.children.get(element);
  if (!next) {
    next = newSetBuilder();
    set.children.set(element, next);
  }
  return next;
}

export function setOf(...paths: Path[]): FieldSet {
  const set = newSetBuilder();
  for (const path of paths) insertPath(set, path);
  return set;
}

export function isEmptySet(set: FieldSet): boolean {
  if (set.members.size > 0) return false;
  for (const child of set.children.values()) if (!isEmptySet(child)) return false;
  return true;
}

export function hasPath(set: FieldSet, path: Path): boolean {
  let at: FieldSet | undefined = set;
  for (let i = 0; i < path.length - 1; i++) {
    at = at.children.get(path[i] as PathElement);
    if (!at) return false;
  }
  return path.length > 0 && at.members.has(path[path.length - 1] as PathElement);
}

/** The paths below an element, without it. */
export function withPrefix(set: FieldSet, element: PathElement): FieldSet {
  return set.children.get(element) ?? emptySet;
}

export function unionOf(a: FieldSet, b: FieldSet): FieldSet {
  if (b.members.size === 0 && b.children.size === 0) return a;
  if (a.members.size === 0 && a.children.size === 0) return b;
  const children = new Map(a.children);
  for (const [element, child] of b.children) {
    const mine = children.get(element);
    children.set(element, mine ? unionOf(mine, child) : child);
  }
  return { members: new Set([...a.members, ...b.members]), children };
}

export function intersectionOf(a: FieldSet, b: FieldSet): FieldSet {
  const members = new Set<PathElement>();
  for (const element of a.members) if (b.members.has(element)) members.add(element);
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (other) putChild(children, element, intersectionOf(child, other));
  }
  return { members, children };
}

/** What is in `a` and not in `b`, member by member: a parent in `b` does not take its children out of `a`. */
export function differenceOf(a: FieldSet, b: FieldSet): FieldSet {
  if (b.members.size === 0 && b.children.size === 0) return a;
  const members = new Set<PathElement>();
  for (const element of a.members) if (!b.members.has(element)) members.add(element);
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (other) putChild(children, element, differenceOf(child, other));
    else children.set(element, child);
  }
  return { members, children };
}

/** As {@link differenceOf}, but a member of `b` takes everything below it out of `a` too. */
export function recursiveDifferenceOf(a: FieldSet, b: FieldSet): FieldSet {
  const members = new Set<PathElement>();
  for (const element of a.members) if (!b.members.has(element)) members.add(element);
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of a.children) {
    if (b.members.has(element)) continue;
    const other = b.children.get(element);
    if (other) putChild(children, element, recursiveDifferenceOf(child, other));
    else children.set(element, child);
  }
  return { members, children };
}

/** Nodes without members are not kept, so that equal sets have equal shapes. */
function putChild(children: Map<PathElement, FieldSet>, element: PathElement, child: FieldSet): void {
  if (!isEmptySet(child)) children.set(element, child);
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a.members.size !== b.members.size || a.children.size !== b.children.size) return false;
  for (const element of a.members) if (!b.members.has(element)) return false;
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (!other || !equalSets(child, other)) return false;
  }
  return true;
}

/** Every path of the set, parents before their children, in the order of structured-merge-diff. */
export function pathsOf(set: FieldSet): Path[] {
  const paths: Path[] = [];
  const walk = (at: FieldSet, prefix: Path): void => {
    for (const element of sorted(at.members)) paths.push([...prefix, element]);
    for (const element of sorted(at.children.keys())) walk(withPrefix(at, element), [...prefix, element]);
  };
  walk(set, []);
  return paths;
}

function sorted(elements: Iterable<PathElement>): PathElement[] {
  return [...elements].toSorted(compareElements);
}

/** The set as FieldsV1. */
export function printFields(set: FieldSet): JsonObject {
  const out: JsonObject = {};
  for (const element of sorted(new Set([...set.members, ...set.children.keys()]))) {
    const child = set.children.get(element);
    const inner = child ? printFields(child) : {};
    setKey(
      out,
      element,
      child && set.members.has(element) && (child.members.size > 0 || child.children.size > 0)
        ? { '.': {}, ...inner }
        : inner,
    );
  }
  return out;
}

/** Reads FieldsV1. Steps of unknown kinds are dropped, as upstream drops them. Throws SyntaxError on broken ones. */
export function parseFields(fields: JsonValue): FieldSet {
  return read(fields).set ?? emptySet;
}

function read(fields: JsonValue): { readonly set: FieldSet | undefined; readonly isMember: boolean } {
  if (fields !== null && !isJsonObject(fields)) throw new SyntaxError('fields must be an object');
  const set = newSetBuilder();
  let isMember = false;
  for (const [key, value] of Object.entries(fields ?? {})) {
    if (key === '.') {
      isMember = true;
      continue;
    }
    const element = parseElement(key);
    if (element === undefined) continue;
    const inner = read(value);
    if (inner.isMember) set.members.add(element);
    if (inner.set) set.children.set(element, inner.set as SetBuilder);
  }
  const found = set.members.size > 0 || set.children.size > 0 ? set : undefined;
  return { set: found, isMember: isMember || !found };
}
