// The requests of protocol.ts: each asks the workspace for one thing. Failures go back to the client in their own words.
import type { Connection } from 'vscode-languageserver/node';
import { readServingMode } from '../model/servingMode.ts';
import { cancelledServing } from '../present/tree/clusterTree.ts';
import { diffDocuments } from '../present/preview/diffDocuments.ts';
import { readGrouping } from '../present/tree/grouping.ts';
import { servingChoices } from '../workspace/cluster/servingChoices.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { groupingChoices, rootChoices, targetChoices } from './choices.ts';
import { answer, progressLines } from './connection.ts';
import type { WorkspacePaths } from './paths.ts';
import { answerPlanning } from './planning.ts';
import { reconcileAll } from './reconcileAll.ts';
import type { Surfaces } from './surfaces.ts';
import { answerWhy } from './why.ts';

export interface ActionParts {
  readonly paths: WorkspacePaths;
  readonly workspace: Workspace;
  readonly surfaces: Surfaces;
}

export function answerActions(connection: Connection, { paths, workspace, surfaces }: ActionParts): void {
  const lines = (token: string) => (message: string) => void connection.sendProgress(progressLines, token, message);
  const trusted = (): void => {
    if (!workspace.state.trusted) throw new Error('This folder is in Restricted Mode: trust it to reach clusters');
  };
  answer(connection, 'plumbline/tree', ({ view, parent }) => surfaces.tree(view, parent ?? ''));
  answer(connection, 'plumbline/groupings', () => groupingChoices(surfaces.grouping));
  answer(connection, 'plumbline/group', ({ by }) => {
    surfaces.group(readGrouping(by));
    return null;
  });
  answer(connection, 'plumbline/previewRoots', ({ uri }) =>
    rootChoices(workspace.state, uri === undefined ? undefined : paths.pathOf(uri)),
  );
  answer(connection, 'plumbline/preview', ({ root }) => ({
    text: surfaces.openPreview(root)?.text ?? `# ${root}: there is no such kustomization any more\n`,
  }));
  answerPlanning(connection, { paths, workspace, trusted, lines });
  answerWhy(connection, { paths, workspace });
  answer(connection, 'plumbline/diff', ({ cluster, ref }) => diffDocuments(workspace.state, cluster, ref));
  answer(connection, 'plumbline/targets', ({ kind }) => targetChoices(workspace.state, kind));
  answer(connection, 'plumbline/clusters', () =>
    workspace.state.clusters.map(({ name, provider, phase, loop, serving }) => ({
      name,
      provider,
      phase,
      loop: loop !== 'none',
      serving,
    })),
  );
  answer(connection, 'plumbline/reconcile', async ({ cluster, ref, withSource }, signal) => {
    trusted();
    await workspace.reconcile(cluster, ref, { withSource }, signal);
    return null;
  });
  answer(connection, 'plumbline/reconcileAll', async ({ targets, token }, signal) => {
    trusted();
    const unready = await reconcileAll(workspace, targets, lines(token), signal);
    return unready === undefined ? {} : { unready };
  });
  for (const to of ['suspend', 'resume'] as const) {
    answer(connection, `plumbline/${to}`, async ({ cluster, ref }, signal) => {
      trusted();
      await workspace.suspend(cluster, ref, to, signal);
      return null;
    });
  }
  answer(connection, 'plumbline/heal', async ({ cluster, owner, ref }, signal) => {
    trusted();
    await workspace.heal(cluster, owner, ref, signal);
    return null;
  });
  answer(connection, 'plumbline/driftMode', async ({ cluster, ref, mode }, signal) => {
    trusted();
    await workspace.setDriftMode(cluster, ref, mode, signal);
    return null;
  });
  answer(connection, 'plumbline/simulateDrift', async ({ cluster, ref }, signal) => {
    trusted();
    return { message: `Simulated drift in ${cluster}: ${await workspace.simulateDrift(cluster, ref, signal)}` };
  });
  answer(connection, 'plumbline/createCluster', async ({ name, provider, token }, signal) => {
    trusted();
    await workspace.clusters.create(name, provider, lines(token), signal);
    return null;
  });
  answer(connection, 'plumbline/startLoop', async ({ name, token }, signal) => {
    trusted();
    await workspace.clusters.startLoop(name, lines(token), signal);
    return null;
  });
  answer(connection, 'plumbline/servings', () => servingChoices(paths.root));
  answer(connection, 'plumbline/serve', async ({ name, mode, token }, signal) => {
    trusted();
    const serving = readServingMode(mode);
    if (!serving) throw new Error(`"${mode}" is nothing that can be served`);
    const result = await workspace.clusters.serve(name, serving, lines(token), signal);
    if (result.kind === 'served') return {};
    return { message: cancelledServing(serving, name, result), failed: result.kind === 'stopped' };
  });
  answer(connection, 'plumbline/deleteCluster', async ({ name, token }, signal) => {
    trusted();
    await workspace.clusters.delete(name, lines(token), signal);
    return null;
  });
}
