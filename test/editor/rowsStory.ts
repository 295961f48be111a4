// The rows of the view as a person uses them: grouped otherwise, with what was fetched and when, and with the buttons of each.
import { getPath } from '../../src/model/json.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import { PATIENCE_MS } from './workbench.ts';
import type { Workbench } from './workbench.ts';
import { simulateDrift, until, WEB } from './story.ts';
import type { Step } from './story.ts';

const BASE = 'apps/web/base/deployment.yaml';
const STATEFUL_SET = 'infrastructure/cache/statefulset.yaml';
const READY_AFTER = 'embedded.plumbline.dev/ready-after';
const SOURCE_ROW = /shop.*main@\w{7} · (just now|\d+ (s|min) ago) · GitRepository/;
const SERVICE: ObjectRef = { group: '', version: 'v1', kind: 'Service', namespace: 'shop-staging', name: 'web' };
/** As Flux's manifests install it. */
const FLUX = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'kustomize-controller',
    namespace: 'flux-system',
    labels: { 'app.kubernetes.io/part-of': 'flux', 'app.kubernetes.io/version': 'v2.9.1' },
  },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'kustomize-controller' } },
    template: {
      metadata: { labels: { app: 'kustomize-controller' } },
      spec: { containers: [{ name: 'manager', image: 'ghcr.io/fluxcd/kustomize-controller:v1.9.0' }] },
    },
  },
};

