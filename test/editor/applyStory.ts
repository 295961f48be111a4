// Apply Plan: asked with the names of what goes, applied although nothing is saved, refused when it is the plan no more.
import { getPath } from '../../src/model/json.ts';
import { PATIENCE_MS } from './workbench.ts';
import type { Workbench } from './workbench.ts';
import { until, WEB } from './story.ts';
import type { Stage, Step } from './story.ts';

const OVERLAY = 'apps/web/overlays/staging/kustomization.yaml';
const PROBE = 'apps/web/overlays/staging/probe.yaml';

export const APPLY_STORY: readonly Step[] = [
  {
    name: 'Apply Plan asks, and names what is deleted',
    run: async (stage) => {
      const { workbench } = stage;
      await workbench.openContainer('Plumbline');
      await workbench.row(/dev.*6 kustomizations, all ready/);
      await workbench.closeEditors();
      await replace(stage, 'BANNER=', 'Only a try');
      await workbench.row(/ConfigMap web-settin….*prune/);
      await replace(stage, 'count: ', '5');
      await workbench.row(/Deployment web.*configure.*and 1 more/);
      await workbench.run('Plumbline: Apply Plan');
      await asked(workbench, /Apply to the embedded cluster "dev": 1 create, 1 configure, 1 prune\?/);
      const text = await dialog(workbench).innerText();
      for (const part of ['Deleted:', 'ConfigMap shop-staging/web-settings-', '1 not saved'])
        if (!text.includes(part)) throw new Error(`the question does not say ${part}: ${text}`);
      const focused = await workbench.page.evaluate('document.activeElement?.textContent ?? ""');
      if (focused !== 'Show Plan') throw new Error(`the focus is on "${String(focused)}", not on the safe button`);
      await workbench.shot('61-apply-question');
    },
  },
  {
    name: 'Show Plan shows all of it, and it is applied from there',
    run: async ({ workbench, live, repository, say }) => {
      const { page } = workbench;
      await button(workbench, 'Show Plan').click();
      await page.locator('.tab').filter({ hasText: 'Plan for dev' }).first().waitFor({ timeout: PATIENCE_MS });
      // In a small window the name is on the next line.
      await workbench.seeInEditor(/- ConfigMap shop-staging/);
      const lens = page.locator('.codelens-decoration a').filter({ hasText: 'Apply to dev' });
      await lens.first().waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('62-plan-to-apply');
      await lens.first().click();
      await asked(workbench, /Apply to the embedded cluster "dev"/);
      const start = Date.now();
      await button(workbench, 'Apply to dev').click();
      await until(async () => getPath(await live(WEB), 'spec', 'replicas') === 5);
      await page
        .locator('.statusbar-item')
        .filter({ hasText: 'Applied to dev' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      say(`    yes to ready: ${Date.now() - start} ms`);
      if (repository.read(OVERLAY).includes('Only a try')) throw new Error('the file was saved');
      await workbench.row(/dev.*applied files · .*all ready/);
      await workbench.seeInEditor(/Applied to dev: 6\s+kustomizations/);
      await workbench.shot('63-applied');
    },
  },
  {
    name: 'a plan that is the plan no more is refused, and nothing changes',
    run: async (stage) => {
      const { workbench, repository, live } = stage;
      await replace(stage, 'count: ', '6');
      await workbench.row(/Deployment web.*configure.*5 -> 6/);
      await workbench.run('Plumbline: Apply Plan');
      await asked(workbench, /Apply to the embedded cluster "dev": 1 configure\?/);
      await workbench.shot('64-apply-harmless');
      const before = repository.read(PROBE);
      repository.write(PROBE, `${before}# Somebody saves another file meanwhile.\n`);
      await button(workbench, 'Apply to dev').click();
      const refusal = workbench.page
        .locator('.notification-toast')
        .filter({ hasText: 'Nothing is applied: apps/web/overlays/staging/probe.yaml has changed' });
      await refusal.first().waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('65-refused');
      if (getPath(await live(WEB), 'spec', 'replicas') !== 5) throw new Error('a plan that was refused was applied');
      repository.write(PROBE, before);
      await workbench.run('Notifications: Clear All Notifications');
    },
  },
  {
    name: 'Reconcile with Source goes back to what Git has',
    run: async ({ workbench, live }) => {
      await workbench.openFile(OVERLAY);
      await workbench.run('File: Revert File');
      await workbench.run('Plumbline: Reconcile with Source');
      await workbench.choose('Kustomization flux-system/web-staging');
      await until(async () => getPath(await live(WEB), 'spec', 'replicas') === 2);
      await workbench.row(/dev.*local loop · HEAD main@\w{7} · .*all ready/);
      await workbench.shot('66-back');
    },
  },
];

/** Types over the rest of the line after a text of the overlay. */
async function replace({ workbench, repository }: Stage, after: string, text: string): Promise<void> {
  await workbench.openFile(OVERLAY);
  const { line, column } = repository.after(OVERLAY, after);
  await workbench.goTo(line, column);
  await workbench.page.keyboard.press('Shift+End');
  await workbench.page.keyboard.type(text);
}

function dialog({ page }: Workbench): ReturnType<Workbench['page']['locator']> {
  return page.locator('.monaco-dialog-box');
}

async function asked(workbench: Workbench, question: RegExp): Promise<void> {
  await dialog(workbench).filter({ hasText: question }).waitFor({ timeout: PATIENCE_MS });
}

function button(workbench: Workbench, text: string): ReturnType<Workbench['page']['locator']> {
  return dialog(workbench).locator('.monaco-button').filter({ hasText: text });
}
