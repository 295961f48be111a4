// Apply Plan: has the engine make the whole plan, asks with its words, and has it applied. Decides nothing: whether it still is
// the plan, the engine says.
import * as vscode from 'vscode';
import type { ClusterChoice, PlanOffer } from '../server/protocol.ts';
import { COMMANDS, VIEWS } from './contributions.ts';
import type { CommandId } from './contributions.ts';
import type { Engine } from './engine.ts';
import { runWithLines, tellFailure } from './longTask.ts';
import { pickCluster } from './pick.ts';
import type { PlanText } from './planText.ts';
import { choiceOfPlan } from './planText.ts';
import type { ApplyChoice } from './planText.ts';

export interface ApplyPlanParts {
  readonly engine: Engine;
  readonly log: vscode.LogOutputChannel;
  readonly plan: PlanText;
}

type Offered = PlanOffer & { readonly cluster: string };

const TITLE = COMMANDS['plumbline.applyPlan'].title;

/** The command. What was offered before can be said yes to later, from its text. */
export function createApplyPlan(): (parts: ApplyPlanParts, argument: unknown) => Promise<void> {
  const offers = new Map<string, Offered>();
  const say = oneMessage();
  return async (parts, argument) => {
    const choice = argument instanceof vscode.Uri ? choiceOfPlan(argument) : (argument as ApplyChoice | undefined);
    const known = offers.get(choice?.offer ?? '');
    const offered = known ?? (await offerPlan(parts, argument));
    if (!offered) return;
    if (!offered.changes) {
      void vscode.window.showInformationMessage(offered.question);
      return;
    }
    offers.set(offered.id, offered);
    if (await isWanted(parts, offered)) await carryOut(parts, offered, say);
  };
}

async function offerPlan({ engine }: ApplyPlanParts, argument: unknown): Promise<Offered | undefined> {
  const picked = (argument as Partial<ApplyChoice> | undefined)?.cluster ?? (await connectedCluster(engine, argument));
  if (picked === undefined) return undefined;
  let made: PlanOffer | undefined;
  await runWithLines(engine, {
    title: vscode.l10n.t('Plan for {0}', picked),
    view: VIEWS.plan.id,
    run: async (token, cancellation) => {
      made = await engine.request('plumbline/offerPlan', { cluster: picked, token }, cancellation);
    },
  });
  return made && { ...made, cluster: picked };
}

/** The cluster to plan for: the question names it in any case. */
async function connectedCluster(engine: Engine, argument: unknown): Promise<string | undefined> {
  const isConnected = ({ phase }: ClusterChoice): boolean => phase === 'connected';
  return (await pickCluster(engine, argument, TITLE, isConnected))?.name;
}

/** The first button has the focus: where something is lost, it is the one that shows what. */
async function isWanted({ plan }: ApplyPlanParts, offered: Offered): Promise<boolean> {
  const show = vscode.l10n.t('Show Plan');
  const buttons = offered.destructive ? [show, offered.button] : [offered.button, show];
  const chosen = await vscode.window.showWarningMessage(
    offered.question,
    { modal: true, detail: offered.detail },
    ...buttons,
  );
  if (chosen === show) await plan.open({ cluster: offered.cluster, offer: offered.id });
  return chosen === offered.button;
}

/** Shows a message in the status bar, instead of the one before. */
function oneMessage(): (message: string) => void {
  let shown: vscode.Disposable | undefined;
  return (message) => {
    shown?.dispose();
    shown = message === '' ? undefined : vscode.window.setStatusBarMessage(message, 10_000);
  };
}

async function carryOut(
  { engine, log, plan }: ApplyPlanParts,
  { id, cluster }: Offered,
  say: (message: string) => void,
): Promise<void> {
  say('');
  await runWithLines(engine, {
    title: vscode.l10n.t('Apply to {0}', cluster),
    view: VIEWS.plan.id,
    run: async (token, cancellation) => {
      const { kind, message } = await engine.request('plumbline/applyPlan', { offer: id, token }, cancellation);
      log.info(message);
      plan.changed({ cluster, offer: id });
      if (kind === 'unready') void tellFailure(message);
      else if (kind === 'stale') void tellStale(message, cluster);
      else say(message);
    },
    heard: (line) => log.info(`apply to ${cluster}: ${line}`),
  });
}

async function tellStale(message: string, cluster: string): Promise<void> {
  const again = vscode.l10n.t('Plan Again');
  const choice: ApplyChoice = { cluster };
  if ((await vscode.window.showWarningMessage(message, again)) === again)
    await vscode.commands.executeCommand('plumbline.applyPlan' satisfies CommandId, choice);
}
