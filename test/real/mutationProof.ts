// One proof: the text at the origin of a rendered field is replaced, the root is rendered again; the field must follow, and
// whatever else changes must name that text. Where the value also selects, it is renamed everywhere instead.
import { manifestRef } from '../../src/model/manifest.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Node, ScalarNode } from '../../src/model/node.ts';
import { printRef } from '../../src/model/objectRef.ts';
import { chainOf, sourcesOf } from '../../src/model/origin.ts';
import type { Origin } from '../../src/model/origin.ts';
import { printPlace } from '../../src/model/sourceText.ts';
import type { Place } from '../../src/model/sourceText.ts';
import type { Changes, MutationRoot } from './mutationRoots.ts';
import { mutationsOf, renameEverywhere } from './mutationText.ts';
import type { Mutation, Occurrence } from './mutationText.ts';

/** A scalar of the rendered objects, by the position of its object and its path in it. */
export interface Field {
  readonly object: number;
  readonly path: string;
  readonly node: ScalarNode;
}
export type Fields = ReadonlyMap<string, Field>;

export type Outcome =
  | 'exact'
  /** The value also selects (names, labels, keys of lists): written in another way everywhere, it is followed and nothing else is. */
  | 'exact, renamed everywhere'
  | 'not followed'
  | 'changed without naming'
  /** A name, namespace, label or key of a list by which something else selects: with another value others are selected. */
  | 'selects'
  /** What makes other objects of the objects: a kind, a version, a generated hash's switch. */
  | 'another type'
  | 'does not build'
  /** The build has made it: a default of a generator, a constant of a transformer. */
  | 'made by the build'
  | 'no text to replace'
  | 'moved';

export interface Tried {
  readonly outcome: Outcome;
  readonly detail: string;
}

export function fieldsOf(manifests: readonly Manifest[]): Map<string, Field> {
  const fields = new Map<string, Field>();
  const walk = (object: number, node: Node, path: string): void => {
    if (node.kind === 'scalar') fields.set(`${object} ${path}`, { object, path, node });
    else if (node.kind === 'map') for (const [key, { value }] of node.entries) walk(object, value, `${path}.${key}`);
    else for (const [i, item] of node.items.entries()) walk(object, item, `${path}[${i}]`);
  };
  for (const [object, { node }] of manifests.entries()) walk(object, node, '');
  return fields;
}

/** Every link that has a say in a field: its chain, and what each link was made from. */
function linksOf(origin: Origin): ReadonlySet<Origin> {
  const seen = new Set<Origin>();
  const open = [origin];
  for (let next = open.pop(); next; next = open.pop())
    for (const link of chainOf(next)) {
      if (seen.has(link)) break;
      seen.add(link);
      open.push(...sourcesOf(link));
    }
  return seen;
}

function namesAny(field: Field | undefined, places: readonly Occurrence[]): boolean {
  if (!field) return false;
  for (const { place } of linksOf(field.node.origin))
    if (
      place &&
      places.some(({ path, start, end }) => place.source.path === path && place.start < end && start < place.end)
    )
      return true;
  return false;
}

/**
 * The newest text that a field was set from. A hash and the following of a name have none; a replacement's and a
 * variable's is the one of what they put in, a moved value's the one that it had before.
 */
function writtenPlace(origin: Origin): Place | undefined {
  const link = chainOf(origin).find(
    ({ cause, derived }) =>
      cause.by !== 'hash' && cause.by !== 'nameReference' && !(cause.by === 'patch' && derived === true),
  );
  const [source] = link && (link.cause.by === 'replacement' || link.cause.by === 'substitution') ? sourcesOf(link) : [];
  return source ? writtenPlace(source) : link?.place;
}

/** How a changed value shows what was written: as it is, in base64, or as a hash of it. */
function follows(before: ScalarNode, after: ScalarNode, mark: string): boolean {
  if (before.text === after.text && before.tag === after.tag) return false;
  const { cause } = after.origin;
  if (after.text.includes(mark) || cause.by === 'hash' || cause.by === 'nameReference') return true;
  if (before.text.toLowerCase() === 'true' || before.text.toLowerCase() === 'false') return true;
  try {
    return atob(after.text.replaceAll(/\s/g, '')).includes(mark);
  } catch {
    return false;
  }
}

/** The proof of one field. */
export function proveField(
  root: MutationRoot,
  manifests: readonly Manifest[],
  fields: Fields,
  key: string,
  random: () => number,
): Tried {
  const field = fields.get(key) as Field;
  const place = writtenPlace(field.node.origin);
  const source = place && root.files.get(place.source.path);
  const where = (): string =>
    `${root.name}: ${printRef(manifestRef(manifests[field.object] as Manifest))}:${field.path} from ${place ? printPlace(place) : '(nowhere)'} (${field.node.origin.cause.by})`;
  const written = place ? place.source.text.slice(place.start, place.end) : '';
  if (!place || source !== place.source.text)
    return { outcome: place && !isByBuild(field) ? 'no text to replace' : 'made by the build', detail: where() };
  // The type of what a generator makes is written nowhere, though its configuration may be a whole file.
  if (isType(field) && field.node.origin.cause.by === 'generator')
    return { outcome: 'made by the build', detail: where() };
  const before: Before = { root, manifests, fields, key, field };
  let worst: Tried = {
    outcome: isByBuild(field) ? 'made by the build' : 'no text to replace',
    detail: `${where()} ${JSON.stringify(written.slice(0, 40))}`,
  };
  for (const mutation of mutationsOf(place, field.node.text, random)) {
    const tried = tryMutation(before, mutation);
    if (tried.outcome === 'exact') return tried;
    const detail = `${where()} ${JSON.stringify(mutation.text.slice(0, 60))}${tried.detail}`;
    if (rank(tried.outcome) >= rank(worst.outcome)) worst = { ...tried, detail };
  }
  const renamed = tryRename(before, written, random);
  if (renamed) return renamed;
  const isAnother = worst.outcome === 'does not build' || worst.outcome === 'changed without naming';
  if (isType(field) && isAnother) return { ...worst, outcome: 'another type' };
  return IDENTITY.test(field.path) && worst.outcome === 'changed without naming'
    ? { ...worst, outcome: 'selects' }
    : worst;
}

