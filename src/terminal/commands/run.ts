// plumbline run: the loop, until it is stopped (or, with --once, until everything is ready).
import { resolve } from 'node:path';
import { UsageError } from '../command.ts';
import type { Command, Invocation } from '../command.ts';
import { entryChoice, entryLines, servedFrom, workspaceFlags } from '../entry.ts';
import { controllerFlags, controllerSettings } from '../controllerFlags.ts';
import { follow } from '../follow.ts';
import type { Following } from '../follow.ts';
import { lineLog } from '../lineLog.ts';
import { silentLog } from '../../model/log.ts';
import { fetchFlags, fetchOf } from '../fetching.ts';
import { openSession, readEntry } from '../loopSession.ts';
import type { LoopSession } from '../loopSession.ts';
import { EXIT } from '../main.ts';
import { loopOutcome } from '../../present/loopTable.ts';
import type { LoopRow } from '../../present/loopTable.ts';
import { isSuspended, KUSTOMIZATION } from '../../reconcile/fluxKinds.ts';
import { refOf } from '../../model/objectRef.ts';
import { jsonScreen, lineScreen, tableScreen } from '../screen.ts';
import type { Screen } from '../screen.ts';
import { resolveTarget, targetFlags } from '../target.ts';
import { limitHeapGrowth } from '../heapGrowth.ts';
import type { OpenClusters } from './cluster.ts';

const DEFAULT_TIMEOUT_S = 300;
const POLL_MS = 50;
/** What a timer of the platform can hold. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
/** A failure may be one that the next change heals (a dependency that comes late): it counts once nothing moves. */
const FAILURE_SETTLES_MS = 5_000;

export function runCommand(open: OpenClusters): Command {
  return {
    name: 'run',
    summary: 'Run the reconciliation loop until stopped',
    operands: '',
    arity: [0, 0],
    description:
      'Run the Flux reconciliation loop on a cluster: sources, builds, apply, prune, health and drift.\n\n With a workspace, its Flux objects are put into the cluster and its repository is served from the folder. Without one the\n loop reconciles what the Flux objects in the cluster say, as the controllers would.',
    examples: [
      [
        'Reconcile the repository in this folder to the embedded cluster, which is created when it is missing',
        'plumbline run --workspace . --create',
      ],
      [
        'Reconcile another cluster, and end when everything is ready',
        'plumbline run --kubeconfig dev.kubeconfig --context dev --workspace . --once',
      ],
      [
        'A repository without Flux objects: one folder of it, in a namespace of its own',
        'plumbline run --workspace . --path ./kustomize --target-namespace demo --create',
      ],
      ['The events of the loop for a program', 'plumbline run --workspace . --output json'],
    ],
    flags: [
      ...targetFlags,
      { name: 'create', type: 'boolean', description: 'Create or start the cluster when it is missing or stopped.' },
      ...workspaceFlags,
      ...fetchFlags,
      ...controllerFlags,
      {
        name: 'once',
        type: 'boolean',
        description: 'End with exit code 0 when everything is ready, with 1 when it cannot become ready.',
      },
      {
        name: 'timeout',
        type: 'string',
        value: 'SECONDS',
        description: `With --once: how long to wait. Default ${DEFAULT_TIMEOUT_S}.`,
      },
      {
        name: 'output',
        short: 'o',
        type: 'string',
        choices: ['table', 'lines', 'json'],
        description: 'A live table (default on a terminal), a line for each change, or JSON events.',
      },
      { name: 'verbose', short: 'v', type: 'boolean', description: 'Write the log to standard error.' },
    ],
    run: (call) => run(open, call),
  };
}

