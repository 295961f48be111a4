// Random edits of a repository: what the plan says before each commit is what the loop then does, and what was predicted is
// what the server confirms. More of them with PLUMBLINE_PLAN_STEPS, others with PLUMBLINE_PLAN_SEED.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { KubeClient } from '../../src/kube/client.ts';
import { refOfEntry } from '../../src/model/inventory.ts';
import { getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { keyOf } from '../../src/model/objectRef.ts';
import { GIT_REPOSITORY } from '../../src/reconcile/fluxKinds.ts';
import { inventoryOf } from '../../src/workspace/plan/planAll.ts';
import { writeFiles } from '../folder.ts';
import { kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';
import { commitWritten, foretoldAndDone, lines, plansOf } from './planning.ts';

const STEPS = Number(process.env['PLUMBLINE_PLAN_STEPS'] ?? 15);
const SEED = Number(process.env['PLUMBLINE_PLAN_SEED'] ?? 1);

/** A small generator of numbers that is the same everywhere (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const ANNOTATIONS = ['prune: disabled', 'ssa: IfNotPresent', 'ssa: Merge', 'reconcile: disabled', 'ssa: Ignore'];

/** The text of an object by its number: the kind stays, what it says varies. */
function text(number: number, pick: (below: number) => number): string {
  const kind = number % 6;
  const plain = kind === 4 || pick(6) > 0;
  const note = plain
    ? ''
    : `\n  annotations: {kustomize.toolkit.fluxcd.io/${ANNOTATIONS[pick(ANNOTATIONS.length)] ?? ''}}`;
  const forced = kind === 4 ? '\n  annotations: {kustomize.toolkit.fluxcd.io/force: enabled}' : note;
  const head = (apiVersion: string, name: string): string =>
    `apiVersion: ${apiVersion}\nkind: ${name}\nmetadata:\n  name: o${number}\n  namespace: default${forced}\n`;
  const value = pick(3);
  const pod = `metadata: {labels: {app: o${number}}}, spec: {containers: [{name: c, image: "x:${value}"${pick(2) ? ', env: [{name: A, value: b}]' : ''}}]}`;
  switch (kind) {
    case 0:
      return `${head('v1', 'Secret')}stringData: {password: "p${value}"}\n`;
    case 1:
      return `${head('v1', 'Service')}spec: {selector: {app: "a${value}"}, ports: [{port: ${80 + pick(2)}${pick(2) ? ', name: web' : ''}}]}\n`;
    case 2:
      return `${head('apps/v1', 'Deployment')}spec: {replicas: ${pick(3)}, selector: {matchLabels: {app: o${number}}}, template: {${pod}}}\n`;
    case 3:
      return `${head('rbac.authorization.k8s.io/v1', 'Role')}rules: [{apiGroups: [""], resources: [pods], verbs: [get${value ? ', list' : ''}]}]\n`;
    case 4:
      return `${head('batch/v1', 'Job')}spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "x:${value}"}]}}}\n`;
    default:
      return `${head('v1', 'ConfigMap')}data: {value: "v${value}"${pick(2) ? ', more: x' : ''}}\n`;
  }
}

/** Somebody else writes a ConfigMap: one that is not ours yet, or a key beside ours. */
async function meddle(client: KubeClient, number: number, pick: (below: number) => number): Promise<void> {
  const object: JsonObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `o${number - (number % 6) + 5}`, namespace: 'default' },
    data: { [`extra${pick(2)}`]: 'theirs' },
  };
  const manager = ['kubectl-client-side-apply', 'operator'][pick(2)] ?? '';
  await client.apply(object, { fieldManager: manager, force: true }, signal);
}

async function applied(scenario: Scenario, before: string): Promise<void> {
  let now = before;
  await scenario.until('the new commit is fetched', async () => {
    const source = await scenario.client.get({ ...GIT_REPOSITORY, namespace: NAMESPACE, name: 'test' }, signal);
    now = getString(source, 'status', 'artifact', 'revision') ?? before;
    return now !== before;
  });
  await scenario.ready('a', 'b');
  await scenario.loop.idle();
}

/** What stands in an inventory and was never made (ssa: Ignore): its deletion is reported, and changes nothing. */
async function missing(scenario: Scenario): Promise<string[]> {
  const inventories = await Promise.all(['a', 'b'].map((name) => scenario.kustomization(name)));
  const refs = inventories.flatMap((one) => inventoryOf(one).map(refOfEntry)).filter((ref) => ref !== undefined);
  const found = await Promise.all(refs.map((ref) => scenario.client.get(ref, signal)));
  return refs.filter((_, at) => found[at] === undefined).map(keyOf);
}

test(`${STEPS} random edits: planned, predicted and done alike`, { timeout: 5_000 + STEPS * 2_000 }, async () => {
  const pick = random(SEED);
  const scenario = await openScenario({
    'clusters/dev/a.yaml': kustomization('a', './a'),
    'clusters/dev/b.yaml': kustomization('b', './b'),
    'a/keep.yaml': text(5, () => 1).replace('o5', 'a'),
    'b/keep.yaml': text(5, () => 1).replace('o5', 'b'),
  });
  await scenario.ready('a', 'b');
  const files = new Map<string, string>();
  const count = { compared: 0, differing: [] as unknown[] };
  for (let step = 0; step < STEPS; step++) {
    const change: Record<string, string | null> = { [`seen-${step}`]: '' };
    for (let edits = 1 + pick(4); edits > 0; edits--) {
      const number = pick(24);
      const [here, there] = pick(2) ? ['a', 'b'] : ['b', 'a'];
      const [path, other] = [`${here}/o${number}.yaml`, `${there}/o${number}.yaml`];
      const gone = pick(4) === 0;
      if (pick(5) === 0) await meddle(scenario.client, number, pick);
      if (files.delete(other)) change[other] = null;
      if (gone && !files.has(path)) continue;
      const now = gone ? null : text(number, pick);
      change[path] = now;
      if (now === null) files.delete(path);
      else files.set(path, now);
    }
    await scenario.loop.idle();
    const revision = getString((await scenario.kustomization('a')) ?? {}, 'status', 'lastAppliedRevision') ?? '';
    const present = Object.fromEntries(
      Object.entries(change).filter(([path, now]) => now !== null || existsSync(join(scenario.root, path))),
    );
    writeFiles(scenario.root, present);
    const predicted = (await plansOf({ root: scenario.root }, scenario.client, false)).plans;
    const { plans } = await plansOf({ root: scenario.root }, scenario.client);
    expect(predicted.map(lines), `step ${step}`).toEqual(plans.map(lines));
    for (const { prediction } of plans) {
      count.compared += prediction?.compared ?? 0;
      count.differing.push(...(prediction?.differing ?? []));
    }
    const absent = await missing(scenario);
    await commitWritten(scenario, present);
    await applied(scenario, revision);
    for (const plan of plans) {
      const moved = plan.entries.filter(({ action }) => action === 'handover').map(({ ref }) => keyOf(ref));
      const name = plan.kustomization.split('/')[1] ?? '';
      const { foretold, done } = foretoldAndDone(scenario, name, plan, new Set([...moved, ...absent]));
      // Whether the loop looks again at what it knows to be left alone is its own business.
      const left = (line: string): string => line.replace(/ (unchanged|skipped)$/, ' left');
      expect(done.map(left), `step ${step} of seed ${SEED}, ${name}`).toEqual(foretold.map(left));
    }
  }
  expect(count.differing).toEqual([]);
  expect(count.compared).toBeGreaterThan(STEPS);
});
