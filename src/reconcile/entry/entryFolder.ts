// Which folder of a repository the loop starts from, and why in words. Looks at what the files hold; the person may choose
// another one.
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import { byCodeUnit } from '../../model/byCodeUnit.ts';
import { parentPath } from '../../source/paths.ts';
import { GIT_REPOSITORY, KUSTOMIZATION } from '../fluxKinds.ts';

/** The objects of the files of each folder, by the folder's path. */
export type ObjectsByFolder = ReadonlyMap<string, readonly JsonObject[]>;

export interface EntryFolder {
  readonly folder: string;
  /** Why this one, for the person who wonders. */
  readonly why: string;
}

/** Words in the name of a cluster's folder, the most harmless first; a name without any of them stands before `prod`. */
const STAGES_OF_LIFE: readonly RegExp[] = [
  /^dev$/,
  /^(dev|devel|develop|development)$/,
  /^(local|kind|k3d|k3s|minikube|sandbox|playground)$/,
  /^(stage|staging|stg|uat|preprod|preview)$/,
  /^(test|tests|testing|tst|qa|ci|e2e)$/,
];
const PRODUCTION = /^(prod|prd|live)/;

/**
 * The entry folder: `clusters/dev`, else the cluster below `clusters` that looks least like production, else the parent of
 * a `flux-system` folder, else the folder with the most Kustomizations. Undefined where no file holds a Kustomization.
 */
export function chooseEntryFolder(byFolder: ObjectsByFolder): EntryFolder | undefined {
  const folders = [...byFolder.keys()];
  const below = (folder: string): JsonObject[] => objectsBelow(byFolder, folder);
  const clusters = clusterFolders(folders).filter((folder) => below(folder).some(isKustomization));
  const [cluster] = clusters.toSorted(
    (a, b) =>
      stageOfLife(a) - stageOfLife(b) ||
      below(b).filter(isKustomization).length - below(a).filter(isKustomization).length ||
      byCodeUnit(a, b),
  );
  if (cluster !== undefined) return { folder: cluster, why: whyCluster(cluster, clusters) };
  const system = folders
    .filter((path) => /(^|\/)flux-system$/.test(path) && below(path).some(isKustomization))
    .toSorted(byCodeUnit)[0];
  if (system !== undefined)
    return {
      folder: parentPath(system) === '' ? system : parentPath(system),
      why: 'flux bootstrap wrote its files there',
    };
  const [most, ...others] = folders
    .filter((path) => byFolder.get(path)?.some(isKustomization))
    .toSorted((a, b) => weight(below(b)) - weight(below(a)) || byCodeUnit(a, b));
  if (most === undefined) return undefined;
  return {
    folder: most,
    why:
      others.length === 0 ? 'the only folder with Flux Kustomizations' : 'the folder with the most Flux Kustomizations',
  };
}

/** What the files of a folder and of the folders below it hold. */
export function objectsBelow(byFolder: ObjectsByFolder, folder: string): JsonObject[] {
  return [...byFolder].filter(([path]) => isInside(path, folder)).flatMap(([, objects]) => objects);
}

export function isInside(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** The folders of the clusters that stand beside a folder: `clusters/production` for `clusters/staging`. */
export function siblingClusters(folders: Iterable<string>, entry: string): string[] {
  const all = clusterFolders(folders);
  return all.includes(entry) ? all.filter((folder) => folder !== entry) : [];
}

export function isKustomization(object: JsonObject): boolean {
  const { group, kind } = refOf(object);
  return group === KUSTOMIZATION.group && kind === KUSTOMIZATION.kind;
}

/** Every `clusters/NAME` that holds something. */
function clusterFolders(folders: Iterable<string>): string[] {
  const found = new Set<string>();
  for (const path of folders) {
    const [first, name] = path.split('/');
    if (first === 'clusters' && name !== undefined) found.add(`clusters/${name}`);
  }
  return [...found];
}

/** Kustomizations first; where they are as many, the folder that also holds their sources. */
function weight(objects: readonly JsonObject[]): number {
  const sources = objects.filter((object) => refOf(object).group === GIT_REPOSITORY.group).length;
  return objects.filter(isKustomization).length * 1000 + sources;
}

function stageOfLife(folder: string): number {
  const name = folder.slice(folder.lastIndexOf('/') + 1).toLowerCase();
  const whole = STAGES_OF_LIFE.findIndex((word) => word.test(name));
  if (whole >= 0) return whole;
  const words = name.split(/[^a-z0-9]+/);
  if (words.some((word) => PRODUCTION.test(word))) return STAGES_OF_LIFE.length * 2 + 1;
  const part = STAGES_OF_LIFE.findIndex((stage) => words.some((word) => stage.test(word)));
  return STAGES_OF_LIFE.length + (part >= 0 ? part : STAGES_OF_LIFE.length);
}

function whyCluster(chosen: string, clusters: readonly string[]): string {
  const others = clusters.filter((folder) => folder !== chosen).toSorted(byCodeUnit);
  if (others.length === 0) return 'the only cluster of the repository';
  return `rather than ${others.join(', ')}; --entry takes another`;
}