async function run(open: OpenClusters, call: Invocation): Promise<number> {
  const { flags, io, signal } = call;
  const workspace = flags.text('workspace');
  const choice = entryChoice(flags);
  const settings = controllerSettings(flags);
  if (workspace === undefined && (choice.entry ?? choice.path) !== undefined)
    throw new UsageError('--entry and --path are folders of a --workspace: name it');
  const timeoutMs = Number(flags.text('timeout') ?? DEFAULT_TIMEOUT_S) * 1000;
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS))
    throw new UsageError(`--timeout is a number of seconds, not "${flags.text('timeout') ?? ''}"`);
  const over = new AbortController();
  const root = workspace === undefined ? undefined : resolve(io.cwd, workspace);
  // Before a cluster is made: what cannot begin leaves nothing behind.
  const entry = root === undefined ? undefined : await readEntry(root, choice);
  const target = await resolveTarget(call, open(io), flags.on('create'));
  const log = flags.on('verbose') ? lineLog((line) => io.stderr.write(`${line}\n`)) : silentLog;
  const session = await openSession(
    {
      target,
      workspace: root,
      mode: servedFrom(flags),
      entry,
      log,
      fetch: fetchOf(flags, io),
      settings,
    },
    io,
    signal,
  );
  if (entry) for (const line of entryLines(entry)) io.stderr.write(`► ${line}\n`);
  const screen = screenFor(
    call,
    `Plumbline · ${target.name} · ${root ?? 'Flux objects of the cluster'} · Ctrl+C ends the loop\nkubectl --kubeconfig ${target.kubeconfig} get kustomizations,deployments -A`,
  );
  const heap = limitHeapGrowth();
  try {
    session.loop.events.on((event) => screen.event(event));
    session.loop.onState(
      (state) =>
        void (
          state === 'observing' &&
          io.stderr.write(
            '► another loop runs on this cluster, Plumbline or Flux itself: this one observes, and takes over when that one ends\n',
          )
        ),
    );
    await session.loop.start(signal);
    const done = new Outcome(flags.on('once'), timeoutMs, signal);
    const following = await follow(
      session.client,
      session.loop,
      (rows) => {
        screen.rows(rows);
        done.see(rows);
      },
      root,
      signal,
    );
    try {
      if (flags.on('once'))
        takenUp(session, AbortSignal.any([signal, over.signal])).then(
          () => done.begin(following),
          () => undefined,
        );
      const code = await done.code;
      if (flags.on('once') && code === EXIT.failed) await following.explain();
      return code;
    } finally {
      over.abort();
      screen.end(following.rows());
      if (done.late) io.stderr.write(`✗ not everything is ready after ${timeoutMs / 1000} s\n`);
      following.dispose();
    }
  } finally {
    heap.dispose();
    await session.dispose();
  }
}

function screenFor({ flags, io }: Invocation, title: string): Screen {
  const form = flags.text('output') ?? (io.interactive ? 'table' : 'lines');
  if (form === 'json') return jsonScreen(io.stdout);
  return form === 'table' && io.interactive ? tableScreen(io.stdout, title, io.columns) : lineScreen(io.stdout);
}

/** Resolves when a loop has gone through everything once. What the cluster says before that is of an earlier run. */
async function takenUp({ client, loop }: LoopSession, signal: AbortSignal): Promise<void> {
  while (loop.state === 'stopped' && !signal.aborted) await new Promise((next) => setTimeout(next, POLL_MS));
  if (loop.state === 'observing') {
    // The other loop is asked; where it has died, this one answers itself once it has taken over.
    const type = await client.resourceType(KUSTOMIZATION, signal);
    const { items } = type ? await client.list(type, {}, signal) : { items: [] };
    const active = items.filter((one) => !isSuspended(one)).map(refOf);
    await Promise.all(active.map((ref) => loop.reconcile(ref, { withSource: true }, signal)));
  }
  await loop.idle();
}

/** When the command ends, and with which exit code. */
class Outcome {
  readonly code: Promise<number>;
  /** The time was up before there was an outcome. */
  late = false;
  private readonly once: boolean;
  private finish: (code: number) => void = () => undefined;
  private failing: NodeJS.Timeout | undefined;
  private following: Following | undefined;
  private readonly signal: AbortSignal;

  constructor(once: boolean, timeoutMs: number, signal: AbortSignal) {
    this.once = once;
    this.signal = signal;
    this.code = new Promise((done) => {
      const end = (): void => {
        this.late = true;
        this.finish(EXIT.failed);
      };
      const limit = once ? setTimeout(end, timeoutMs) : undefined;
      this.finish = (code) => {
        clearTimeout(limit);
        clearTimeout(this.failing);
        done(code);
      };
      // Stopped by its user, the loop has done as asked; with --once it has not.
      signal.addEventListener('abort', () => this.finish(once ? EXIT.failed : EXIT.ok), { once: true });
    });
  }

  see(rows: readonly LoopRow[]): void {
    if (!this.once || !this.following) return;
    clearTimeout(this.failing);
    const outcome = loopOutcome(rows);
    if (outcome === 'ready') void this.confirm(this.following);
    else if (outcome === 'failed') this.failing = setTimeout(() => this.finish(EXIT.failed), FAILURE_SETTLES_MS);
  }
  /** The loop has begun to say something of its own. */
  begin(following: Following): void {
    this.following = following;
    this.see(following.rows());
  }

  private async confirm(following: Following): Promise<void> {
    try {
      if (loopOutcome(await following.live(this.signal)) === 'ready') this.finish(EXIT.ok);
    } catch {
      // The cluster does not answer: the next change asks again.
    }
  }
}
