// Every command of the command line, in the order of the help: one line each.
import type { Command } from './command.ts';
import { applyCommand } from './commands/apply.ts';
import { buildCommand } from './commands/build.ts';
import { checkCommand } from './commands/check.ts';
import { clusterCommands } from './commands/cluster.ts';
import type { OpenClusters } from './commands/cluster.ts';
import { clusterServeCommand } from './commands/clusterServe.ts';
import { explainCommand } from './commands/explain.ts';
import { planCommand } from './commands/plan.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { runCommand } from './commands/run.ts';
import { sampleCommand } from './commands/sample.ts';
import { serveCommand } from './commands/serve.ts';
import type { Serve } from './commands/serve.ts';
import { whyCommand } from './commands/why.ts';
import { lineLog } from './lineLog.ts';

export function allCommands(open: OpenClusters, serve: Serve): Command[] {
  return [
    buildCommand,
    explainCommand,
    checkCommand,
    planCommand(open),
    applyCommand(open),
    reconcileCommand(open),
    runCommand(open),
    whyCommand(open),
    serveCommand(serve),
    ...clusterCommands(open),
    clusterServeCommand(open, lineLog),
    sampleCommand,
  ];
}
