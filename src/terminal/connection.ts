// The connection of a command to the cluster that its flags name. Whoever asks for one disposes its client.
import type { KubeClient } from '../kube/client.ts';
import { connect } from '../kube/connect.ts';
import type { Log } from '../model/log.ts';
import { silentLog } from '../model/log.ts';
import type { Invocation } from './command.ts';
import type { OpenClusters } from './commands/cluster.ts';
import { resolveTarget } from './target.ts';
import type { Target } from './target.ts';

export interface Connection {
  readonly target: Target;
  readonly client: KubeClient;
}

/** Connects to the cluster that the flags name. */
export async function connectTarget(call: Invocation, open: OpenClusters): Promise<Connection> {
  const target = await resolveTarget(call, open(call.io), false);
  return { target, client: await connectTo(target, silentLog) };
}

export function connectTo({ kubeconfig, context }: Target, log: Log): Promise<KubeClient> {
  return connect({ kubeconfig, ...(context === undefined ? {} : { context }), log });
}
