// plumbline apply: make the plan, show it, ask, and apply exactly that. Refuses where files or cluster are no longer those of
// the plan.
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { homeFolder } from '../../clusters/homeFolder.ts';
import type { ChangeSet } from '../../model/changeSet.ts';
import { systemClock } from '../../model/clock.ts';
import { hasErrors } from '../../model/finding.ts';
import { silentLog } from '../../model/log.ts';
import { printRef } from '../../model/objectRef.ts';
import { planChanges, planText } from '../../present/plan/planText.ts';
import { applyPlan } from '../../workspace/plan/applyPlan.ts';
import { knownSchemas } from '../../workspace/cluster/clusterSchemas.ts';
import { UsageError } from '../command.ts';
import type { Command, Invocation, Io } from '../command.ts';
import { connectTarget } from '../connection.ts';
import type { Connection } from '../connection.ts';
import { controllerSettings } from '../controllerFlags.ts';
import { fetchOf } from '../fetching.ts';
import { lineLog } from '../lineLog.ts';
import { EXIT } from '../main.ts';
import { readPlanFile, staleReason } from '../planFile.ts';
import { planJson } from '../planJson.ts';
import { answer, planFlags, questionOf } from '../planning.ts';
import type { Answered } from '../planning.ts';
import type { OpenClusters } from './cluster.ts';

const DEFAULT_TIMEOUT_S = 300;

export function applyCommand(open: OpenClusters): Command {
  return {
    name: 'apply',
    summary: 'Apply what a plan says, after a look at it',
    operands: '',
    arity: [0, 0],
    description:
      'Make the plan of the files as they are on disk (or of --to), show it, and apply it after a "yes": in stages, with prune and\n health checks, as the loop does. What is applied is the tree that was planned, whatever is saved meanwhile. With --plan it\n must still be the plan in that file: it is refused when the files or what the cluster would change are others by now.',
    examples: [
      ['Plan, look, and apply', 'plumbline apply'],
      [
        'In two steps, with a review in between',
        'plumbline plan --output json > plan.json; plumbline apply --plan plan.json --yes',
      ],
    ],
    flags: [
      ...planFlags,
      { name: 'plan', type: 'string', value: 'FILE', description: 'Apply only if this is still the plan.' },
      { name: 'yes', short: 'y', type: 'boolean', description: 'Do not ask.' },
      {
        name: 'timeout',
        type: 'string',
        value: 'SECONDS',
        description: `How long to wait until everything is ready. Default ${DEFAULT_TIMEOUT_S}.`,
      },
    ],
    run: (call) => run(open, call),
  };
}

async function run(open: OpenClusters, call: Invocation): Promise<number> {
  const { flags, io } = call;
  const question = questionOf(call);
  const timeoutMs = Number(flags.text('timeout') ?? DEFAULT_TIMEOUT_S) * 1000;
  if (!(timeoutMs > 0)) throw new UsageError(`--timeout is a number of seconds, not "${flags.text('timeout') ?? ''}"`);
  if (!flags.on('yes') && !io.interactive)
    throw new UsageError('nobody can be asked here: look at "plumbline plan", then say --yes');
  const file = flags.text('plan');
  const kept = file === undefined ? undefined : readPlanFile(resolve(io.cwd, file));
  const connection = await connectTarget(call, open);
  try {
    const made = await answer(question, call, connection.client, { confirm: true });
    const stale = kept && staleReason(kept, made.plans);
    if (stale !== undefined) return refuse(io, stale);
    io.stdout.write(
      planText(made.plans, { cluster: connection.target.name, ...(io.interactive ? { width: io.columns } : {}) }),
    );
    if (made.plans.some((plan) => hasErrors(plan.findings)))
      return refuse(io, 'the plan has errors: nothing is applied');
    if (!planChanges(made.plans)) return EXIT.ok;
    if (flags.on('yes')) return await carryOut(made, connection, timeoutMs, call);
    if (!(await isWanted(io, connection.target.name))) return refuse(io, 'not applied');
    // Somebody has looked at it for a while.
    const again = await answer(question, call, connection.client, { confirm: true });
    const changed = staleReason(made.plans.map(planJson), again.plans);
    return changed === undefined ? await carryOut(again, connection, timeoutMs, call) : refuse(io, changed);
  } finally {
    connection.client.dispose();
  }
}

function refuse(io: Io, message: string): number {
  io.stderr.write(`error: ${message}\n`);
  return EXIT.failed;
}

async function isWanted(io: Io, cluster: string): Promise<boolean> {
  const lines = createInterface({ input: io.stdin, output: io.stderr });
  try {
    return (await lines.question(`Apply this to ${cluster}? Only "yes" is taken for yes: `)).trim() === 'yes';
  } finally {
    lines.close();
  }
}

async function carryOut(
  { plans, tree, entry }: Answered,
  { client }: Connection,
  timeoutMs: number,
  { flags, io, signal }: Invocation,
): Promise<number> {
  const onChanges = (_: string, changes: ChangeSet): void => {
    for (const { ref, action } of changes) if (action !== 'unchanged') io.stdout.write(`${printRef(ref)} ${action}\n`);
  };
  const results = await applyPlan(
    {
      tree,
      entry,
      plans,
      cacheDir: join(homeFolder(io.env), 'cache'),
      schemas: knownSchemas(),
      fetch: fetchOf(flags, io),
      settings: controllerSettings(flags),
      log: flags.on('verbose') ? lineLog((line) => io.stderr.write(`${line}\n`)) : silentLog,
      clock: systemClock,
      identity: `plumbline-${process.pid}`,
      timeoutMs,
      onChanges,
    },
    client,
    signal,
  );
  for (const { kustomization, ready, message } of results)
    io.stdout.write(`${ready ? '✔' : '✗'} ${kustomization}  ${message}\n`);
  return results.every(({ ready }) => ready) ? EXIT.ok : EXIT.failed;
}
