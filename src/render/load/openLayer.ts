// Opens the kustomization that an entry of `resources` or `components` names: in a directory beside the present one, or in
// a repository from elsewhere. Builds nothing.
import { entryOrigin } from '../annotations/buildAnnotations.ts';
import {
  kustomizationCycle,
  outsideSnapshot,
  pathAbsolute,
  pathAmbiguous,
  remoteFailed,
  remotePending,
  remoteRefused,
  repositoryCycle,
  wrongComponentKind,
} from '../findings.ts';
import type { TextItem } from '../kustomization/kustomization.ts';
import { readKustomization } from '../kustomization/read.ts';
import type { Layer } from '../layer.ts';
import { isInside, newLoader } from './loader.ts';
import type { LoaderBase } from './loader.ts';
import { setSchemas } from '../openapi/openapi.ts';
import type { RepositoryAddress } from '../remote/address.ts';

export type Expected = 'Component' | 'Kustomization';

/** The kustomization in a directory that another one names; undefined, with a finding, where it cannot be built. */
export function openLayer(layer: Layer, item: TextItem, expected: Expected): Layer | undefined {
  const { base } = layer.loader;
  const root = item.text.startsWith('/') ? undefined : layer.loader.resolve(item.text);
  if (root === undefined) {
    const isAbsolute = item.text.startsWith('/');
    base.report(isAbsolute ? pathAbsolute(item.text, item.place) : outsideSnapshot(item.text, item.place));
    return undefined;
  }
  if (item.text.split('/').some((part) => part !== '..' && part.includes('..'))) {
    base.report(pathAmbiguous(item.text, item.place));
    return undefined;
  }
  const visited = layer.roots.findIndex((each) => isInside(each, root));
  if (visited >= 0) {
    base.report(kustomizationCycle([...layer.roots.slice(visited), root].map(base.display), item.place));
    return undefined;
  }
  return enter({ ...layer, roots: [...layer.roots, root] }, base, root, item, expected);
}

/** The kustomization in a repository from elsewhere. Also undefined while that is still to be fetched. */
export function openRepository(
  layer: Layer,
  address: RepositoryAddress,
  item: TextItem,
  expected: Expected,
): Layer | undefined {
  const { base } = layer.loader;
  const cycle = layer.repositories.find((each) => each.startsWith(address.raw));
  if (cycle !== undefined) {
    base.report(repositoryCycle(address.raw, cycle, item.place));
    return undefined;
  }
  const { url, ref, submodules, timeoutMs } = address;
  const answer = base.ask({ kind: 'repository', url, ref, submodules, timeoutMs });
  if (!answer) base.report(remotePending(item.text, item.place));
  if (answer?.kind === 'refused') base.report(remoteRefused(item.text, answer.reason, item.place));
  if (answer?.kind === 'failed') base.report(remoteFailed(item.text, answer.reason, item.place));
  if (answer?.kind !== 'tree') return undefined;
  // A repository from elsewhere never reaches out of itself, whatever the build allows; its files do not change.
  const own: LoaderBase = {
    ...base,
    snapshot: answer.snapshot,
    restrictor: 'rootOnly',
    aboveRoot: 'nothing',
    files: new Set(),
    sources: new Map(),
    display: (path) => (path === '' ? '.' : path),
    address: `${address.url}${address.ref === '' ? '' : `?ref=${address.ref}`}//`,
  };
  const inside = { ...layer, roots: [address.path], repositories: [...layer.repositories, address.raw] };
  return enter(inside, own, address.path, item, expected);
}

function enter(layer: Layer, base: LoaderBase, root: string, item: TextItem, expected: Expected): Layer | undefined {
  const kustomization = readKustomization(base, root, item.place, item.text);
  if (!kustomization) return undefined;
  if (kustomization.kind !== expected) {
    base.report(wrongComponentKind(item.text, expected, item.place));
    return undefined;
  }
  const loader = newLoader(base, root);
  const next: Layer = { ...layer, kustomization, loader, origin: entryOrigin(layer.origin, item.text) };
  setSchemas(next);
  return next;
}
