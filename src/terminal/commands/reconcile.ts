// plumbline reconcile: ask for a reconciliation and wait for it, as `flux reconcile` does.
import { resolve } from 'node:path';
import { silentLog } from '../../model/log.ts';
import type { KubeClient } from '../../kube/client.ts';
import { getList, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { printRef } from '../../model/objectRef.ts';
import { bootstrap } from '../../reconcile/entry/bootstrap.ts';
import { fluxCrds } from '../../schema/data/flux-crds.ts';
import type { Command, Invocation } from '../command.ts';
import { UsageError } from '../command.ts';
import { entryChoice, servedFrom, workspaceFlags } from '../entry.ts';
import { fetchFlags, fetchOf } from '../fetching.ts';
import { repositoryOf } from '../folder.ts';
import { openSession, readEntry } from '../loopSession.ts';
import { EXIT } from '../main.ts';
import { namespaceFlag, resolveTarget, targetFlags } from '../target.ts';
import { whyText } from '../why.ts';
import type { OpenClusters } from './cluster.ts';

const KINDS: readonly { readonly words: readonly string[]; readonly group: string; readonly kind: string }[] = [
  { words: ['kustomization', 'kustomizations', 'ks'], group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization' },
  {
    words: ['source', 'gitrepository', 'gitrepositories', 'git'],
    group: 'source.toolkit.fluxcd.io',
    kind: 'GitRepository',
  },
];

export function reconcileCommand(open: OpenClusters): Command {
  return {
    name: 'reconcile',
    summary: 'Reconcile a source or a kustomization, and wait for it',
    operands: 'KIND NAME',
    arity: [2, 2],
    description:
      'Reconcile a source or a kustomization, and wait until it was handled. Where a loop runs on the cluster already, that loop\n does the work; otherwise this command does it. The exit code is 0 when it ended ready.',
    examples: [
      ['Reconcile a kustomization and heal its drift', 'plumbline reconcile kustomization apps-staging'],
      ['Fetch its source first', 'plumbline reconcile kustomization apps-staging --with-source'],
    ],
    flags: [
      ...targetFlags,
      namespaceFlag('The namespace of the object. Default flux-system.'),
      { name: 'with-source', type: 'boolean', description: 'Reconcile the source of the kustomization first.' },
      {
        name: 'prune-all',
        type: 'boolean',
        description:
          'Delete what the kustomization no longer renders, though that is all or most of what it has in the cluster.',
      },
      ...workspaceFlags,
      ...fetchFlags,
    ],
    run: (call) => run(open, call),
  };
}

async function run(open: OpenClusters, call: Invocation): Promise<number> {
  const { args, flags, io, signal } = call;
  const kind = KINDS.find((one) => one.words.includes((args[0] ?? '').toLowerCase()));
  if (!kind)
    throw new UsageError(`unknown kind "${args[0] ?? ''}": use ${KINDS.map((one) => one.words[0]).join(' or ')}`);
  const ref: ObjectRef = {
    group: kind.group,
    version: 'v1',
    kind: kind.kind,
    namespace: flags.text('namespace') ?? 'flux-system',
    name: args[1] ?? '',
  };
  const target = await resolveTarget(call, open(io), false);
  const workspace = flags.text('workspace');
  const root = workspace === undefined ? undefined : resolve(io.cwd, workspace);
  const session = await openSession(
    {
      target,
      workspace: root,
      mode: servedFrom(flags),
      log: silentLog,
      fetch: fetchOf(flags, io),
    },
    io,
    signal,
  );
  try {
    // What is there stays as it is: the cluster may have been begun from another folder of the repository.
    if (root !== undefined && !(await exists(session.client, ref, signal)))
      await bootstrap(session.client, fluxCrds(), await readEntry(root, entryChoice(flags)), signal);
    if (!(await exists(session.client, ref, signal)))
      throw new Error(`${printRef(ref)} was not found in ${target.name}`);
    await session.loop.start(signal);
    io.stderr.write(`► reconciling ${printRef(ref)} in ${target.name}\n`);
    const wishes = { withSource: flags.on('with-source'), pruneAll: flags.on('prune-all') };
    await session.loop.reconcile(ref, wishes, signal);
    const ready = readyCondition(await session.client.get(ref, signal));
    const isReady = ready?.status === 'True';
    const question = { cluster: target.name, reader: session.client, root: root ?? repositoryOf('.', io) };
    const why = isReady ? undefined : await whyText(question, ref, signal).catch(() => undefined);
    io.stdout.write(`${isReady ? '✔' : '✗'} ${why ?? ready?.message ?? 'no status was written'}\n`);
    return isReady ? EXIT.ok : EXIT.failed;
  } finally {
    await session.dispose();
  }
}

async function exists(client: KubeClient, ref: ObjectRef, signal: AbortSignal): Promise<boolean> {
  return (await client.resourceType(ref, signal)) !== undefined && (await client.get(ref, signal)) !== undefined;
}

function readyCondition(object: JsonObject | undefined): { status: string; message: string } | undefined {
  const found = (getList(object, 'status', 'conditions') ?? []).find((one) => getString(one, 'type') === 'Ready');
  return found === undefined
    ? undefined
    : { status: getString(found, 'status') ?? '', message: getString(found, 'message') ?? '' };
}
