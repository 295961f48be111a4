// Drift and what is served, as a person handles them: one object healed, drift left where it is only to be seen, another
// branch served, and an apply that is cancelled on its way.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import git from 'isomorphic-git';
import * as fs from 'node:fs';
import { getPath } from '../../src/model/json.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import { PATIENCE_MS } from './workbench.ts';
import type { Workbench } from './workbench.ts';
import { replicas, simulateDrift, until, WEB } from './story.ts';
import type { Stage, Step } from './story.ts';

const OVERLAY = 'apps/web/overlays/staging/kustomization.yaml';
const INGRESS = 'apps/web/base/ingress.yaml';
const STATEFUL_SET = 'infrastructure/cache/statefulset.yaml';
const SERVICE: ObjectRef = { group: '', version: 'v1', kind: 'Service', namespace: 'shop-staging', name: 'web' };
const CACHE: ObjectRef = { group: 'apps', version: 'v1', kind: 'StatefulSet', namespace: 'shop-infra', name: 'cache' };
const READY_AFTER = 'embedded.plumbline.dev/ready-after';
const STAGING = 'Kustomization flux-system/web-staging';

export const DRIFT_STORY: readonly Step[] = [
  {
    name: 'two objects that were changed by hand are marked, and their Kustomization counts them',
    run: async (stage) => {
      const { workbench } = stage;
      await workbench.openContainer('Plumbline');
      await workbench.row(/dev.*6 kustomizations, all ready/);
      await workbench.closeEditors();
      await workbench.expand(/web-staging/);
      await simulateDrift(stage, 'Deployment shop-staging/web');
      // What was opened may have closed: the drift makes the tree anew.
      await workbench.expand(/web-staging/);
      await workbench.row(/Deployment web.*drifted: spec\.replicas 4, Git says 2 \(plumbline-simulated-drift/);
      await simulateDrift(stage, 'Service shop-staging/web');
      await workbench.row(/Service web.*drifted: metadata\.labels/);
      await workbench.row(/web-staging.*drifted · 2 of/);
      await workbench.shot('71-two-drifted');
    },
  },
  {
    name: 'Heal Drift of Object heals that one, and no other',
    run: async ({ workbench, live }) => {
      await workbench.run('Plumbline: Heal Drift of Object');
      await listed(workbench, 'Deployment shop-staging/web', 'Service shop-staging/web');
      await workbench.shot('72-heal-which');
      await workbench.choose('Deployment shop-staging/web');
      await workbench.row(/Deployment web.*ready/);
      await workbench.row(/web-staging.*drifted · 1 of/);
      await workbench.shot('73-one-healed');
      if ((await replicas(live)) !== 2) throw new Error('the Deployment was not put back');
      if ((await appLabel(live)) === 'web') throw new Error('the Service was healed too');
    },
  },
  {
    name: 'the button of a row heals what is left',
    run: async ({ workbench, live }) => {
      const row = await workbench.row(/Service web.*drifted/);
      await row.hover();
      await row.locator('.action-label[aria-label="Heal Drift of Object"]').click();
      await workbench.row(/web-staging.*ready/);
      if ((await appLabel(live)) !== 'web') throw new Error('the Service was not put back');
    },
  },
  {
    name: 'where drift is only detected, a commit leaves it, and both are said',
    run: async (stage) => {
      const { workbench, repository, live } = stage;
      await workbench.run('Plumbline: Only Detect Drift');
      await workbench.choose(STAGING);
      await workbench.row(/web-staging.*ready.*drift is only detected/);
      await simulateDrift(stage, 'Deployment shop-staging/web');
      await workbench.row(/Deployment web.*drifted: spec\.replicas 4, Git says 2/);
      repository.write(INGRESS, repository.read(INGRESS).replace('path: /\n', 'path: /shop\n'));
      await repository.commit('The shop moves', INGRESS);
      await until(async () => (await ingressPath(live)) === '/shop');
      await workbench.row(/dev.*1 drifted/);
      await workbench.row(/web-staging.*drifted · 1 of.*drift is only detected/);
      await until(async () => !(await workbench.rows()).some((row) => /building|applying|checking|waiting/.test(row)));
      await workbench.page
        .locator('.sidebar .message')
        .filter({ hasText: 'Nothing to apply. 1 object drifted, and drift is only detected.' })
        .waitFor({ timeout: PATIENCE_MS });
      if ((await replicas(live)) !== 4) throw new Error('drift that is only detected was healed');
      await workbench.shot('74-only-detected');
    },
  },
  {
    name: 'Heal Drift Again heals it at once',
    run: async ({ workbench, live }) => {
      await workbench.run('Plumbline: Heal Drift Again');
      await until(async () => (await replicas(live)) === 2);
      await workbench.row(/dev.*6 kustomizations, all ready/);
      await until(async () => !(await workbench.rows()).some((row) => row.includes('only detected')));
      await workbench.shot('75-heals-again');
    },
  },
  {
    name: 'Serve Workspace From... asks what, and the cluster follows a branch of the remote',
    run: async (stage) => {
      const { workbench, repository, live } = stage;
      // As a fetch leaves it: two commits behind, where staging had one replica.
      const dir = repository.folder;
      const before = (await git.log({ fs, dir, depth: 3 })).at(-1);
      if (!before) throw new Error('the repository has no commits');
      mkdirSync(join(dir, '.git/refs/remotes/origin'), { recursive: true });
      writeFileSync(join(dir, '.git/refs/remotes/origin/main'), `${before.oid}\n`);
      await serveFrom(workbench, 'HEAD', 'working tree', 'origin/main');
      await workbench.shot('76-serve-which');
      await workbench.choose('origin/main');
      await status(workbench, /dev: ready · origin\/main/);
      await workbench.row(/dev.*local loop · origin\/main@\w{7} · .*all ready/);
      await until(async () => (await replicas(live)) === 1);
      await workbench.shot('77-served-remote');
    },
  },
  {
    name: 'the working tree is served as it is saved',
    run: async ({ workbench, repository, live }) => {
      await serveFrom(workbench, 'working tree');
      await workbench.choose('working tree');
      await status(workbench, /dev: ready · working tree/);
      await until(async () => (await replicas(live)) === 2);
      repository.write(OVERLAY, repository.read(OVERLAY).replace('count: 2', 'count: 3'));
      await until(async () => (await replicas(live)) === 3);
      await workbench.row(/dev.*local loop · working tree · .*all ready/);
      await workbench.shot('78-served-tree');
      repository.write(OVERLAY, repository.read(OVERLAY).replace('count: 3', 'count: 2'));
      await serveFrom(workbench, 'HEAD');
      await workbench.choose('HEAD');
      await status(workbench, /dev: ready · HEAD/);
      await until(async () => (await replicas(live)) === 2);
    },
  },
  {
    name: 'an apply that takes its time says how far it is',
    run: async ({ workbench, repository, live }) => {
      // The cache takes a minute to become ready, and everything else waits for it.
      const slow = `template:\n    metadata:\n      annotations:\n        ${READY_AFTER}: 60s\n`;
      repository.write(STATEFUL_SET, repository.read(STATEFUL_SET).replace('template:\n    metadata:\n', slow));
      repository.write(OVERLAY, repository.read(OVERLAY).replace('count: 2', 'count: 5'));
      await workbench.row(/Deployment web.*configure.*spec\.replicas 2 -> 5/);
      await workbench.row(/StatefulSet cache.*configure/);
      await workbench.run('Plumbline: Show Plan');
      await workbench.seeInEditor(/Plan: 2 configure/);
      await workbench.run('Plumbline: Apply Plan');
      await dialogButton(workbench, 'Apply to dev');
      await until(async () => readyAfter(await live(CACHE)) === '60s');
      await toast(workbench, /Apply to dev/).waitFor({ timeout: PATIENCE_MS });
      await workbench.row(/infrastructure.*checking health · 5 of 6 ready/);
      await workbench.row(/web-staging.*waiting for api-staging/);
      await workbench.shot('79-applying');
    },
  },
  {
    name: 'cancelled, what was not applied yet stays as it was, what was goes back, and it is said',
    run: async ({ workbench, live }) => {
      const before = getPath(await live(WEB), 'metadata', 'generation');
      const notification = toast(workbench, /Apply to dev/);
      await notification.hover();
      await notification.locator('.monaco-button').filter({ hasText: 'Cancel' }).click();
      await status(workbench, /Apply to dev was cancelled: the loop goes back to HEAD/);
      await workbench.shot('80-cancelled');
      await until(async () => readyAfter(await live(CACHE)) === undefined);
      await workbench.row(/dev.*local loop · HEAD main@\w{7} · .*all ready/);
      if (getPath(await live(WEB), 'metadata', 'generation') !== before)
        throw new Error('an object that was not applied yet was written all the same');
      await workbench.row(/Deployment web.*configure.*spec\.replicas 2 -> 5/);
      await workbench.row(/StatefulSet cache.*configure/);
      await until(async () => (await workbench.page.locator('.notification-toast').count()) === 0);
      await workbench.shot('81-cancelled-after');
    },
  },
];

/** Opens the choice of what is served, and waits until it lists these. */
async function serveFrom(workbench: Workbench, ...labels: readonly string[]): Promise<void> {
  await workbench.run('Plumbline: Serve Workspace From...');
  await listed(workbench, ...labels);
}

async function listed({ page }: Workbench, ...labels: readonly string[]): Promise<void> {
  for (const label of labels)
    await page
      .locator('.quick-input-widget .monaco-list-row')
      .filter({ hasText: label })
      .first()
      .waitFor({ timeout: PATIENCE_MS });
}

async function status({ page }: Workbench, text: RegExp): Promise<void> {
  await page.locator('.statusbar-item').filter({ hasText: text }).first().waitFor({ timeout: PATIENCE_MS });
}

async function dialogButton({ page }: Workbench, text: string): Promise<void> {
  await page.locator('.monaco-dialog-box .monaco-button').filter({ hasText: text }).click({ timeout: PATIENCE_MS });
}

function toast({ page }: Workbench, text: RegExp): ReturnType<Workbench['page']['locator']> {
  return page.locator('.notification-toast').filter({ hasText: text }).first();
}

async function ingressPath(live: Stage['live']): Promise<unknown> {
  return getPath(
    await live({ ...WEB, group: 'networking.k8s.io', kind: 'Ingress' }),
    'spec',
    'rules',
    0,
    'http',
    'paths',
    0,
    'path',
  );
}

async function appLabel(live: Stage['live']): Promise<unknown> {
  return getPath(await live(SERVICE), 'metadata', 'labels', 'app');
}

function readyAfter(cache: Awaited<ReturnType<Stage['live']>>): unknown {
  return getPath(cache, 'spec', 'template', 'metadata', 'annotations', READY_AFTER);
}
