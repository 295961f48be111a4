// The one story: open the sample, wait for green, hover, edit, preview and plan, commit, follow, drift, diff, heal, break, mend.
import type { JsonObject } from '../../src/model/json.ts';
import { getPath } from '../../src/model/json.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import type { Repository } from './repository.ts';
import { PATIENCE_MS } from './workbench.ts';
import type { Workbench } from './workbench.ts';

export interface Stage {
  readonly workbench: Workbench;
  readonly repository: Repository;
  /** An object as a cluster has it: the one of the session, or another of its home. */
  readonly live: (ref: ObjectRef, cluster?: string) => Promise<JsonObject | undefined>;
  /** Writes an object into the cluster of the session, as somebody else would. */
  readonly write: (object: JsonObject) => Promise<void>;
  /** The process of the newest engine. */
  readonly enginePid: () => number | undefined;
  readonly say: (line: string) => void;
}

export interface Step {
  readonly name: string;
  readonly run: (stage: Stage) => Promise<void>;
}

const OVERLAY = 'apps/web/overlays/staging/kustomization.yaml';
const BASE = 'apps/web/base/deployment.yaml';
const DEPLOYMENT = /Deployment web/;
/** The Deployment of the story. */
export const WEB: ObjectRef = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace: 'shop-staging',
  name: 'web',
};

/** Thrown by a step that this machine cannot take; its message says what is missing. */
export class SkippedStep extends Error {}

