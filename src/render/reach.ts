// The reverse of an origin: for a file and a line, which fields of which rendered objects does it reach? Reads the chains
// that the build left in the nodes; it builds nothing, and works a file out when somebody first asks for it.
import type { Manifest } from '../model/manifest.ts';
import type { Node } from '../model/node.ts';
import { sourcesOf } from '../model/origin.ts';
import type { Origin } from '../model/origin.ts';
import type { Place } from '../model/sourceText.ts';

export interface ReachedField {
  readonly manifest: Manifest;
  /** Keys and indexes from the manifest's root. */
  readonly path: readonly (string | number)[];
  readonly node: Node;
  /** The link of the node's chain that touches the place; for a key, the newest one. */
  readonly link: Origin;
  /** What stands at the place: the value, its key, or another value that the link was made from (its cause says how). */
  readonly part: 'value' | 'key' | 'source';
  readonly place: Place;
  /** True where no later link has set the field to something else: what changes here is seen in the field. */
  readonly current: boolean;
}

export interface Reach {
  /** What a line (from 1) of a file reaches, in the order of the manifests and their fields. */
  at(file: string, line: number): readonly ReachedField[];
  /** What a file reaches, in the same order. */
  in(file: string): readonly ReachedField[];
  /** The files that reach anything. */
  files(): ReadonlySet<string>;
}

/**
 * What each manifest was found to reach from. An object that an edit has not changed is the same manifest in the next
 * rendering, and is not gone through again; its places follow the text (`DocumentPlace`).
 */
export interface KnownTouches {
  readonly files: WeakMap<Manifest, readonly string[]>;
  readonly fields: WeakMap<Manifest, Map<string, readonly ReachedField[]>>;
}

export function newKnownTouches(): KnownTouches {
  return { files: new WeakMap(), fields: new WeakMap() };
}

/** The reverse index of a rendering. Nothing is done before the first question; each file is gone through once. */
export function createReach(manifests: readonly Manifest[], before: KnownTouches = newKnownTouches()): Reach {
  let touching: ReadonlyMap<string, readonly Manifest[]> | undefined;
  const known = new Map<string, FileReach>();
  const byFile = (): ReadonlyMap<string, readonly Manifest[]> => (touching ??= touchingManifests(manifests, before));
  const reachOf = (file: string): FileReach => {
    let found = known.get(file);
    if (!found) {
      found = fileReach(file, byFile().get(file) ?? [], before);
      known.set(file, found);
    }
    return found;
  };
  return {
    at: (file, line) => reachOf(file).at(line),
    in: (file) => reachOf(file).fields,
    files: () => new Set(byFile().keys()),
  };
}

/** Which manifests each file touches: small enough to keep, and all that most files need to be answered quickly. */
function touchingManifests(
  manifests: readonly Manifest[],
  before: KnownTouches,
): ReadonlyMap<string, readonly Manifest[]> {
  const found = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    for (const path of touchedFiles(manifest, before)) {
      const list = found.get(path);
      if (list) list.push(manifest);
      else found.set(path, [manifest]);
    }
  }
  return found;
}

function touchedFiles(manifest: Manifest, { files }: KnownTouches): readonly string[] {
  const known = files.get(manifest);
  if (known) return known;
  const paths = new Set<string>();
  // Neighbours mostly come from the same file: one comparison instead of a look-up.
  let last: string | undefined;
  visitTouches(manifest, ({ place }) => {
    if (place.source.path === last) return;
    last = place.source.path;
    paths.add(last);
  });
  const found = [...paths];
  files.set(manifest, found);
  return found;
}

function touchedFields(manifest: Manifest, file: string, { fields }: KnownTouches): readonly ReachedField[] {
  const byFile = fields.get(manifest) ?? new Map<string, readonly ReachedField[]>();
  const known = byFile.get(file);
  if (known) return known;
  const found: ReachedField[] = [];
  visitTouches(manifest, (touch) => {
    if (touch.place.source.path === file) found.push(fieldOf(manifest, touch));
  });
  fields.set(manifest, byFile.set(file, found));
  return found;
}

interface FileReach {
  readonly fields: readonly ReachedField[];
  at(line: number): readonly ReachedField[];
}

function fileReach(file: string, manifests: readonly Manifest[], before: KnownTouches): FileReach {
  const fields = manifests.flatMap((manifest) => touchedFields(manifest, file, before));
  let lines: Lines | undefined;
  return { fields, at: (line) => onLine((lines ??= linesOf(fields)), line) };
}

