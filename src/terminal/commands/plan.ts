// plumbline plan: what the working tree or a revision would change in the cluster, or against another revision. Reads and
// dry-runs; changes nothing.
import { hasErrors } from '../../model/finding.ts';
import { stringifyJson } from '../../model/jsonText.ts';
import { planChanges, planText } from '../../present/plan/planText.ts';
import type { Command, Invocation } from '../command.ts';
import { connectTarget } from '../connection.ts';
import { textOrJson } from '../outputFlag.ts';
import { planJson } from '../planJson.ts';
import { answer, planFlags, questionOf } from '../planning.ts';
import type { OpenClusters } from './cluster.ts';

/** Exit codes of `flux diff` and `kubectl diff`. */
const NOTHING = 0;
const CHANGES = 1;
const BLOCKED = 2;

export function planCommand(open: OpenClusters): Command {
  return {
    name: 'plan',
    summary: 'Show what the working tree or a revision would change in the cluster',
    operands: '[NAME...] [FROM..TO]',
    arity: [0, 100],
    description:
      'Show what the files as they are on disk would change in the cluster, object by object and field by field. Every entry is\n confirmed by a dry-run of the server; nothing is changed. With --to it is a commit, branch or tag that is planned; with --from,\n or a range FROM..TO as git has it (FROM...TO: from where the two parted), two revisions are compared without a cluster. The exit code is 0 without changes,\n 1 with changes, 2 on an error.',
    examples: [
      ['Every kustomization of the repository in this folder', 'plumbline plan'],
      ['One of them, for a program', 'plumbline plan apps-staging --output json'],
      ['What a branch would change in the cluster', 'plumbline plan --to feature/new-web'],
      ['What a pull request changes, without a cluster', 'plumbline plan origin/main...HEAD'],
    ],
    flags: [
      ...planFlags,
      {
        name: 'from',
        type: 'string',
        value: 'REV',
        description: 'Compare with a commit, branch or tag instead of a cluster.',
      },
      { name: 'predict', type: 'boolean', description: 'Ask for no dry-runs: foretell what the server would answer.' },
      textOrJson,
    ],
    run: (call) => run(open, call),
  };
}

async function run(open: OpenClusters, call: Invocation): Promise<number> {
  const { flags, io } = call;
  const question = questionOf(call);
  const named = flags.text('cluster') ?? flags.text('kubeconfig');
  const connection = question.from !== undefined && named === undefined ? undefined : await connectTarget(call, open);
  try {
    const { chosen, before } = await answer(question, call, connection?.client, { confirm: !flags.on('predict') });
    if (flags.text('output') === 'json') io.stdout.write(`${stringifyJson(chosen.map(planJson), 2)}\n`);
    else
      io.stdout.write(
        planText(chosen, {
          cluster: connection?.target.name ?? '',
          ...(before === undefined ? {} : { before }),
          ...(io.interactive ? { width: io.columns } : {}),
        }),
      );
    if (chosen.some((plan) => hasErrors(plan.findings))) return BLOCKED;
    return planChanges(chosen) ? CHANGES : NOTHING;
  } finally {
    connection?.client.dispose();
  }
}