/** What a mutation that fails says of origins: the later ones more. */
const RANKS: readonly Outcome[] = [
  'made by the build',
  'no text to replace',
  'does not build',
  'moved',
  'not followed',
  'changed without naming',
];

function rank(outcome: Outcome): number {
  return RANKS.indexOf(outcome);
}

const IDENTITY =
  /^\.metadata\.(name|namespace|labels|annotations)\b|\.subjects\[\d+\]\.(name|namespace)$|\[\d+\]\.(name|key|port|containerPort|mountPath|devicePath|ip|topologyKey)$/;

function isType({ path }: Field): boolean {
  return /(^|\.)(apiVersion|kind|apiGroup)$/.test(path);
}

/** A value that stands in no file: its origin is the entry that asked for it. */
function isByBuild({ node }: Field): boolean {
  return (
    node.origin.cause.by === 'generator' || node.origin.cause.by === 'transformer' || node.origin.cause.by === 'flux'
  );
}

interface Before {
  readonly root: MutationRoot;
  readonly manifests: readonly Manifest[];
  readonly fields: Fields;
  readonly key: string;
  readonly field: Field;
}

function tryMutation(before: Before, { place, text, mark, changed }: Mutation): Tried {
  const { path } = place.source;
  const whole = place.source.text.slice(0, place.start) + text + place.source.text.slice(place.end);
  const was: Occurrence = { path, start: changed.start, end: Math.max(changed.end, changed.start + 1) };
  const grown = text.length - (place.end - place.start);
  return judge(before, new Map([[path, whole]]), mark, [was], [{ ...was, end: was.end + Math.max(grown, 0) }]);
}

/** Writes the value in another way wherever the files have it as a word of its own. */
function tryRename(before: Before, written: string, random: () => number): Tried | undefined {
  const word = /^(?:.*=)?(["']?)(\w[\w./:-]*)\1$/s.exec(written)?.[2];
  if (word === undefined || isType(before.field)) return undefined;
  const mark = `z${2 + Math.floor(random() * 7)}z`;
  const others = /^\d+$/.test(word) ? [String(Number(word) + 3)] : [word + mark, `${word.slice(0, -1)}${mark}`];
  for (const other of others) {
    const { changes, before: was } = renameEverywhere(before.root.files, word, other);
    const grown = other.length - word.length;
    const counts = new Map<string, number>();
    const is = was.map(({ path, start, end }) => {
      const earlier = counts.get(path) ?? 0;
      counts.set(path, earlier + 1);
      return { path, start: start + earlier * grown, end: end + (earlier + 1) * grown };
    });
    const tried = judge(before, changes, other.includes(mark) ? mark : other, was, is);
    if (tried.outcome === 'exact') return { outcome: 'exact, renamed everywhere', detail: '' };
  }
  return undefined;
}

/** Renders with the changes. `was` and `is` are their places before and after. */
function judge(
  { root, manifests, fields, key, field }: Before,
  changes: Changes,
  mark: string,
  was: readonly Occurrence[],
  is: readonly Occurrence[],
): Tried {
  const after = root.render(changes);
  if (!after) return { outcome: 'does not build', detail: '' };
  if (after.length !== manifests.length) return { outcome: 'moved', detail: ': other objects' };
  const now = fieldsOf(after);
  const other = now.get(key);
  if (!other) return { outcome: 'moved', detail: ': it is elsewhere' };
  // Objects are sorted by their kinds and names.
  const isElsewhere = ({ path, object, node }: Field): boolean =>
    path === field.path && object !== field.object && node.text.includes(mark);
  if (!follows(field.node, other.node, mark) && [...now.values()].some(isElsewhere))
    return { outcome: 'moved', detail: ': its object is elsewhere' };
  if (!follows(field.node, other.node, mark))
    return {
      outcome: 'not followed',
      detail: `: ${JSON.stringify(field.node.text)} became ${JSON.stringify(other.node.text)}`,
    };
  for (const at of new Set([...fields.keys(), ...now.keys()])) {
    const [one, then] = [fields.get(at), now.get(at)];
    if (one && then?.node.text === one.node.text && then.node.tag === one.node.tag) continue;
    if (at === key || namesAny(one, was) || namesAny(then, is)) continue;
    const named = (one ?? then) as Field;
    const object = (one ? manifests : after)[named.object] as Manifest;
    return {
      outcome: 'changed without naming',
      detail: `: ${printRef(manifestRef(object))}:${named.path} ${JSON.stringify(one?.node.text)} became ${JSON.stringify(then?.node.text)}`,
    };
  }
  return { outcome: 'exact', detail: '' };
}
