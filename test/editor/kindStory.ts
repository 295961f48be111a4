// A cluster of the real `kind` from the editor: made, followed and deleted again. Needs kind and Docker on the machine.
import { execFileSync } from 'node:child_process';
import { getList, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import { programOnPath } from './session.ts';
import { createCluster, SkippedStep, until } from './story.ts';
import type { Step } from './story.ts';
import { PATIENCE_MS } from './workbench.ts';

/** Unlike any cluster that the person has. */
const NAME = `plumbline-story-${process.pid}`;
/** A node boots, and kind waits for it. */
const BOOT_MS = 240_000;
const SOURCE: ObjectRef = {
  group: 'source.toolkit.fluxcd.io',
  version: 'v1',
  kind: 'GitRepository',
  namespace: 'flux-system',
  name: 'shop',
};
const CACHE: ObjectRef = { group: 'apps', version: 'v1', kind: 'StatefulSet', namespace: 'shop-infra', name: 'cache' };

/** What this machine lacks for a kind cluster, as a run says it. */
export function kindMissing(): string | undefined {
  if (programOnPath('kind') === undefined) return 'kind not found';
  const docker = programOnPath('docker');
  if (docker === undefined || output(docker, ['info']) === undefined) return 'Docker not found';
  return undefined;
}

export const KIND_STORY: readonly Step[] = [
  {
    name: 'Create Cluster makes a kind cluster and says how far it is',
    run: async ({ workbench }) => {
      const { page } = workbench;
      await workbench.openContainer('Plumbline');
      await workbench.row(/dev.*all ready/);
      await createCluster(workbench, 'kind', NAME);
      const toasts = page.locator('.notification-toast').filter({ hasText: `Create cluster ${NAME}` });
      await toasts
        .filter({ hasText: /node|control-plane/ })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.row(new RegExp(`${NAME}.*starting`));
      await workbench.shot('21-kind-progress');
      const failed = toasts.filter({ hasText: 'could not create' }).first().waitFor({ timeout: BOOT_MS });
      const ended = await Promise.race([
        workbench.row(new RegExp(`${NAME}.*kustomization`), BOOT_MS).then(() => ''),
        failed.then(() => toasts.first().innerText()),
      ]);
      if (/pull image/.test(ended)) throw new SkippedStep("kind's node image not found");
      if (ended !== '') throw new Error(ended);
    },
  },
  {
    name: 'the loop reconciles the sample on it',
    run: async ({ workbench, live }) => {
      await until(async () => isReady(await live(SOURCE, NAME)));
      // Whether images can be pulled depends on the machine: the objects are there before their pods are.
      await until(async () => (await live(CACHE, NAME)) !== undefined);
      await workbench.row(new RegExp(`${NAME}.*6 kustomizations`));
      await workbench.shot('22-kind');
    },
  },
  {
    name: 'Delete Cluster removes it, and nothing is left',
    run: async ({ workbench }) => {
      const { page } = workbench;
      await workbench.run('Plumbline: Delete Cluster...');
      await workbench.choose(NAME);
      const dialog = page.locator('.monaco-dialog-box');
      await dialog.filter({ hasText: `Delete the kind cluster "${NAME}"?` }).waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('23-kind-delete');
      await dialog
        .locator('.monaco-button')
        .filter({ hasText: `Delete ${NAME}` })
        .click();
      await until(async () => !(await workbench.rows()).some((row) => row.includes(NAME)));
      for (const [program, args] of [
        ['kind', ['get', 'clusters']],
        ['docker', ['ps', '--all', '--format', '{{.Names}}']],
      ] as const)
        if (output(program, args)?.includes(NAME)) throw new Error(`${program} still knows ${NAME}`);
      await workbench.row(/dev.*all ready/);
      await workbench.shot('24-kind-deleted');
    },
  },
];

function isReady(object: JsonObject | undefined): boolean {
  const conditions = object ? (getList(object, 'status', 'conditions') ?? []) : [];
  return conditions.some((one) => getString(one, 'type') === 'Ready' && getString(one, 'status') === 'True');
}

function output(program: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
