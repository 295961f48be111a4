// The data of ConfigMaps and Secrets that rendered manifests, files and cluster objects hold, for postBuild.substituteFrom,
// each value with the place where it is written. What is encrypted is unknown. Renders nothing.
import { hasErrors } from '../../model/finding.ts';
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { child, textOf } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import { chainOf, sourcesOf } from '../../model/origin.ts';
import type { Origin } from '../../model/origin.ts';
import type { VariableSource } from '../../render/rendering.ts';
import { joinPath } from '../../source/paths.ts';
import { KUSTOMIZATION_NAMES } from './indexFolder.ts';
import type { RootRendering, WorkspaceState } from '../state.ts';

/** What a ConfigMap or Secret gives: its values by key, and where each was written or who has it. */
export type VariableData = Pick<VariableSource, 'data' | 'origins' | 'holder'>;

/** What `postBuild.substituteFrom` names, in words; `asker` is the file of the Kustomization that asks. */
export interface VariableName {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly namespace: string;
  readonly name: string;
  readonly asker?: string | undefined;
}

/** Looks up what `postBuild.substituteFrom` names, where a cluster or the workspace knows it. */
export type VariableLookup = (name: VariableName) => VariableData | undefined;

/** Looks among manifests that are all there is. */
export function variablesIn(manifests: readonly Manifest[]): VariableLookup {
  const holders = holdersIn(manifests);
  return (name) => {
    const found = holders.get(`${name.kind}/${name.name}`) ?? [];
    return chosen(
      name,
      found.map((manifest) => ({ manifest, rank: 0 })),
    );
  };
}

/**
 * Looks among what a folder has as it is now: what Flux Kustomizations render, then kustomizations that no other builds
 * upon, then bases, then objects in files that nothing renders.
 */
export function createVariablesOf(): (state: Pick<WorkspaceState, 'index' | 'renderings'>) => VariableLookup {
  const known = new WeakMap<readonly Manifest[], Holders>();
  const holdersOf = (rendering: RootRendering): Holders => {
    const manifests = hasErrors(rendering.findings) ? rendering.lastGood : rendering.manifests;
    const holders = known.get(manifests) ?? holdersIn(manifests);
    known.set(manifests, holders);
    return holders;
  };
  return (state) => (name) => {
    const key = `${name.kind}/${name.name}`;
    const renderings = [...state.renderings.values()];
    const found = renderings.flatMap((rendering) =>
      (holdersOf(rendering).get(key) ?? []).map((manifest) => ({ manifest, rank: rankOf(rendering, renderings) })),
    );
    const written = holdersIn(state.index.variables ?? []).get(key) ?? [];
    return chosen(name, [...found, ...written.map((manifest) => ({ manifest, rank: 3 }))]);
  };
}

function rankOf({ root }: RootRendering, all: readonly RootRendering[]): number {
  if (root.kind === 'flux') return 0;
  const files = KUSTOMIZATION_NAMES.map((name) => joinPath(root.path, name));
  return all.some((one) => one.root.path !== root.path && files.some((file) => one.files.has(file))) ? 2 : 1;
}

/** The ConfigMaps and Secrets among manifests, by `Kind/name`. */
type Holders = ReadonlyMap<string, readonly Manifest[]>;

function holdersIn(manifests: readonly Manifest[]): Holders {
  const found = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    const kind = textOf(child(manifest.node, 'kind'));
    if (kind !== 'ConfigMap' && kind !== 'Secret') continue;
    const key = `${kind}/${manifestRef(manifest).name}`;
    found.set(key, [...(found.get(key) ?? []), manifest]);
  }
  return found;
}

interface Candidate {
  readonly manifest: Manifest;
  /** Lower ones are nearer to what is applied. */
  readonly rank: number;
}

/**
 * One of the very namespace before one that says none and is taken for one of any; then by rank; then the one whose file
 * is nearest to the Kustomization that asks.
 */
function chosen({ namespace, asker }: VariableName, candidates: readonly Candidate[]): VariableData | undefined {
  const standing = (one: Candidate): readonly number[] => [
    manifestRef(one.manifest).namespace === namespace ? 0 : 1,
    one.rank,
    -sharedFolders(one.manifest.node.origin.place?.source.path, asker),
  ];
  const [best] = candidates
    .filter(({ manifest }) => [namespace, ''].includes(manifestRef(manifest).namespace))
    .map((one) => ({ one, at: standing(one) }))
    .toSorted((a, b) => {
      const i = a.at.findIndex((part, at) => part !== b.at[at]);
      return i < 0 ? 0 : (a.at[i] ?? 0) - (b.at[i] ?? 0);
    });
  return best && dataOf(best.one.manifest.node);
}

function sharedFolders(a: string | undefined, b: string | undefined): number {
  const [left, right] = [(a ?? '').split('/'), (b ?? '').split('/')];
  const at = left.findIndex((part, i) => part !== right[i]);
  return at < 0 ? left.length : at;
}

/** The data by key. Secrets hold base64 in `data`; undefined where it is none, or encrypted. */
export function dataOf(object: Node): VariableData | undefined {
  if (child(object, 'sops')) return undefined;
  const secret = textOf(child(object, 'kind')) === 'Secret';
  const data = new Map<string, string>();
  const origins = new Map<string, Origin>();
  for (const field of secret ? ['data', 'stringData'] : ['data']) {
    const values = child(object, field);
    for (const [key, { value }] of values?.kind === 'map' ? values.entries : []) {
      const written = value.kind === 'scalar' ? String(value.value) : '';
      const text = field === 'data' && secret ? decoded(written) : written;
      if (text === undefined) return undefined;
      data.set(key, text);
      origins.set(key, value.origin);
    }
  }
  return { data, origins };
}

function decoded(text: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
  } catch {
    return undefined; // No base64: the object itself is reported for it.
  }
}

/** Every file that the values of variables come from. */
export function filesOfVariables(sources: readonly VariableSource[]): ReadonlySet<string> {
  const files = new Set<string>();
  const seen = new Set<Origin>();
  const add = (origin: Origin): void => {
    for (const link of chainOf(origin)) {
      if (seen.has(link)) return;
      seen.add(link);
      if (link.place) files.add(link.place.source.path);
      sourcesOf(link).forEach(add);
    }
  };
  for (const { origins } of sources) origins?.forEach(add);
  return files;
}
