// The embedded cluster as a process of its own: detached, so that it survives a window reload, with its state in its
// folder, so that it survives its own end.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { dirname, join } from 'node:path';
import { isLocked } from '../apiserver/lock.ts';
import type { ClusterRecord, ClusterStatus, Progress, Provider } from './provider.ts';
import { ClusterError } from './provider.ts';

/** A small young generation keeps a server that is idle most of the time at two thirds of the memory. */
const NODE_FLAGS = ['--max-semi-space-size=1'];
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 10_000;
const POLL_MS = 25;

/** How this program starts itself: the Node binary and the arguments that come before a command. */
export interface SelfCommand {
  readonly node: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What the serving process writes once it listens (`serving.json` in the cluster's folder). */
export interface Serving {
  readonly pid: number;
  readonly url: string;
}

/** Where the API server keeps its state, inside the cluster's folder. */
export const stateFolder = (folder: string): string => join(folder, 'state');

export const servingFile = (folder: string): string => join(folder, 'serving.json');

/** The provider; `self` starts `cluster serve NAME` in a detached process. */
export function embeddedProvider(self: SelfCommand): Provider {
  return {
    name: 'embedded',
    missing: async () => undefined,
    start: (record, progress, signal) => start(self, record, progress, signal),
    remove,
    status,
  };
}

async function start(self: SelfCommand, record: ClusterRecord, progress: Progress, signal: AbortSignal): Promise<void> {
  if ((await status(record, signal)).state === 'running') return;
  progress(`starting the embedded cluster ${record.name}`);
  mkdirSync(record.folder, { recursive: true, mode: 0o700 });
  const old = readServing(record.folder);
  if (!old || !isAlive(old.pid)) rmSync(servingFile(record.folder), { force: true });
  const log = openSync(join(record.folder, 'log'), 'a', 0o600);
  const child = spawn(self.node, [...NODE_FLAGS, ...self.args, 'cluster', 'serve', record.name], {
    detached: true,
    stdio: ['ignore', log, log],
    // The cluster's own home, whatever that of this process is.
    env: { ...process.env, ...self.env, PLUMBLINE_HOME: dirname(dirname(record.folder)) },
    cwd: record.folder,
  });
  closeSync(log);
  let ended: string | undefined;
  child.once('exit', (code) => (ended = `it ended with exit code ${code ?? 'of a signal'}`));
  child.once('error', (error) => (ended = error.message));
  child.unref();
  const limit = Date.now() + START_LIMIT_MS;
  while (!(await isReady(record, signal))) {
    signal.throwIfAborted();
    if (ended && !startedElsewhere(record.folder))
      throw new ClusterError(
        `The embedded cluster "${record.name}" did not start: ${ended}; its log is ${join(record.folder, 'log')}`,
      );
    if (Date.now() > limit)
      throw new ClusterError(
        `The embedded cluster "${record.name}" was not ready within ${START_LIMIT_MS / 1000} s; its log is ${join(record.folder, 'log')}`,
      );
    await pause(POLL_MS);
  }
}

/** Another process was quicker to start the same cluster: it is waited for instead. */
function startedElsewhere(folder: string): boolean {
  return isLocked(stateFolder(folder));
}

async function isReady(record: ClusterRecord, signal: AbortSignal): Promise<boolean> {
  return (await status(record, signal)).state === 'running';
}

async function status(record: ClusterRecord, signal: AbortSignal): Promise<ClusterStatus> {
  const serving = readServing(record.folder);
  if (!serving || !isAlive(serving.pid))
    return { record, state: 'stopped', server: undefined, message: 'it is not running' };
  const ready = await answers(`${serving.url}/readyz`, signal);
  return {
    record,
    state: ready ? 'running' : 'stopped',
    server: serving.url,
    message: ready ? '' : 'its API server does not answer',
  };
}

async function remove(record: ClusterRecord, progress: Progress, signal: AbortSignal): Promise<void> {
  const serving = readServing(record.folder);
  // Only a process that answers at the recorded address is ours: the number may have been given to another one.
  if (!serving || !isAlive(serving.pid) || !(await answers(`${serving.url}/readyz`, signal))) return;
  progress(`stopping the embedded cluster ${record.name}`);
  process.kill(serving.pid, 'SIGTERM');
  const asked = Date.now();
  let isKilled = false;
  while (isAlive(serving.pid)) {
    signal.throwIfAborted();
    // On a busy machine it may take long to say goodbye, and nothing of it is kept: then it is ended without.
    if (!isKilled && Date.now() > asked + STOP_LIMIT_MS) {
      process.kill(serving.pid, 'SIGKILL');
      isKilled = true;
    }
    if (Date.now() > asked + 2 * STOP_LIMIT_MS)
      throw new ClusterError(
        `The embedded cluster "${record.name}" (process ${serving.pid}) did not stop within ${(2 * STOP_LIMIT_MS) / 1000} s`,
      );
    await pause(POLL_MS);
  }
}

/** What the serving process of a folder said of itself; undefined where none serves. */
export function readServing(folder: string): Serving | undefined {
  const file = servingFile(folder);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Serving;
  } catch {
    // Half written by a process that was killed: the cluster is not running.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** True when the health address answers 200. Nothing secret is sent, so the certificate need not be checked. */
function answers(url: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request(url, { rejectUnauthorized: false, agent: false, timeout: 2_000, signal }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.end();
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
