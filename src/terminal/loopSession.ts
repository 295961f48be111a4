// The loop on a cluster as a command has it: the connection and the loop, with one end.
import { join } from 'node:path';
import { homeFolder } from '../clusters/homeFolder.ts';
import type { KubeClient } from '../kube/client.ts';
import { systemClock } from '../model/clock.ts';
import type { ControllerSettings } from '../model/controllerSettings.ts';
import type { Log } from '../model/log.ts';
import type { ServingMode } from '../model/servingMode.ts';
import type { FluxEntry } from '../reconcile/entry/fluxEntry.ts';
import type { FluxLoop } from '../reconcile/loop.ts';
import { openEntry } from '../reconcile/entry/workspaceEntry.ts';
import type { EntryChoice } from '../reconcile/entry/workspaceEntry.ts';
import type { Fetch } from '../source/wanted.ts';
import { builtinSchemas } from '../schema/builtin.ts';
import { processMemory } from '../workspace/files/memory.ts';
import { makeLocalLoop, readObjects } from '../workspace/cluster/startLoop.ts';
import { knownSchemas } from '../workspace/cluster/clusterSchemas.ts';
import type { Io } from './command.ts';
import { connectTo } from './connection.ts';
import { noEntry } from './entry.ts';
import type { Target } from './target.ts';

export interface LoopSession {
  readonly client: KubeClient;
  readonly loop: FluxLoop;
  /** Ends the loop, gives its Lease back and closes the connection. */
  dispose(): Promise<void>;
}

export interface SessionOptions {
  readonly target: Target;
  /** The repository that is served locally; without it the loop reconciles what the cluster's Flux objects say. */
  readonly workspace: string | undefined;
  readonly mode: ServingMode;
  /** What is put into the cluster first (see readEntry); nothing where it is there already. */
  readonly entry?: FluxEntry | undefined;
  readonly log: Log;
  /** What builds may fetch from outside of their sources. */
  readonly fetch: Fetch;
  readonly settings?: ControllerSettings;
}

/** Connects and puts the workspace's Flux objects into the cluster; the loop is not started yet. */
export async function openSession(options: SessionOptions, io: Io, signal: AbortSignal): Promise<LoopSession> {
  const { target, workspace, mode, entry, log, fetch, settings } = options;
  const client = await connectTo(target, log);
  try {
    const local = {
      folder: workspace,
      mode,
      cacheDir: join(homeFolder(io.env), 'cache'),
      schemas: knownSchemas(),
      fetch,
      settings,
      // Nothing is kept here that could be made anew.
      memory: processMemory(systemClock, () => undefined),
      log,
      clock: systemClock,
      identity: `plumbline-${process.pid}`,
    };
    const loop = await makeLocalLoop(local, client, entry && { entry }, signal);
    const dispose = async (): Promise<void> => {
      loop.dispose();
      await loop.ended;
      client.dispose();
    };
    return { client, loop, dispose };
  } catch (error) {
    client.dispose();
    throw error;
  }
}

/** The Flux objects of a workspace's files as they are on disk, and those that are made for them. Throws where there are none. */
export async function readEntry(workspace: string, choice: EntryChoice): Promise<FluxEntry> {
  const entry = await openEntry(workspace, choice, readObjects, builtinSchemas());
  if (!entry) throw noEntry(workspace);
  return entry;
}
