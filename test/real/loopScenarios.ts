// Generated repositories and edits, run by the real controllers and by our loop on one kube-apiserver, each in namespaces of
// its own: `node test/real/loopScenarios.ts [--runs N] [--seed S] [--minutes M] [--show]`. After each step objects, managedFields,
// inventories, conditions and reasons are equal. Prints the shortest form of what differs, and counts last.
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { getList, getString } from '../../src/model/json.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { KUSTOMIZATIONS, scenarios } from './loopArbitrary.ts';
import type { Operation, Scenario } from './loopArbitrary.ts';
import { inLanes } from './lanes.ts';
import { withEngines } from './loopEngines.ts';
import type { Engines } from './loopEngines.ts';
import { newPlanCounts, planSummary } from './loopPlanCounts.ts';
import { openPlayer } from './loopPlay.ts';
import type { Player } from './loopPlay.ts';
import { compareStates, isDeletedAhead, rememberedKeys } from './loopCompare.ts';
import { followLives } from './loopMoves.ts';
import type { Lives, Look } from './loopMoves.ts';
import type { State } from './loopState.ts';
import { caseOfSeed } from './seeds.ts';

const LANES = 8;
const SETTLE_MS = 5_000;
const POLL_MS = 250;
const SHRINK_TRIES = 12;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    /** After this no further scenario is begun. */
    minutes: { type: 'string', default: '600' },
    show: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: false },
  },
});

interface Difference {
  /** The step after which they differ. */
  readonly step: number;
  readonly lines: readonly string[];
}

let runs = 0;
/** Scenarios that ended at a difference which is meant. */
let intended = 0;
/** Objects that the controllers deleted and made again on a move. */
let remade = 0;
/** How often ours asked before everything was deleted. */
let questions = 0;
const counts = newPlanCounts();

/** The first difference of a scenario; undefined where there is none. */
async function play(engines: Engines, scenario: Scenario, planLines: string[]): Promise<Difference | undefined> {
  const id = (runs++).toString(36).padStart(3, '0');
  const players: Player[] = [];
  let step = -1;
  const done: (readonly Operation[])[] = [];
  const remembered = new Set<string>();
  const lives = followLives();
  try {
    const open = await Promise.allSettled(
      (['theirs', 'ours'] as const).map((engine) =>
        openPlayer(
          engines,
          engine,
          id,
          scenario,
          engine === 'theirs' ? { counts } : { onQuestion: () => void questions++ },
        ),
      ),
    );
    for (const one of open) if (one.status === 'fulfilled') players.push(one.value);
    const failed = open.flatMap((one, at) =>
      one.status === 'rejected' ? [`${at ? 'ours' : 'theirs'}: ${one.reason}`] : [],
    );
    if (failed.length > 0) return { step, lines: failed };
    const [theirs, ours] = players as [Player, Player];
    for (const operations of [[], ...scenario.steps]) {
      const ends = await Promise.allSettled([theirs.step(operations), ours.step(operations)]);
      const late = ends.flatMap((end, at) =>
        end.status === 'rejected' ? [`${at ? 'ours' : 'theirs'}: ${end.reason}`] : [],
      );
      const { lines, theirState, ownState } = await differenceOf(theirs, ours, lives, remembered);
      remade += lives.endStep();
      done.push(operations);
      const [their] = ends;
      if (their?.status === 'fulfilled') planLines.push(...their.value.map((line) => `step ${step + 1}: ${line}`));
      if (
        lines.length > 0 &&
        late.length === 0 &&
        (isKept(done, lines, ownState) ||
          isMissed(done, lines, theirState, ownState) ||
          isForgotten(lines, remembered) ||
          isDeletedAhead(lines, theirState))
      ) {
        intended++;
        if (values.show) console.log(`meant: ${lines.map((line) => line.split('\n')[0] ?? '').join(', ')}`);
        return undefined;
      }
      for (const key of rememberedKeys(theirState, ownState)) remembered.add(key);
      if (lines.length > 0 || late.length > 0) return { step, lines: [...late, ...lines] };
      step++;
    }
    return undefined;
  } finally {
    await Promise.all(players.map((player) => player.dispose()));
  }
}

/**
 * An object that moves to a Kustomization which fails is deleted by the controllers, and kept by ours (docs/differences.md):
 * what follows cannot be compared. Only such an object may differ, and the Kustomizations that have it.
 */
function isKept(done: readonly (readonly Operation[])[], lines: readonly string[], ours: State): boolean {
  const moved = movedNames(done);
  return (
    moved.length > 0 &&
    KUSTOMIZATIONS.some((name) => !isReady(ours.get(`Kustomization/${name}`))) &&
    lines.every((line) => {
      const key = line.split('\n')[0] ?? '';
      return key.startsWith('Kustomization/') || moved.some((name) => key.includes(name));
    })
  );
}

/** The names of the objects whose files went from one folder to another. */
function movedNames(done: readonly (readonly Operation[])[]): string[] {
  return done.flatMap((step) =>
    step.flatMap((one) =>
      one.op === 'remove' &&
      step.some((two) => two.op === 'write' && two.path !== one.path && basename(two.path) === basename(one.path))
        ? [basename(one.path, '.yaml').split('-').at(-1) ?? '']
        : [],
    ),
  );
}

