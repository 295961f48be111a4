// Clusters of the real `kind` program: containers run, in Docker, behind a kubeconfig of their own.
import { existsSync, readFileSync } from 'node:fs';
import type { ClusterRecord, ClusterStatus, Progress, Provider } from './provider.ts';
import { ClusterError } from './provider.ts';
import { findProgram, runProgram } from './program.ts';

const READY_WAIT = '120s';

/** The provider; `image` overrides kind's own node image (`PLUMBLINE_KIND_IMAGE` or the command's flag). */
export function kindProvider(image: string | undefined): Provider {
  return {
    name: 'kind',
    missing,
    start: (record, progress, signal) => start(record, image, progress, signal),
    remove,
    status,
  };
}

async function missing(signal: AbortSignal): Promise<string | undefined> {
  if (!findProgram('kind'))
    return 'kind was not found on the PATH: install it from https://kind.sigs.k8s.io, or create an embedded cluster';
  const docker = findProgram('docker');
  if (!docker)
    return 'Docker was not found on the PATH: kind runs its nodes as containers; install Docker, or create an embedded cluster';
  const { code } = await runProgram(docker, ['info', '--format', '{{.ServerVersion}}'], {}, signal);
  return code === 0
    ? undefined
    : 'Docker is installed but its engine does not answer: start Docker, or create an embedded cluster';
}

function kindProgram(): string {
  const path = findProgram('kind');
  if (!path) throw new ClusterError('kind was not found on the PATH');
  return path;
}

async function start(
  record: ClusterRecord,
  image: string | undefined,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const kind = kindProgram();
  if ((await clusterNames(kind, signal)).includes(record.name)) {
    await exportKubeconfig(kind, record, signal);
    return;
  }
  const args = ['create', 'cluster', '--name', record.name, '--kubeconfig', record.kubeconfig, '--wait', READY_WAIT];
  if (image) args.push('--image', image);
  const { code, output } = await runProgram(kind, args, { onLine: progress }, signal);
  if (code !== 0) throw new ClusterError(`kind could not create the cluster "${record.name}": ${lastError(output)}`);
}

async function exportKubeconfig(kind: string, record: ClusterRecord, signal: AbortSignal): Promise<void> {
  const { code, output } = await runProgram(
    kind,
    ['export', 'kubeconfig', '--name', record.name, '--kubeconfig', record.kubeconfig],
    {},
    signal,
  );
  if (code !== 0)
    throw new ClusterError(`kind could not write the kubeconfig of "${record.name}": ${lastError(output)}`);
}

async function remove(record: ClusterRecord, progress: Progress, signal: AbortSignal): Promise<void> {
  const args = ['delete', 'cluster', '--name', record.name, '--kubeconfig', record.kubeconfig];
  const { code, output } = await runProgram(kindProgram(), args, { onLine: progress }, signal);
  if (code !== 0) throw new ClusterError(`kind could not delete the cluster "${record.name}": ${lastError(output)}`);
}

async function status(record: ClusterRecord, signal: AbortSignal): Promise<ClusterStatus> {
  const kind = findProgram('kind');
  if (!kind) return { record, state: 'stopped', server: undefined, message: 'kind was not found on the PATH' };
  const running = (await clusterNames(kind, signal)).includes(record.name);
  const server = existsSync(record.kubeconfig)
    ? /server: (\S+)/.exec(readFileSync(record.kubeconfig, 'utf8'))?.[1]
    : undefined;
  return {
    record,
    state: running ? 'running' : 'stopped',
    server,
    message: running ? '' : 'kind knows no cluster of this name',
  };
}

async function clusterNames(kind: string, signal: AbortSignal): Promise<string[]> {
  const { code, output } = await runProgram(kind, ['get', 'clusters'], {}, signal);
  return code === 0 ? output.split('\n').map((line) => line.trim()) : [];
}

function lastError(output: string): string {
  const lines = output.trim().split('\n');
  return lines.find((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? 'no output';
}
