// What the commands that plan have in common: their flags, the plans of the Kustomizations that are named.
import { resolve } from 'node:path';
import { isGateOn } from '../model/featureGates.ts';
import { silentLog } from '../model/log.ts';
import { systemClock } from '../model/clock.ts';
import type { ControllerSettings } from '../model/controllerSettings.ts';
import type { Plan } from '../diff/plan/plan.ts';
import { connectUntrusted } from '../kube/connect.ts';
import type { KubeClient } from '../kube/client.ts';
import { renderFlux } from '../render/flux/renderFlux.ts';
import { makePlans } from '../workspace/plan/makePlans.ts';
import type { MadePlans, PlanQuery } from '../workspace/plan/makePlans.ts';
import { START } from '../workspace/plan/planStart.ts';
import type { EntryChoice } from '../reconcile/entry/workspaceEntry.ts';
import { clusterSchemas, knownSchemas } from '../workspace/cluster/clusterSchemas.ts';
import { UsageError } from './command.ts';
import type { Flag, Invocation } from './command.ts';
import { controllerFlags, controllerSettings } from './controllerFlags.ts';
import { entryChoice, entryFlags, noEntry } from './entry.ts';
import { fetchFlags, renderAllowed } from './fetching.ts';
import { lineLog } from './lineLog.ts';
import { targetFlags } from './target.ts';

export const planFlags: readonly Flag[] = [
  ...targetFlags,
  { name: 'workspace', type: 'string', value: 'DIR', description: 'The repository. Default the current folder.' },
  {
    name: 'to',
    type: 'string',
    value: 'REV',
    description: 'Plan a commit, branch or tag. Default the files as they are on disk.',
  },
  ...entryFlags,
  ...fetchFlags,
  ...controllerFlags,
  { name: 'verbose', short: 'v', type: 'boolean', description: 'Write the log to standard error.' },
];

/** What is asked for. `names` are Kustomizations. */
export interface Question extends PlanQuery {
  readonly names: readonly string[];
  readonly choice: EntryChoice;
  readonly settings: ControllerSettings;
}

/**
 * Reads operands and flags: `A..B` names a range as git does, and `A...B` one from where the two parted; everything else
 * Kustomizations.
 */
export function questionOf({ args, flags, io }: Invocation): Question {
  const ranges = args.filter((arg) => arg.includes('..'));
  const [range] = ranges;
  const names = args.filter((arg) => !arg.includes('..'));
  const root = resolve(io.cwd, flags.text('workspace') ?? '.');
  const choice = entryChoice(flags);
  const settings = controllerSettings(flags);
  const [from, to] = [flags.text('from'), flags.text('to')];
  if (range === undefined) return { root, choice, settings, names, from, to };
  if (ranges.length > 1 || from !== undefined || to !== undefined)
    throw new UsageError('name one range: FROM..TO, or --from and --to');
  const [, left = '', dots = '', right = ''] = /^(.*?)(\.\.\.?)(.*)$/s.exec(range) ?? [];
  if (dots === '...') return { root, choice, settings, names, from: range, to: right || 'HEAD' };
  return { root, choice, settings, names, from: left || 'HEAD', to: right || 'HEAD' };
}

export interface Answered extends MadePlans {
  /** Those of the Kustomizations that were named; all without names. */
  readonly chosen: readonly Plan[];
}

/** Makes the plans. Throws an Error with one sentence where there is nothing to plan. */
export async function answer(
  question: Question,
  call: Invocation,
  client: KubeClient | undefined,
  options: { readonly confirm: boolean },
): Promise<Answered> {
  const { flags, io, signal } = call;
  const log = flags.on('verbose') ? lineLog((line) => io.stderr.write(`${line}\n`)) : silentLog;
  const schemas = knownSchemas();
  const { settings } = question;
  const strictSubstitution = isGateOn(settings, 'StrictPostBuildSubstitutions');
  const made = await makePlans(
    question,
    {
      client,
      openKubeconfig: (text) => connectUntrusted(text, { log, clock: systemClock }),
      schemas,
      schemasOf: (cluster) => clusterSchemas(cluster, signal),
      render: (snapshot, kustomization, variables) =>
        renderAllowed(call, (fetched) =>
          renderFlux(snapshot, kustomization, variables, {
            schemas,
            loadRestrictor: 'none',
            order: 'none',
            strictSubstitution,
            fetched,
          }),
        ),
      confirm: options.confirm,
      settings,
      log,
      clock: systemClock,
    },
    signal,
  );
  if (!made) throw noEntry(question.root);
  return { ...made, chosen: choose(made.plans, question.names) };
}

function choose(plans: readonly Plan[], names: readonly string[]): readonly Plan[] {
  if (names.length === 0) return plans;
  const matches = (plan: Plan, name: string): boolean =>
    name.includes('/') ? plan.kustomization === name : plan.kustomization.split('/').at(-1) === name;
  for (const name of names) {
    if (plans.some((plan) => matches(plan, name))) continue;
    const all = plans.map(({ kustomization }) => kustomization).filter((one) => one !== START);
    throw new Error(`no Kustomization named "${name}" in the workspace: it has ${all.join(', ')}`);
  }
  return plans.filter((plan) => names.some((name) => matches(plan, name)));
}
