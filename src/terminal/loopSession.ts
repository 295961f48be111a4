// The loop on a cluster, wired for the command line: connection, sources, stages, and the workspace's Flux objects.
import { join } from 'node:path';
import { homeFolder } from '../clusters/clusters.ts';
import { connect } from '../kube/connect.ts';
import type { KubeClient } from '../kube/client.ts';
import type { JsonObject } from '../model/json.ts';
import { isJsonObject } from '../model/json.ts';
import type { Log } from '../model/log.ts';
import { toJson } from '../model/node.ts';
import { SourceText } from '../model/sourceText.ts';
import { bootstrap } from '../reconcile/bootstrap.ts';
import type { FluxEntry } from '../reconcile/fluxEntry.ts';
import { createLoop } from '../reconcile/loop.ts';
import type { FluxLoop } from '../reconcile/loop.ts';
import { openEntry } from '../reconcile/workspaceEntry.ts';
import type { EntryChoice } from '../reconcile/workspaceEntry.ts';
import { createSources } from '../reconcile/sources.ts';
import { fluxStages } from '../reconcile/stages.ts';
import { builtinSchemas } from '../schema/builtin.ts';
import { fluxCrds } from '../schema/data/flux-crds.ts';
import { readYaml } from '../yaml/read.ts';
import type { Io } from './command.ts';
import { systemClock } from '../model/clock.ts';
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
  readonly mode: 'head' | 'tree';
  /** What is put into the cluster first (see readEntry); nothing where it is there already. */
  readonly entry?: FluxEntry | undefined;
  readonly log: Log;
}

const FLUX_CONTROLLER = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace: 'flux-system',
  name: 'kustomize-controller',
};

/** Connects and puts the workspace's Flux objects into the cluster; the loop is not started yet. */
export async function openSession(options: SessionOptions, io: Io, signal: AbortSignal): Promise<LoopSession> {
  const { target, workspace, mode, entry, log } = options;
  const client = await connect({
    kubeconfig: target.kubeconfig,
    ...(target.context === undefined ? {} : { context: target.context }),
    log,
  });
  try {
    await refuseWhereFluxRuns(client, target, signal);
    if (entry) await bootstrap(client, fluxCrds(), entry, signal);
    const sources = createSources({
      ...(workspace === undefined ? {} : { workspace: { root: workspace, mode } }),
      cacheDir: join(homeFolder(io.env), 'cache'),
      log,
      clock: systemClock,
    });
    const loop = createLoop({
      client,
      sources,
      stages: fluxStages(builtinSchemas()),
      log,
      clock: systemClock,
      options: { identity: `plumbline-${process.pid}` },
    });
    return {
      client,
      loop,
      dispose: async () => {
        loop.dispose();
        sources.dispose();
        await loop.ended;
        client.dispose();
      },
    };
  } catch (error) {
    client.dispose();
    throw error;
  }
}

/** Two reconcilers on one object fight. Where Flux's own controller runs, the loop keeps away. */
async function refuseWhereFluxRuns(client: KubeClient, target: Target, signal: AbortSignal): Promise<void> {
  const controller = await client.get(FLUX_CONTROLLER, signal);
  if (controller)
    throw new Error(
      `Flux's own kustomize-controller is installed in ${target.name}: Plumbline does not reconcile beside it`,
    );
}

/** The Flux objects of a workspace's files as they are on disk, and those that are made for them. Throws where there are none. */
export async function readEntry(workspace: string, choice: EntryChoice): Promise<FluxEntry> {
  const entry = await openEntry(workspace, choice, readObjects, builtinSchemas());
  if (!entry) throw noEntry(workspace);
  return entry;
}

/** Every object in a file's text; files that cannot be read hold none (their errors are reported where they are built). */
export function readObjects(path: string, text: string): JsonObject[] {
  return readYaml(new SourceText(path, text), 'resource').documents.map(toJson).filter(isJsonObject);
}