export const STORY: readonly Step[] = [
  {
    name: 'the sample opens and everything becomes ready',
    run: async ({ workbench }) => {
      // The view shows itself: nobody has to look for it the first time.
      await workbench.row(/dev.*6 kustomizations, all ready/);
      await workbench.row(/web-staging.*ready/);
      await workbench.shot('01-ready');
    },
  },
  {
    name: 'the tree opens down to the objects',
    run: async ({ workbench }) => {
      await workbench.expand(/web-staging/);
      await workbench.page.keyboard.press('ArrowRight');
      await workbench.row(DEPLOYMENT);
      await workbench.shot('02-objects');
    },
  },
  {
    name: 'a hover says where a value came from',
    run: async ({ workbench, repository }) => {
      await workbench.openFile(BASE);
      const { line, column } = repository.after(BASE, 'replicas: ');
      await workbench.goTo(line, column);
      await workbench.page.keyboard.press('Control+K');
      await workbench.page.keyboard.press('Control+I');
      const hover = workbench.page.locator('.monaco-hover').filter({ hasText: 'spec.replicas' }).first();
      await hover.waitFor({ timeout: PATIENCE_MS });
      const text = await hover.innerText();
      for (const part of ['Deployment shop-staging/web', 'overlays/staging/kustomization.yaml', 'overridden'])
        if (!text.includes(part)) throw new Error(`the hover does not say ${part}: ${text}`);
      await workbench.shot('03-hover');
      await workbench.page.keyboard.press('Escape');
    },
  },
  {
    name: 'the preview follows each keystroke of an unsaved edit',
    run: async ({ workbench, repository, say }) => {
      const { page } = workbench;
      await workbench.openFile(OVERLAY);
      await workbench.run('Plumbline: Open Rendered Preview');
      await workbench.choose('web-staging');
      await page
        .locator('.tab')
        .filter({ hasText: 'web-staging.rendered.yaml' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await revealInPreview(workbench, 'replicas: 2');
      await workbench.openFile(OVERLAY);
      const { line, column } = repository.after(OVERLAY, 'count: ');
      await workbench.goTo(line, column);
      await page.keyboard.press('Delete');
      const start = Date.now();
      await page.keyboard.type('4');
      await workbench.seeInEditor(/replicas: 4/);
      say(`    keystroke to preview on the screen: ${Date.now() - start} ms`);
      // The picture shows the plan too, confirmed.
      await workbench.row(/web-staging\s*1 configure$/);
      await workbench.row(/Deployment web.*configure/);
      await workbench.shot('04-preview');
    },
  },
  {
    name: 'the plan follows without saving',
    run: async ({ workbench }) => {
      await workbench.row(/Deployment web.*configure.*spec\.replicas 2 -> 4/);
      await workbench.run('Plumbline: Show Plan');
      // In a small window the summary is below what fits.
      await workbench.seeInEditor(/Plan: 1 configure|flux-system\/web-staging\s+working tree/);
      await workbench.page
        .locator('.detected-link')
        .filter({ hasText: /yaml:8$/ })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('05-plan');
    },
  },
  {
    name: 'a commit is followed by the cluster',
    run: async ({ workbench, repository, live, say }) => {
      await workbench.openFile(OVERLAY);
      await workbench.page.keyboard.press('Control+S');
      await until(() => repository.read(OVERLAY).includes('count: 4'));
      await repository.commit('Staging: four replicas', OVERLAY);
      const start = Date.now();
      await until(async () => (await replicas(live)) === 4);
      say(`    commit to applied: ${Date.now() - start} ms`);
      await workbench.row(/dev.*all ready/);
      await until(async () => !(await workbench.rows()).some((row) => /configure.*spec\.replicas/.test(row)));
      // The words above the plan must agree with the plan.
      await until(
        async () =>
          !/configure/.test(
            await workbench.page
              .locator('.sidebar .message')
              .allInnerTexts()
              .then((texts) => texts.join(' ')),
          ),
      );
      await workbench.shot('06-followed');
    },
  },
  {
    name: 'a change out of band is marked as drift',
    run: async ({ workbench }) => {
      await workbench.run('Plumbline: Simulate Drift');
      await workbench.choose('Deployment shop-staging/web');
      await workbench.row(/Deployment web.*drifted: spec\.replicas 6, Git says 4/);
      await workbench.row(/web-staging.*drifted · 1 of/);
      // At the line that declares the value, too.
      await workbench.seeInEditor(/count: 4\s*live 6 · revert · adopt · ignore · set by plumbline-simulated-drift/);
      await workbench.row(/web-staging\s*1 configure/);
      await workbench.shot('07-drifted');
    },
  },
  {
    name: 'choosing it opens the diff, desired and live',
    run: async ({ workbench }) => {
      await workbench.closeEditors();
      await (await workbench.row(/Deployment web.*drifted/)).click();
      await workbench.page.locator('.monaco-diff-editor').first().waitFor({ timeout: PATIENCE_MS });
      await workbench.seeInEditor(/replicas: 6/);
      await workbench.seeInEditor(/replicas: 4/);
      await workbench.shot('08-diff');
    },
  },
  {
    name: 'Reconcile heals it',
    run: async ({ workbench, live }) => {
      await workbench.run('Plumbline: Reconcile');
      await workbench.choose('Kustomization flux-system/web-staging');
      await until(async () => (await replicas(live)) === 4);
      await workbench.row(/dev.*all ready/);
      // The open diff follows, and so does the plan.
      await until(async () => (await workbench.page.locator('.monaco-diff-editor .char-insert').count()) === 0);
      await workbench.page.locator('.sidebar').getByText('No changes').first().waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('09-healed');
    },
  },
  {
    name: 'a mistake gets a squiggle where it was written, and the plan says that nothing would be applied',
    run: async ({ workbench, repository, say }) => {
      await workbench.closeEditors();
      await workbench.openFile(BASE);
      const { line, column } = repository.after(BASE, 'containerPort: ');
      await workbench.goTo(line, column);
      await workbench.page.keyboard.press('Shift+End');
      const start = Date.now();
      await workbench.page.keyboard.type('eighty');
      await workbench.page.locator('.squiggly-error').first().waitFor({ timeout: PATIENCE_MS });
      say(`    last of six keystrokes to squiggle on the screen: at most ${Date.now() - start} ms`);
      await workbench.row(/web-production.*nothing would be applied/);
      // First the editor's own suggestions, which would lie over the problem.
      await workbench.page.keyboard.press('Escape');
      await workbench.page.keyboard.press('F8');
      await workbench.page.waitForTimeout(500);
      await workbench.shot('10-squiggle');
      await workbench.page.keyboard.press('Escape');
    },
  },
  {
    name: 'committed, it is not applied; the tree says why, and the last good state stays',
    run: async ({ workbench, repository, live }) => {
      await workbench.page.keyboard.press('Control+S');
      await until(() => repository.read(BASE).includes('eighty'));
      await repository.commit('Base: a mistake', BASE);
      await workbench.row(/web-staging.*failed/);
      await workbench.shot('11-failed');
      if ((await replicas(live)) !== 4) throw new Error('the last good state did not stay');
    },
  },
  {
    name: 'mended, everything is ready again',
    run: async ({ workbench, repository }) => {
      repository.write(BASE, repository.read(BASE).replace('eighty', '8080'));
      await repository.commit('Base: mend the port', BASE);
      await workbench.row(/dev.*6 kustomizations, all ready/);
      await until(async () => (await workbench.page.locator('.squiggly-error').count()) === 0);
      await workbench.shot('12-mended');
    },
  },
  {
    name: 'suspend and resume are shown',
    run: async ({ workbench }) => {
      await workbench.run('Plumbline: Suspend');
      await workbench.choose('Kustomization flux-system/web-production');
      await workbench.row(/web-production.*suspended/);
      await workbench.shot('13-suspended');
      await workbench.run('Plumbline: Resume');
      await workbench.row(/web-production.*ready/);
    },
  },
  {
    name: 'an engine that ends is started again, and it is said',
    run: async ({ workbench, enginePid, live }) => {
      const before = enginePid();
      if (before === undefined) throw new Error('the log does not name the engine');
      process.kill(before, 'SIGKILL');
      await workbench.page
        .locator('.notification-toast')
        .filter({ hasText: 'started again' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await until(() => enginePid() !== before);
      await workbench.shot('14-restarted');
      await workbench.run('Notifications: Clear All Notifications');
      await workbench.row(/dev.*local loop.*6 kustomizations, all ready/);
      // The new engine holds the loop: it heals drift; by its first round already, where that is still under way.
      await workbench.run('Plumbline: Simulate Drift');
      await workbench.choose('Deployment shop-staging/web');
      const drift = workbench.page.locator('.statusbar-item').filter({ hasText: 'spec.replicas 4 -> 6' });
      await drift.first().waitFor({ timeout: PATIENCE_MS });
      await workbench.run('Plumbline: Reconcile with Source');
      await workbench.choose('Kustomization flux-system/web-staging');
      await until(async () => (await replicas(live)) === 4);
      await workbench.row(/dev.*6 kustomizations, all ready/);
    },
  },
  {
    name: 'Delete Cluster asks and names it; the empty state offers the next step',
    run: async ({ workbench }) => {
      const { page } = workbench;
      await workbench.run('Plumbline: Delete Cluster...');
      const dialog = page.locator('.monaco-dialog-box');
      await dialog.filter({ hasText: 'Delete the embedded cluster "dev"?' }).waitFor({ timeout: PATIENCE_MS });
      const focused = await page.evaluate('document.activeElement?.textContent ?? ""');
      if (focused !== 'Keep It') throw new Error(`the focus is on "${String(focused)}", not on the safe button`);
      await workbench.shot('15-delete');
      await dialog.locator('.monaco-button').filter({ hasText: 'Delete dev' }).click();
      await page
        .locator('.sidebar .welcome-view')
        .filter({ hasText: 'No cluster yet' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('16-empty');
    },
  },
  {
    name: 'what is missing for a kind cluster is said in one sentence',
    run: async ({ workbench }) => {
      await createCluster(workbench, 'kind');
      await workbench.page
        .locator('.notification-toast')
        .filter({ hasText: /Create cluster dev: (kind|Docker) .*(not found|does not answer)/ })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('17-missing');
      await workbench.run('Notifications: Clear All Notifications');
    },
  },
  {
    name: 'Create Cluster makes one, and the loop runs on it at once',
    run: async ({ workbench }) => {
      await createCluster(workbench, 'embedded');
      await workbench.row(/dev.*6 kustomizations, all ready/);
      await workbench.shot('18-created');
    },
  },
];

/** Asks for a cluster of that provider, by the name that is offered where none is given. */
export async function createCluster(workbench: Workbench, provider: 'embedded' | 'kind', name?: string): Promise<void> {
  await workbench.run('Plumbline: Create Cluster...');
  await workbench.choose(provider);
  const question = workbench.page.locator('.quick-input-widget').filter({ hasText: 'A name for the cluster' });
  await question.waitFor({ timeout: PATIENCE_MS });
  if (name !== undefined) await question.locator('input').first().fill(name);
  await workbench.page.keyboard.press('Enter');
}

/** Scrolls the preview, which has the focus nowhere, to a text. */
async function revealInPreview(workbench: Workbench, text: string): Promise<void> {
  const { page } = workbench;
  await page.locator('.tab').filter({ hasText: 'web-staging.rendered.yaml' }).first().click();
  await page.keyboard.press('Control+F');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await workbench.seeInEditor(new RegExp(text));
}

export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const limit = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Has somebody else change an object in the cluster. */
export async function simulateDrift({ workbench }: Stage, object: string): Promise<void> {
  await workbench.run('Plumbline: Simulate Drift');
  await workbench.choose(object);
}

/** How many replicas the Deployment of the story has in the cluster. */
export async function replicas(live: Stage['live']): Promise<unknown> {
  return getPath(await live(WEB), 'spec', 'replicas');
}
