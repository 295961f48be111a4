// Cases written by hand (fluxCases/), each played by the real controllers and by our loop on one kube-apiserver:
// `node test/real/fluxCases.ts [--only TEXT]`. Statuses, events and objects are equal after each step. Counts last.
import { parseArgs } from 'node:util';
import { equalJson, getPath, isJsonObject } from '../../src/model/json.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { stringifyJson } from '../../src/model/jsonText.ts';
import type { Counts } from '../counts.ts';
import type { FluxCase } from './fluxCases/fluxCase.ts';
import { gateCases, SWITCHED_GATES } from './fluxCases/gateCases.ts';
import { gpgCases } from './fluxCases/gpgCases.ts';
import { kustomizationCases } from './fluxCases/kustomizationCases.ts';
import { objectCases } from './fluxCases/objectCases.ts';
import { casePlayer } from './fluxCases/playCase.ts';
import { signedCases } from './fluxCases/signedCases.ts';
import { sourceCases } from './fluxCases/sourceCases.ts';
import { inLanes } from './lanes.ts';
import { withEngines } from './loopEngines.ts';
import type { Engines } from './loopEngines.ts';

const LANES = 12;
const POLL_MS = 300;
/** A look that is equal may be one that both have before they go on. */
const STILL_MS = 1_500;
const LIMIT_MS = 12_000;
/** A health check gives up after thirty seconds and no sooner. */
const SETTLE_LIMIT_MS = 90_000;

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, POLL_MS));

/** Differences in words after the first step that has some. */
async function play(engines: Engines, one: FluxCase, id: string): Promise<string[]> {
  const players = (['theirs', 'ours'] as const).map((engine) => casePlayer(engines, engine, id, one));
  const [theirs, ours] = players;
  if (!theirs || !ours) return [];
  try {
    await Promise.all(players.map((player) => player.begin()));
    for (const [at, step] of [undefined, ...(one.steps ?? [])].entries()) {
      if (step) await Promise.all(players.map((player) => player.step(step)));
      const start = Date.now();
      while (!players.every((player) => player.isSettled()) && Date.now() < start + SETTLE_LIMIT_MS) await pause();
      const settled = Date.now();
      for (let still = settled; ; await pause()) {
        // What fails is tried again and again: in between it says that it is trying.
        if (!players.every((player) => player.isSettled()) && Date.now() < settled + LIMIT_MS) continue;
        const [their, own] = await Promise.all([theirs.look(), ours.look()]);
        const lines = differences(their, own).filter((line) => !one.meant?.some((each) => line.startsWith(each)));
        if (lines.length > 0) still = Date.now();
        if (Date.now() > still + STILL_MS) break;
        if (lines.length > 0 && Date.now() > settled + LIMIT_MS) return [`after step ${at}`, ...lines];
      }
    }
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    await Promise.all(players.map((player) => player.dispose()));
  }
}

function differences(theirs: ReadonlyMap<string, JsonValue>, ours: ReadonlyMap<string, JsonValue>): string[] {
  return [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((key) => {
    const [a, b] = [theirs.get(key), ours.get(key)];
    if (!key.startsWith('event ')) return inWords(a, b, key);
    return equalJson(a, b) ? [] : [`${a === undefined ? 'ours only' : 'theirs only'}: ${key}`];
  });
}

function inWords(theirs: JsonValue | undefined, ours: JsonValue | undefined, path: string): string[] {
  if (equalJson(theirs, ours)) return [];
  if (isJsonObject(theirs) && isJsonObject(ours))
    return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].flatMap((key) =>
      inWords(getPath(theirs, key), getPath(ours, key), `${path}.${key}`),
    );
  const show = (value: JsonValue | undefined): string => (value === undefined ? 'none' : stringifyJson(value));
  return [`${path}\n    theirs ${show(theirs)}\n    ours   ${show(ours)}`];
}

const isAsked = ({ name }: FluxCase): boolean => name.includes(values.only);

async function playAll(engines: Engines, all: readonly FluxCase[]): Promise<Counts> {
  const cases = all.filter(isAsked);
  let failed = 0;
  await inLanes(LANES, cases.entries(), async ([at, one]) => {
    const lines = await play(engines, one, at.toString(36).padStart(3, '0'));
    if (lines.length === 0) return;
    failed++;
    console.log(`${one.name}:\n  ${lines.join('\n  ').slice(0, 4000)}`);
  });
  return { passed: cases.length - failed, failed };
}

async function playSigned(engines: Engines): Promise<Counts> {
  const signed = [signedCases(), gpgCases()];
  for (const [at, name] of ['ssh-keygen', 'gpg'].entries())
    if (signed[at]?.cases.length === 0) console.log(`skipped: ${name} not found`);
  const cases = signed.flatMap((each) => each.cases);
  try {
    return await playAll(engines, [...sourceCases, ...cases, ...kustomizationCases, ...objectCases]);
  } finally {
    for (const each of signed) each.dispose();
  }
}

const switched = { gates: SWITCHED_GATES, play: (engines: Engines) => playAll(engines, gateCases) };
await withEngines(playSigned, ...(gateCases.some(isAsked) ? [switched] : []));
