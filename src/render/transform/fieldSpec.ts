// A field spec says where in which kinds a transformer writes: `spec/template/spec/containers[]/image` of every kind, say.
// This file holds the type, its matching, and the one walker that finds (and, where asked, makes) the fields.
import type { ListNode, MapNode, Node } from '../../model/node.ts';
import type { GroupVersionKind } from '../../model/resourceType.ts';
import { fieldTree, findFields, namesElement } from './fieldTree.ts';
import type { FieldTree, FoundField } from './fieldTree.ts';
import { isNull } from '../patch/nullness.ts';
import type { Change } from '../write.ts';
import { newList, newMap, newScalar, setField } from '../write.ts';

/** Which kinds: an empty part stands for any. */
export interface GvkSelector {
  readonly group?: string | undefined;
  readonly version?: string | undefined;
  readonly kind?: string | undefined;
}

export interface FieldSpec extends GvkSelector {
  /** Names separated by `/` (`\/` within a name); lists are walked through, `name[]` is known to be a list. */
  readonly path: string;
  /** Makes the field where it is missing. */
  readonly create: boolean;
}

export function isSelected(gvk: GroupVersionKind, selector: GvkSelector): boolean {
  return (
    (!selector.group || selector.group === gvk.group) &&
    (!selector.version || selector.version === gvk.version) &&
    (!selector.kind || selector.kind === gvk.kind)
  );
}

/** Splits at a delimiter that is not escaped with a backslash (kyaml utils.PathSplitter). */
export function splitPath(path: string, delimiter = '/'): string[] {
  let parts = path.split(delimiter);
  if (parts.length > 1 && parts[0] === '') parts = parts.slice(1);
  const result: string[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last?.endsWith('\\')) result[result.length - 1] = `${last.slice(0, -1)}${delimiter}${part}`;
    else result.push(part);
  }
  return result;
}

/** Says what is wrong with the user's input, or undefined where all is well. */
export type Problem = string | undefined;

export interface Visit {
  /** What a missing last field is made as, where the spec allows to make it. Without it nothing is made. */
  readonly creates?: 'scalar' | 'map';
  /** The tag of a scalar that was null and is now to be written; none resolves as plain text does. */
  readonly change: Change;
  /** Called for each field found, with the map entry's or list item's node. */
  readonly field: (node: Node) => Problem;
}

/** Walks to every field of a path (already split) and calls back. Kinds are not looked at. */
export function visitFields(root: Node, path: readonly string[], create: boolean, visit: Visit): Problem {
  return walk(root, path, 0, create, visit);
}

function walk(node: Node, path: readonly string[], at: number, create: boolean, visit: Visit): Problem {
  if (at === path.length) return visit.field(node);
  if (node.kind === 'list') return walkList(node, path, at, create, visit);
  if (node.kind === 'map') return walkMap(node, path, at, create, visit);
  return isNull(node) ? undefined : 'there is a single value where a map or a list is needed';
}

function walkList(list: ListNode, path: readonly string[], at: number, create: boolean, visit: Visit): Problem {
  for (const item of list.items) {
    const problem = walk(item, path, at, create, visit);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function walkMap(map: MapNode, path: readonly string[], at: number, create: boolean, visit: Visit): Problem {
  const step = path[at] as string;
  const isList = step.charCodeAt(step.length - 1) === RIGHT_BRACKET && step.endsWith('[]');
  const name = isList ? step.slice(0, -2) : step;
  if (name === '') return 'the path has an empty name in it, which names no field';
  if (namesElement(name)) return `'${name}' is no field of a map`;
  const mayCreate = create && visit.creates !== undefined && !isList;
  const kind = isList ? 'list' : mayCreate ? (at === path.length - 1 ? visit.creates : 'map') : undefined;
  let field = map.entries.get(name)?.value;
  if (!field) {
    if (!mayCreate) return undefined;
    field = emptyNode(kind, visit.change);
    setField(map, name, field, visit.change);
  } else if (isNull(field) && (kind === 'list' || kind === 'map')) {
    field = (kind === 'map' && field.kind === 'scalar' ? field.below : undefined) ?? emptyNode(kind, visit.change);
    setField(map, name, field, visit.change);
  }
  return walk(field, path, at + 1, create, visit);
}

const RIGHT_BRACKET = ']'.charCodeAt(0);

function emptyNode(kind: 'list' | 'map' | 'scalar' | undefined, change: Change): Node {
  if (kind === 'map') return newMap(change);
  if (kind === 'list') return newList(change);
  return newScalar({ value: '', text: '', tag: '!!str' }, change);
}

/** A field spec whose path is split once, for use on many resources. */
export interface SplitSpec {
  readonly spec: FieldSpec;
  readonly path: readonly string[];
}

/** Those of some field specs that are for a kind. */
export interface KindSpecs {
  readonly all: readonly SplitSpec[];
  /** Their fields, where all can be found in one walk. */
  readonly tree: FieldTree | undefined;
}

export type SpecsOf = (gvk: GroupVersionKind) => KindSpecs;

export function specsByKind(specs: readonly FieldSpec[]): SpecsOf {
  return onceForKind((gvk) => {
    const all = specs.filter((spec) => isSelected(gvk, spec));
    return kindSpecs(all.map((spec) => ({ spec, path: splitPath(spec.path) })));
  });
}

/** What is made for a kind, made when it is first asked for. */
export function onceForKind<T>(make: (gvk: GroupVersionKind) => T): (gvk: GroupVersionKind) => T {
  const known = new Map<string, { readonly group: string; readonly version: string; readonly made: T }[]>();
  return (gvk) => {
    const { group, version, kind } = gvk;
    const versions = known.get(kind) ?? [];
    if (versions.length === 0) known.set(kind, versions);
    // Asked for every resource by every step: a loop over the items makes an object for each where code is not optimised.
    for (let i = 0; i < versions.length; i++) {
      const each = versions[i] as (typeof versions)[number];
      if (each.version === version && each.group === group) return each.made;
    }
    const made = make(gvk);
    versions.push({ group, version, made });
    return made;
  };
}

export function kindSpecs(all: readonly SplitSpec[]): KindSpecs {
  let tree: FieldTree | 'unknown' | undefined = 'unknown';
  return {
    all,
    get tree() {
      if (tree === 'unknown') tree = fieldTree(all.map(({ path }) => path));
      return tree;
    },
  };
}

/** Applies specs in order to a resource of the given kind; stops at the first problem and names the field. */
export function visitSpecs(root: Node, gvk: GroupVersionKind, specs: SpecsOf, visit: Visit): Problem {
  const { all, tree } = specs(gvk);
  const found = visit.creates === undefined && tree ? findFields(root, tree) : undefined;
  if (found) return visitFound(found, all, visit);
  for (let i = 0; i < all.length; i++) {
    const { spec, path } = all[i] as SplitSpec;
    const problem = visitFields(root, path, spec.create, visit);
    if (problem !== undefined) return `at ${spec.path} ${problem}`;
  }
  return undefined;
}

function visitFound(found: readonly FoundField[], specs: readonly SplitSpec[], visit: Visit): Problem {
  for (const { path, node } of found) {
    const problem = visit.field(node);
    if (problem !== undefined) return `at ${specs[path]?.spec.path} ${problem}`;
  }
  return undefined;
}
