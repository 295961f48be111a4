// The clusters that Plumbline made: one folder each under the home folder, with a kubeconfig of its own.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../model/reason.ts';
import type { ClusterRecord, ClusterStatus, Progress, Provider, ProviderName } from './provider.ts';
import { ClusterError } from './provider.ts';

/** Cluster names are DNS labels: they become folder, context and container names. */
const NAME = /^[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?$/;

export interface Clusters {
  /** Every cluster that was created here, by name. */
  list(): ClusterRecord[];
  get(name: string): ClusterRecord | undefined;
  /** Makes a cluster, or starts the one of that name. Throws ClusterError, also for what is missing on the machine. */
  create(name: string, provider: ProviderName, progress: Progress, signal: AbortSignal): Promise<ClusterRecord>;
  /** Ends a cluster and removes its folder. Only what `create` made is touched. */
  delete(name: string, progress: Progress, signal: AbortSignal): Promise<void>;
  status(name: string, signal: AbortSignal): Promise<ClusterStatus>;
}

export function openClusters(home: string, providers: readonly Provider[]): Clusters {
  const root = join(home, 'clusters');
  const folderOf = (name: string): string => join(root, name);
  const providerOf = (name: ProviderName): Provider => {
    const found = providers.find((provider) => provider.name === name);
    if (!found)
      throw new ClusterError(
        `Unknown kind of cluster "${name}": use ${providers.map((provider) => provider.name).join(' or ')}`,
      );
    return found;
  };
  const get = (name: string): ClusterRecord | undefined => (NAME.test(name) ? readRecord(folderOf(name)) : undefined);
  const known = (name: string): ClusterRecord => {
    const record = get(name);
    if (!record) throw new ClusterError(`No cluster named "${name}": plumbline cluster list shows those that exist`);
    return record;
  };

  return {
    get,
    list: () =>
      (existsSync(root) ? readdirSync(root).sort() : [])
        .map((name) => get(name))
        .filter((record) => record !== undefined),
    create: async (name, providerName, progress, signal) => {
      if (!NAME.test(name))
        throw new ClusterError(
          `"${name}" cannot be a cluster's name: use lower case letters, digits and "-", at most 50 characters`,
        );
      const record = get(name) ?? newRecord(name, providerName, folderOf(name));
      if (record.provider !== providerName)
        throw new ClusterError(
          `The cluster "${name}" exists and is of the kind ${record.provider}: choose another name, or delete it first`,
        );
      const provider = providerOf(providerName);
      const missing = await provider.missing(signal);
      if (missing) throw new ClusterError(missing);
      writeRecord(record);
      await provider.start(record, progress, signal);
      return record;
    },
    delete: async (name, progress, signal) => {
      const record = known(name);
      await providerOf(record.provider).remove(record, progress, signal);
      rmSync(record.folder, { recursive: true, force: true });
    },
    status: async (name, signal) => {
      const record = known(name);
      return providerOf(record.provider).status(record, signal);
    },
  };
}

function newRecord(name: string, provider: ProviderName, folder: string): ClusterRecord {
  const context = provider === 'kind' ? `kind-${name}` : `plumbline-${name}`;
  return {
    name,
    provider,
    createdAt: `${new Date().toISOString().slice(0, 19)}Z`,
    kubeconfig: join(folder, 'kubeconfig'),
    context,
    folder,
  };
}

function readRecord(folder: string): ClusterRecord | undefined {
  const file = join(folder, 'cluster.json');
  if (!existsSync(file)) return undefined;
  try {
    // The folder may have been moved with the home folder: what is on disk decides.
    return {
      ...(JSON.parse(readFileSync(file, 'utf8')) as ClusterRecord),
      folder,
      kubeconfig: join(folder, 'kubeconfig'),
    };
  } catch (error) {
    throw new ClusterError(`${file} cannot be read: ${reasonOf(error)}; delete its folder to forget the cluster`);
  }
}

function writeRecord(record: ClusterRecord): void {
  try {
    mkdirSync(record.folder, { recursive: true, mode: 0o700 });
    // At once or not at all: others may read it while it is written.
    const file = join(record.folder, 'cluster.json');
    writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch (error) {
    const why = reasonOf(error);
    throw new ClusterError(
      `The folder ${record.folder} cannot be written: ${why}; make room or permit it, or set PLUMBLINE_HOME to another folder`,
    );
  }
}