/** The new owner waits for an object that its old owner has deleted just then (docs/differences.md), and ours has it. */
function isMissed(
  done: readonly (readonly Operation[])[],
  lines: readonly string[],
  theirs: State,
  ours: State,
): boolean {
  const keys = lines.map((line) => line.split('\n')[0] ?? '');
  return movedNames(done.slice(-1)).some((name) =>
    KUSTOMIZATIONS.some((owner) => {
      const key = `Kustomization/${owner}`;
      const message = (getList(theirs.get(key), 'conditions') ?? []).map((one) => getString(one, 'message') ?? '');
      const waited = new RegExp(`timeout waiting for: \\[\\S*\\b${name}\\b\\S* status: 'NotFound'`);
      return (
        message.some((text) => waited.test(text)) &&
        isReady(ours.get(key)) &&
        keys.every((one) => one.startsWith(`${key}.`) || one.includes(name))
      );
    }),
  );
}

/** What the controllers have made and no inventory of theirs names is never pruned (docs/differences.md). */
function isForgotten(lines: readonly string[], remembered: ReadonlySet<string>): boolean {
  return lines.every((line) => remembered.has(line.split('\n')[0] ?? '') && line.endsWith('ours   none'));
}

function isReady(state: JsonValue | undefined): boolean {
  return (getList(state, 'conditions') ?? []).some(
    (one) => getString(one, 'type') === 'Ready' && getString(one, 'status') === 'True',
  );
}

/** What is woken by something else may still be on its way. */
async function differenceOf(
  theirs: Player,
  ours: Player,
  lives: Lives,
  remembered: ReadonlySet<string>,
): Promise<Compared> {
  const end = Date.now() + SETTLE_MS;
  for (;;) {
    const [their, own] = await Promise.all([theirs.look(), ours.look()]);
    const [theirState, ownState] = [their.state, lives.seen(their, own)];
    const lines = compareStates(theirState, ownState, moreEnds(their, own), remembered);
    if (lines.length === 0 || Date.now() > end) return { lines, theirState, ownState };
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** What one side has ended by more often than the other, for a reason that is meant or chance. */
function moreEnds(theirs: Look, ours: Look): Map<string, number> {
  return new Map(
    [...new Set([...ours.questions.keys(), ...theirs.early.keys(), ...ours.early.keys()])].map((key) => {
      const early = Math.abs((theirs.early.get(key) ?? 0) - (ours.early.get(key) ?? 0));
      return [key, (ours.questions.get(key) ?? 0) + early];
    }),
  );
}

interface Compared {
  readonly lines: readonly string[];
  readonly theirState: State;
  readonly ownState: State;
}

/** Leaves out steps and operations as long as a difference remains. */
async function shortest(engines: Engines, scenario: Scenario, found: Difference): Promise<[Scenario, Difference]> {
  let [best, difference] = [{ ...scenario, steps: scenario.steps.slice(0, found.step + 2) }, found];
  let tries = 0;
  for (let at = best.steps.length - 1; at >= 0; at--)
    for (let part = (best.steps[at]?.length ?? 0) - 1; part >= 0 && tries < SHRINK_TRIES; part--) {
      tries++;
      const steps = best.steps.map((step, index) => (index === at ? step.filter((_, place) => place !== part) : step));
      const next = { ...best, steps: steps.filter((step) => step.length > 0) };
      const again = await play(engines, next, []);
      if (again) [best, difference] = [next, again];
    }
  return [best, difference];
}

/** The seeds that are asked for, until the time is up. */
function* seedsInTime(): Generator<number> {
  const first = Number(values.seed);
  const end = Date.now() + Number(values.minutes) * 60_000;
  for (let at = 0; at < Number(values.runs) && Date.now() < end; at++) yield first + at;
}

await withEngines(async (engines) => {
  let played = 0;
  let failed = 0;
  let misplanned = 0;
  await inLanes(LANES, seedsInTime(), async (seed) => {
    const scenario = caseOfSeed(scenarios, seed);
    played++;
    const planLines: string[] = [];
    const found = await play(engines, scenario, planLines);
    if (planLines.length > 0) {
      misplanned++;
      console.log(`seed ${seed}, plans:\n  ${planLines.join('\n  ').slice(0, 4000)}`);
      if (values.show && !found) console.log(JSON.stringify(scenario, null, 1));
    }
    if (found || planLines.length > 0) failed++;
    if (!found) return;
    const [short, difference] = values.shrink ? await shortest(engines, scenario, found) : [scenario, found];
    console.log(`seed ${seed}, after step ${difference.step + 1}:\n  ${difference.lines.join('\n  ').slice(0, 4000)}`);
    if (values.show)
      console.log(JSON.stringify({ ...short, steps: short.steps.slice(0, difference.step + 1) }, null, 1));
  });
  if (intended > 0)
    console.log(
      `${intended} ended early at a difference that is meant: what the controllers lose on a move, forget, or delete before they fail`,
    );
  if (remade > 0)
    console.log(`${remade} objects were deleted and made again by the controllers on a move, and kept by ours`);
  if (questions > 0) console.log(`${questions} times ours asked before everything was deleted, and was told yes`);
  for (const line of planSummary(counts)) console.log(line);
  if (misplanned > 0) console.log(`${misplanned} scenarios in which a plan was wrong`);
  return { passed: played - failed, failed };
});
