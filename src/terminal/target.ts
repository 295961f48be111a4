// Which cluster a command works on: one of Plumbline's own by name, or any other by an explicit kubeconfig. The current
// context of the user's own kubeconfig is never taken by default: a loop that writes must be pointed, not guessed.
import { resolve } from 'node:path';
import type { Clusters } from '../clusters/clusters.ts';
import type { Flag, Invocation } from './command.ts';
import { UsageError } from './command.ts';

export const DEFAULT_CLUSTER = 'dev';

export const targetFlags: readonly Flag[] = [
  {
    name: 'cluster',
    type: 'string',
    value: 'NAME',
    description: `A cluster of "plumbline cluster list". Default ${DEFAULT_CLUSTER}.`,
  },
  { name: 'kubeconfig', type: 'string', value: 'FILE', description: 'The kubeconfig of any other cluster.' },
  {
    name: 'context',
    type: 'string',
    value: 'NAME',
    description: 'The context of the kubeconfig. Default its current context.',
  },
];

/** Where what a command names is looked for. */
export function namespaceFlag(description: string): Flag {
  return { name: 'namespace', short: 'n', type: 'string', value: 'NAME', description };
}

export interface Target {
  /** In words, for messages: `embedded/dev`, or a context. */
  readonly name: string;
  readonly kubeconfig: string;
  readonly context: string | undefined;
}

/** Resolves the flags. With `create`, a missing or stopped cluster of Plumbline's is made or started. */
export async function resolveTarget(call: Invocation, clusters: Clusters, create: boolean): Promise<Target> {
  const { flags, io, signal } = call;
  const kubeconfig = flags.text('kubeconfig');
  if (kubeconfig !== undefined) {
    if (flags.text('cluster') !== undefined)
      throw new UsageError('--cluster and --kubeconfig name two clusters: give one of them');
    const context = flags.text('context');
    return { name: context ?? kubeconfig, kubeconfig: resolve(io.cwd, kubeconfig), context };
  }
  const name = flags.text('cluster') ?? DEFAULT_CLUSTER;
  const record = clusters.get(name);
  if (create) {
    const made = await clusters.create(
      name,
      record?.provider ?? 'embedded',
      (message) => io.stderr.write(`► ${message}\n`),
      signal,
    );
    return {
      name: `${made.provider}/${made.name}`,
      kubeconfig: made.kubeconfig,
      context: flags.text('context') ?? made.context,
    };
  }
  if (!record)
    throw new Error(
      `no cluster named "${name}": create it with "plumbline cluster create ${name}", or name another with --kubeconfig`,
    );
  const status = await clusters.status(name, signal);
  if (status.state !== 'running')
    throw new Error(
      `the cluster "${name}" is not running (${status.message}): start it with "plumbline cluster create ${name}"`,
    );
  return {
    name: `${record.provider}/${record.name}`,
    kubeconfig: record.kubeconfig,
    context: flags.text('context') ?? record.context,
  };
}
