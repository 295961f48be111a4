// A plan of a scenario's repository as it is on disk, and what the loop then did with it: for tests that hold one to the other.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectUntrusted } from '../../src/kube/connect.ts';
import { systemClock } from '../../src/model/clock.ts';
import type { ControllerSettings } from '../../src/model/controllerSettings.ts';
import { isGateOn } from '../../src/model/featureGates.ts';
import { silentLog } from '../../src/model/log.ts';
import { keyOf, printRef } from '../../src/model/objectRef.ts';
import type { Plan, PlanEntry } from '../../src/diff/plan/plan.ts';
import { renderFlux } from '../../src/render/flux/renderFlux.ts';
import { typesOfCrd } from '../../src/schema/crd.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { fluxCrds } from '../../src/schema/data/flux-crds.ts';
import { makePlans } from '../../src/workspace/plan/makePlans.ts';
import type { MadePlans, PlanQuery } from '../../src/workspace/plan/makePlans.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { writeFiles } from '../folder.ts';
import type { Files } from '../folder.ts';
import { NAMESPACE, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';

const schemas = builtinSchemas().with(fluxCrds().flatMap((crd) => typesOfCrd(crd)));

/** Plans as the command does. */
export async function plansOf(
  query: Omit<PlanQuery, 'choice'>,
  client: KubeClient | undefined,
  confirm = true,
  settings: ControllerSettings = {},
): Promise<MadePlans> {
  const made = await makePlans(
    { ...query, choice: {} },
    {
      client,
      openKubeconfig: (text) => connectUntrusted(text, { log: silentLog }),
      schemas,
      schemasOf: async () => schemas,
      render: async (snapshot, kustomization, variables) =>
        renderFlux(snapshot, kustomization, variables, {
          schemas,
          loadRestrictor: 'none',
          order: 'none',
          strictSubstitution: isGateOn(settings, 'StrictPostBuildSubstitutions'),
        }),
      confirm,
      settings,
      log: silentLog,
      clock: systemClock,
    },
    signal,
  );
  if (!made) throw new Error('no Flux Kustomization');
  return made;
}

/** The plan of one Kustomization with these files, before they are committed. */
export async function planWith(
  scenario: Scenario,
  name: string,
  files: Files,
  confirm = true,
  settings: ControllerSettings = {},
): Promise<Plan> {
  writeFiles(scenario.root, files);
  const { plans } = await plansOf({ root: scenario.root }, scenario.client, confirm, settings);
  const plan = plans.find(({ kustomization }) => kustomization === `${NAMESPACE}/${name}`);
  if (!plan) throw new Error(`no plan of ${name}: ${plans.map(({ kustomization }) => kustomization).join(', ')}`);
  return plan;
}

/** Commits files that are written already. */
export async function commitWritten(scenario: Scenario, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) if (text === null) writeFileSync(join(scenario.root, path), '');
  scenario.events.length = 0;
  await scenario.commit(files);
}

export const lines = (plan: Plan): string[] =>
  plan.entries.map(({ ref, action, reason }) => `${printRef(ref)} ${action}${reason === '' ? '' : `: ${reason}`}`);
export const errors = (plan: Plan): string[] =>
  plan.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
export const entryOf = (plan: Plan, name: string): PlanEntry | undefined =>
  plan.entries.find(({ ref }) => ref.name === name);

const DONE: Readonly<Record<PlanEntry['action'], string>> = {
  create: 'created',
  configure: 'configured',
  replace: 'created',
  prune: 'deleted',
  handover: '',
  orphan: 'skipped',
  skip: 'skipped',
  unchanged: 'unchanged',
};

/** What a plan says that its apply will do, and what the loop has done since the commit: equal where the plan is right. */
export function foretoldAndDone(
  scenario: Scenario,
  name: string,
  plan: Plan,
  aside: ReadonlySet<string> = new Set(),
): { foretold: string[]; done: string[] } {
  const done = new Map<string, string>();
  for (const event of scenario.events)
    if (event.type === 'applied' && event.owner.name === name)
      for (const { ref, action } of event.changes)
        if (!done.has(keyOf(ref)) && !aside.has(keyOf(ref))) done.set(keyOf(ref), `${printRef(ref)} ${action}`);
  const foretold = plan.entries.filter(({ action, ref }) => DONE[action] !== '' && !aside.has(keyOf(ref)));
  return {
    foretold: foretold.map(({ ref, action }) => `${printRef(ref)} ${DONE[action]}`).toSorted(),
    done: [...done.values()].toSorted(),
  };
}
