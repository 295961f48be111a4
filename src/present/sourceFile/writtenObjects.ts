// The objects of the workspace by where they were first written, whatever overlays and kustomizations make of their names:
// what a name in a file can mean. Pure; remembers what it has worked out of each rendering.
import { hasErrors } from '../../model/finding.ts';
import { child, textOf } from '../../model/node.ts';
import type { Manifest } from '../../model/manifest.ts';
import { manifestRef } from '../../model/manifest.ts';
import type { ScalarNode } from '../../model/node.ts';
import { chainOf } from '../../model/origin.ts';
import type { Origin } from '../../model/origin.ts';
import type { Place } from '../../model/sourceText.ts';
import { isSelected } from '../../render/transform/fieldSpec.ts';
import type { RootRendering, WorkspaceState } from '../../workspace/state.ts';
import type { Mention } from './mentions.ts';

export interface WrittenObject {
  readonly group: string;
  readonly kind: string;
  /** The name where it was first written: of the resource, or of its generator. */
  readonly place: Place;
  /** What it is called: as it was written, and as the builds call it. */
  readonly names: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
  /** The ids of the roots that render it. */
  readonly roots: ReadonlySet<string>;
}

export interface WrittenObjects {
  of(state: WorkspaceState): readonly WrittenObject[];
}

interface Growing {
  readonly group: string;
  readonly kind: string;
  readonly place: Place;
  readonly names: Set<string>;
  readonly namespaces: Set<string>;
  readonly roots: Set<string>;
}

export function createWrittenObjects(): WrittenObjects {
  const known = new WeakMap<WorkspaceState['renderings'], readonly WrittenObject[]>();
  return {
    of: (state) => {
      const before = known.get(state.renderings);
      if (before) return before;
      const objects = objectsOf(state);
      known.set(state.renderings, objects);
      return objects;
    },
  };
}

/** What to show of a rendering: what the files last made without an error. */
export function shownManifests(rendering: RootRendering): readonly Manifest[] {
  return hasErrors(rendering.findings) ? rendering.lastGood : rendering.manifests;
}

function objectsOf(state: WorkspaceState): WrittenObject[] {
  const found = new Map<string, Growing>();
  for (const rendering of state.renderings.values())
    for (const manifest of shownManifests(rendering)) addManifest(found, rendering.root.id, manifest);
  // Flux objects, and the variables that they ask for, are written all the same where no kustomization applies them.
  const written = [
    ...state.index.sources,
    ...(state.index.variables ?? []),
    ...state.index.roots.filter((root) => root.kind === 'flux'),
  ];
  for (const { node } of written) addManifest(found, '', { node });
  return [...found.values()];
}

/** The objects of a rendering by where they were first written. */
export function builtObjects(rendering: RootRendering): ReadonlyMap<string, readonly Manifest[]> {
  const found = new Map<string, Manifest[]>();
  for (const manifest of shownManifests(rendering)) {
    const written = writtenName(manifest);
    if (written) found.set(written.key, [...(found.get(written.key) ?? []), manifest]);
  }
  return found;
}

/** The name of an object, the chain of it, and where it was first written. */
function writtenName(
  manifest: Manifest,
):
  | { readonly name: ScalarNode; readonly chain: readonly Origin[]; readonly place: Place; readonly key: string }
  | undefined {
  const name = child(child(manifest.node, 'metadata'), 'name');
  const chain = name?.kind === 'scalar' ? chainOf(name.origin) : [];
  const place = chain.findLast((origin) => origin.place)?.place;
  if (name?.kind !== 'scalar' || !place) return undefined;
  return {
    name,
    chain,
    place,
    key: `${place.source.path} ${place.start} ${textOf(child(manifest.node, 'kind')) ?? ''}`,
  };
}

function addManifest(found: Map<string, Growing>, root: string, manifest: Manifest): void {
  const written = writtenName(manifest);
  if (!written) return;
  const { name, chain, place, key } = written;
  const ref = manifestRef(manifest);
  const known = found.get(key) ?? {
    group: ref.group,
    kind: ref.kind,
    place,
    names: new Set<string>(),
    namespaces: new Set<string>(),
    roots: new Set<string>(),
  };
  found.set(key, known);
  known.names.add(name.text);
  for (const origin of chain) if (origin.overridden) known.names.add(origin.overridden.value);
  known.namespaces.add(ref.namespace);
  if (root !== '') known.roots.add(root);
}

/** The objects that a mention can mean: of its own kustomizations where there are any, of all others else. */
export function meantObjects(
  state: WorkspaceState,
  objects: readonly WrittenObject[],
  mention: Mention,
): WrittenObject[] {
  const file = mention.place.source.path;
  const named = objects.filter((object) => fits(mention, object));
  const own = named.filter(({ place }) => place.source.path === file && place.start === mention.place.start);
  if (mention.by === 'object' && own.length > 0) return own;
  const near = named.filter((object) => isBuiltWith(state, object, file));
  if (near.length > 0 || mention.by === 'target' || mention.by === 'object') return near;
  return named;
}

/** True where the mention can mean the object, going by kind, name and namespace alone. */
export function fits(mention: Mention, object: WrittenObject): boolean {
  if (mention.kinds.length > 0 && !mention.kinds.some((kind) => isKind(object, kind))) return false;
  if (mention.namespace !== '' && mention.match === 'text' && !mayStandIn(object, mention.namespace)) return false;
  if (mention.match === 'text') return object.names.has(mention.name);
  const pattern = wholeExpression(mention.name);
  return [...object.names].some((name) => pattern?.test(name) ?? name === mention.name);
}

/** Groups count only where both sides know one: `kind: Deployment` alone is enough of a selector. */
function isKind(object: WrittenObject, selector: Mention['kinds'][number]): boolean {
  return isSelected(
    { group: object.group, version: '', kind: object.kind },
    { group: selector.group, kind: selector.kind },
  );
}

function mayStandIn(object: WrittenObject, namespace: string): boolean {
  return object.namespaces.has(namespace) || object.namespaces.has('');
}

/** True where some root renders the object and reads the file. */
export function isBuiltWith(state: WorkspaceState, object: WrittenObject, file: string): boolean {
  return [...object.roots].some((id) => state.renderings.get(id)?.files.has(file) === true);
}

function wholeExpression(text: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${text})$`);
  } catch {
    return undefined;
  }
}