/** Fields by the line that they stand on; those on several lines apart, since a text may have thousands of them. */
interface Lines {
  readonly single: ReadonlyMap<number, readonly ReachedField[]>;
  readonly long: readonly { readonly field: ReachedField; readonly first: number; readonly last: number }[];
}

function linesOf(fields: readonly ReachedField[]): Lines {
  const single = new Map<number, ReachedField[]>();
  const long: { field: ReachedField; first: number; last: number }[] = [];
  for (const field of fields) {
    const { source, start, end } = field.place;
    const first = source.position(start).line;
    // The line break that ends a block belongs to its last line.
    const last = isScalar(field) && end > start ? source.position(end - 1).line : first;
    if (last > first) long.push({ field, first, last });
    else {
      const list = single.get(first);
      if (list) list.push(field);
      else single.set(first, [field]);
    }
  }
  return { single, long };
}

/** A map or a list counts where it begins: each of its lines has fields of its own. */
function isScalar({ node, part }: ReachedField): boolean {
  return part === 'source' || (part === 'value' && node.kind === 'scalar');
}

function onLine({ single, long }: Lines, line: number): readonly ReachedField[] {
  const found = single.get(line) ?? [];
  const across = long.filter(({ first, last }) => line >= first && line <= last).map(({ field }) => field);
  return across.length === 0 ? found : [...across, ...found];
}

/** The path of a node as links to what holds it: paths are written out only for the fields that are asked for. */
interface Step {
  readonly up: Step | undefined;
  readonly step: string | number;
}

interface Touch {
  readonly at: Step | undefined;
  readonly node: Node;
  readonly link: Origin;
  readonly part: ReachedField['part'];
  readonly place: Place;
  readonly current: boolean;
}

function fieldOf(manifest: Manifest, { at, node, link, part, place, current }: Touch): ReachedField {
  const path: (string | number)[] = [];
  for (let each = at; each; each = each.up) path.unshift(each.step);
  return { manifest, path, node, link, part, place, current };
}

/** Calls back for every place of every chain of a manifest, parents before children, newest links first. */
function visitTouches(manifest: Manifest, visit: (touch: Touch) => void): void {
  const open: { readonly node: Node; readonly at: Step | undefined; readonly keyPlace: Place | undefined }[] = [
    { node: manifest.node, at: undefined, keyPlace: undefined },
  ];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, at, keyPlace } = next;
    if (keyPlace) visit({ at, node, link: node.origin, part: 'key', place: keyPlace, current: true });
    visitChain(node, at, keyPlace, visit);
    if (node.kind === 'list') {
      for (let i = node.items.length - 1; i >= 0; i--)
        open.push({ node: node.items[i] as Node, at: { up: at, step: i }, keyPlace: undefined });
    } else if (node.kind === 'map') {
      for (const [key, entry] of [...node.entries].reverse())
        open.push({ node: entry.value, at: { up: at, step: key }, keyPlace: entry.keyPlace });
    }
  }
}

function visitChain(
  node: Node,
  at: Step | undefined,
  keyPlace: Place | undefined,
  visit: (touch: Touch) => void,
): void {
  let current = true;
  for (let link: Origin | undefined = node.origin; link; link = link.overridden?.origin) {
    const { place } = link;
    // The line of a key that was written stands for the map or list under it, which begins at its first field.
    if (place && !isWrittenUnder(node, link, keyPlace)) visit({ at, node, link, part: 'value', place, current });
    visitSources(link, (from) => visit({ at, node, link, part: 'source', place: from, current }));
    if (link.derived !== true) current = false;
  }
}

function isWrittenUnder(node: Node, link: Origin, keyPlace: Place | undefined): boolean {
  return node.kind !== 'scalar' && keyPlace !== undefined && link.place?.source === keyPlace.source;
}

/** The places in the chains of what a link was made from. A chain may be reached by many ways; each counts once. */
function visitSources(link: Origin, visit: (place: Place) => void): void {
  const [...open] = sourcesOf(link);
  if (open.length === 0) return;
  const seen = new Set<Origin>(open);
  const add = (origin: Origin | undefined): void => {
    if (!origin || seen.has(origin)) return;
    seen.add(origin);
    open.push(origin);
  };
  for (let next = open.shift(); next; next = open.shift()) {
    if (next.place) visit(next.place);
    for (const source of sourcesOf(next)) add(source);
    add(next.overridden?.origin);
  }
}
