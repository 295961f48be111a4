// Puts Flux's definitions and the workspace's own Flux objects into a cluster, so that the loop has something to do.
import type { JsonObject } from '../model/json.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Snapshot } from '../source/snapshot.ts';

/** What a workspace brings along: its Flux objects and what they need, in apply order, and the folder they came from. */
export interface FluxEntry {
  readonly folder: string;
  readonly objects: readonly JsonObject[];
}

/** Finds the entry folder: `clusters/dev`, a `flux-system` folder, else the folder with the most Flux objects. */
export function findFluxEntry(snapshot: Snapshot, read: (path: string, text: string) => readonly JsonObject[]): FluxEntry | undefined {
  throw new Error(`not built yet: ${snapshot.revision} ${typeof read}`);
}

/** Applies the definitions, waits until they are served, then the objects of the entry. */
export async function bootstrap(client: KubeClient, definitions: readonly JsonObject[], entry: FluxEntry | undefined, signal: AbortSignal): Promise<void> {
  throw new Error(`not built yet: ${client.server} ${definitions.length} ${entry?.folder} ${signal.aborted}`);
}