export const ROWS_STORY: readonly Step[] = [
  {
    name: 'the rows say what is served, what was fetched and when; the view what it is grouped by',
    run: async ({ workbench }) => {
      await workbench.openContainer('Plumbline');
      await workbench.row(/dev.*local loop · HEAD main@\w{7} · 6 kustomizations, all ready/);
      await workbench.row(SOURCE_ROW);
      await described(workbench, 'grouped by source');
      await workbench.shot('91-by-source');
    },
  },
  {
    name: 'the age goes on while nothing else happens',
    run: async ({ workbench }) => {
      const before = await (await workbench.row(SOURCE_ROW)).innerText();
      await until(async () => (await (await workbench.row(SOURCE_ROW)).innerText()) !== before);
    },
  },
  {
    name: 'grouped by state, from the title of the view',
    run: async ({ workbench }) => {
      await titleButton(workbench, 'Group Reconciliation By...');
      await workbench.page
        .locator('.quick-input-widget .monaco-list-row')
        .filter({ hasText: /source.*shown now/ })
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('92-group-which');
      await workbench.choose('state');
      await described(workbench, 'grouped by state');
      await workbench.row(/ready\s*6 kustomizations/);
      await workbench.row(/web-staging.*GitRepository shop/);
      await workbench.shot('93-by-state');
    },
  },
  {
    name: 'a row that goes to another state stays open and chosen',
    run: async ({ workbench }) => {
      const row = await workbench.row(/web-staging/);
      await row.click();
      await workbench.row(/ConfigMap web-files/);
      await button(workbench, /web-staging/, 'Suspend');
      await workbench.row(/suspended\s*1 kustomization/);
      await workbench.row(/web-staging.*suspended/);
      await workbench.row(/ConfigMap web-files/);
      await workbench.page
        .locator('.sidebar .monaco-list-row.selected')
        .filter({ hasText: 'web-staging' })
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('94-suspended-by-state');
      await button(workbench, /web-staging/, 'Resume');
      await workbench.row(/ready\s*6 kustomizations/);
    },
  },
  {
    name: 'grouped by kustomization, from the palette; a new window remembers it',
    run: async ({ workbench }) => {
      await workbench.run('Plumbline: Group Reconciliation By...');
      await workbench.choose('kustomization');
      await described(workbench, 'grouped by kustomization');
      await until(async () => !(await workbench.rows()).some((row) => row.startsWith('ready 6')));
      await workbench.shot('95-by-kustomization');
      await workbench.page.reload();
      await workbench.openContainer('Plumbline');
      await workbench.row(/web-staging.*ready.*GitRepository shop/);
      await described(workbench, 'grouped by kustomization');
    },
  },
  {
    name: 'what has drifted can be looked at and healed from the row of its Kustomization',
    run: async (stage) => {
      const { workbench } = stage;
      await workbench.row(/dev.*6 kustomizations, all ready/);
      await simulateDrift(stage, 'Deployment shop-staging/web');
      await simulateDrift(stage, 'Service shop-staging/web');
      const row = await workbench.row(/web-staging.*drifted · 2 of/);
      await row.click();
      await row.hover();
      const labels = await row.locator('.action-label').evaluateAll((all) => all.map((one) => one.ariaLabel));
      const wanted = ['Reconcile', 'Diff Drift of Kustomization', 'Heal Drift of Kustomization', 'Suspend'];
      if (labels.join() !== wanted.join()) throw new Error(`the buttons are ${labels.join(', ')}`);
      await workbench.shot('96-buttons', { hovering: true });
      await row.click({ button: 'right' });
      const menu = workbench.page.locator('.monaco-menu');
      for (const label of [...wanted, 'Reconcile with Source', 'Open Rendered Preview', 'Only Detect Drift'])
        await menu.locator(`.action-label[aria-label="${label}"]`).waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('96-menu', { hovering: true });
      await workbench.page.keyboard.press('Escape');
      await button(workbench, /web-staging/, 'Diff Drift of Kustomization');
      await workbench.page
        .locator('.quick-input-widget .monaco-list-row')
        .filter({ hasText: 'Service shop-staging/web' })
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('97-diff-which');
      await workbench.choose('Deployment shop-staging/web');
      await workbench.page.locator('.monaco-diff-editor').first().waitFor({ timeout: PATIENCE_MS });
      await workbench.seeInEditor(/replicas: 4/);
      await workbench.shot('98-diff');
    },
  },
  {
    name: 'a wide side bar shows all that the rows say',
    run: async ({ workbench }) => {
      await widen(workbench, 420);
      await workbench.row(
        /Service web.*drifted: metadata\.labels\.app "changed-by-hand", Git says "web" \(plumbline-simulated-drift, \d\d:\d\d\)/,
      );
      await workbench.shot('98-wide');
      await (await workbench.row(/dev.*local loop/)).hover();
      await workbench.page
        .locator('.monaco-hover')
        .filter({ hasText: 'dev' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('98-wide-tooltip', { hovering: true });
      await widen(workbench, -420);
    },
  },
  {
    name: 'Heal Drift of Kustomization heals both',
    run: async ({ workbench, live }) => {
      await button(workbench, /web-staging/, 'Heal Drift of Kustomization');
      await workbench.row(/web-staging.*ready/);
      await until(async () => getPath(await live(WEB), 'spec', 'replicas') === 2);
      if (getPath(await live(SERVICE), 'metadata', 'labels', 'app') !== 'web')
        throw new Error('the Service was not put back');
      await workbench.closeEditors();
      await workbench.run('Plumbline: Heal Drift of Kustomization');
      await workbench.page
        .locator('.notification-toast')
        .filter({ hasText: 'Heal Drift of Kustomization: nothing has drifted.' })
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.run('Notifications: Clear All Notifications');
    },
  },
  {
    name: 'Reconcile All counts what has failed, and says why',
    run: async ({ workbench, repository }) => {
      const before = repository.read(BASE);
      repository.write(BASE, before.replace('containerPort: 8080', 'containerPort: eighty'));
      await repository.commit('A port in words', BASE);
      await workbench.row(/web-staging.*failed/);
      await workbench.row(/web-production.*failed/);
      await titleButton(workbench, 'Reconcile All');
      await workbench.page
        .locator('.notification-toast')
        .filter({ hasText: /Reconcile All \(dev\): 4 of 6 ready · 2 failed, the first: web-(production|staging) / })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('99-reconcile-all-failed');
      await workbench.run('Notifications: Clear All Notifications');
      repository.write(BASE, before);
      await repository.commit('A port in figures', BASE);
      await workbench.row(/dev.*6 kustomizations, all ready/);
    },
  },
  {
    name: 'Reconcile All says how far it is, names the cluster, and can be cancelled',
    run: async ({ workbench, repository }) => {
      // The cache takes a minute to become ready, and everything else waits for it.
      const slow = `template:\n    metadata:\n      annotations:\n        ${READY_AFTER}: 60s\n`;
      repository.write(STATEFUL_SET, repository.read(STATEFUL_SET).replace('template:\n    metadata:\n', slow));
      await repository.commit('A slow cache', STATEFUL_SET);
      await workbench.row(/infrastructure.*checking health/);
      await titleButton(workbench, 'Reconcile All');
      const toast = workbench.page.locator('.notification-toast').filter({ hasText: 'Reconcile All (dev)' }).first();
      await toast.filter({ hasText: /\d of 6 ready · \d wait for infrastructure/ }).waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('99-reconcile-all');
      await toast.hover();
      await toast.locator('.monaco-button').filter({ hasText: 'Cancel' }).click();
      await toast.waitFor({ state: 'detached', timeout: PATIENCE_MS });
    },
  },
  {
    name: 'a cluster that Flux reconciles says so, and has a lock',
    run: async ({ workbench, write }) => {
      await write(FLUX);
      await workbench.run('Plumbline: Restart Engine');
      await workbench.row(/dev.*Flux 2\.9 · 6 kustomizations/);
      await workbench.page.locator('.sidebar .monaco-list-row .codicon-lock').first().waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('100-flux');
    },
  },
];

/** Moves the edge of the side bar. */
async function widen({ page }: Workbench, by: number): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (!box) throw new Error('there is no side bar');
  const [x, y] = [box.x + box.width, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + by, y, { steps: 5 });
  await page.mouse.up();
}

async function described({ page }: Workbench, text: string): Promise<void> {
  await page
    .locator('.sidebar .pane-header')
    .filter({ hasText: 'Reconciliation' })
    .filter({ hasText: text })
    .waitFor({ timeout: PATIENCE_MS });
}

/** Clicks a button in the title of the Reconciliation view, which shows when the mouse is there. */
async function titleButton({ page }: Workbench, label: string): Promise<void> {
  const header = page.locator('.sidebar .pane-header').filter({ hasText: 'Reconciliation' });
  await header.hover();
  await header.locator(`.action-label[aria-label^="${label}"]`).click({ timeout: PATIENCE_MS });
}

async function button(workbench: Workbench, text: RegExp, label: string): Promise<void> {
  const row = await workbench.row(text);
  await row.hover();
  await row.locator(`.action-label[aria-label="${label}"]`).click({ timeout: PATIENCE_MS });
}
