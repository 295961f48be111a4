// Why it is not ready, as a person asks for it: in the tooltip of a row, from its menu and from the palette, followed to the
// object, the line and the commit.
import { PATIENCE_MS } from './workbench.ts';
import type { Workbench } from './workbench.ts';
import { until } from './story.ts';
import type { Step } from './story.ts';

const SERVICE = 'apps/web/base/service.yaml';
const CACHE = 'infrastructure/cache/kustomization.yaml';
const FLUX = 'clusters/dev/staging.yaml';
const STATEFUL_SET = 'infrastructure/cache/statefulset.yaml';
const CHAIN = [
  'web-staging waits for',
  'has 0 of 1 replicas',
  'its pod cannot pull "redis:7.9.x"',
  'that tag was set in infrastructure/cache/kustomization.yaml',
  '(just now)',
];

export const WHY_STORY: readonly Step[] = [
  {
    name: 'a Service that selects no pods is ready, and its tooltip says what it looks for in vain',
    run: async ({ workbench, repository }) => {
      await workbench.openContainer('Plumbline');
      await workbench.row(/dev.*6 kustomizations, all ready/);
      await workbench.closeEditors();
      const before = repository.read(SERVICE);
      repository.write(SERVICE, before.replace('selector:\n    app: web', 'selector:\n    app: wbe'));
      await repository.commit('The shop, misspelled', SERVICE);
      await workbench.expand(/web-staging/);
      await workbench.row(/Service web.*ready · selects no pods/);
      await tooltip(workbench, /Service web.*ready/, 'its selector is set in');
      await workbench.shot('110-no-pods', { hovering: true });
      repository.write(SERVICE, before);
      await repository.commit('The shop', SERVICE);
      await workbench.row(/Service web.*ready · shop-staging/);
      await workbench.row(/dev.*6 kustomizations, all ready/);
    },
  },
  {
    name: 'a tag that is not there: everything waits, and the tooltip of a row says for what',
    run: async ({ workbench, repository }) => {
      await workbench.openContainer('Plumbline');
      await workbench.row(/dev.*6 kustomizations, all ready/);
      await workbench.closeEditors();
      const image = 'images:\n- name: redis\n  newTag: 7.9.x\n';
      repository.write(CACHE, `${repository.read(CACHE)}${image}`);
      const fails =
        'template:\n    metadata:\n      annotations:\n        embedded.plumbline.dev/fail: ImagePullBackOff\n';
      repository.write(STATEFUL_SET, repository.read(STATEFUL_SET).replace('template:\n    metadata:\n', fails));
      await repository.commit('Cache: the newest Redis', CACHE, STATEFUL_SET);
      await tooltip(workbench, /web-staging.*waiting for/, 'cannot pull');
      await workbench.shot('111-why-tooltip', { hovering: true });
    },
  },
  {
    name: 'from the menu of the row the chain is a list, and the line opens',
    run: async ({ workbench }) => {
      const { page } = workbench;
      await page.mouse.move(700, 500);
      await (await workbench.row(/web-staging.*waiting for/)).click({ button: 'right' });
      const entry = page.locator('.monaco-menu .action-item').filter({ hasText: 'Why Is It Not Ready' }).first();
      await entry.waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('112-why-menu', { hovering: true });
      await entry.click();
      for (const part of CHAIN) await listed(workbench, part);
      await workbench.shot('113-why');
      await workbench.choose('that tag was set in');
      await page.locator('.tab.active').filter({ hasText: 'kustomization.yaml' }).waitFor({ timeout: PATIENCE_MS });
      await workbench.seeInEditor(/newTag: 7\.9\.x/);
      await workbench.shot('114-why-line');
    },
  },
  {
    name: 'the file that writes the Kustomization says it at its name',
    run: async ({ workbench, repository }) => {
      const { page } = workbench;
      await workbench.openFile(FLUX);
      const { line, column } = repository.after(FLUX, 'name: web-');
      await workbench.goTo(line, column);
      await page.keyboard.press('Control+K');
      await page.keyboard.press('Control+I');
      const hover = page.locator('.monaco-hover').filter({ hasText: 'Not ready in dev' }).first();
      await hover.waitFor({ timeout: PATIENCE_MS });
      const text = await hover.innerText();
      if (!text.includes('its pod cannot pull')) throw new Error(`the hover does not say why: ${text}`);
      await workbench.shot('115-why-hover');
      await page.keyboard.press('Escape');
    },
  },
  {
    name: 'from the palette it asks for what, and the commit opens as a diff',
    run: async ({ workbench }) => {
      await workbench.closeEditors();
      await workbench.run('Plumbline: Why Is It Not Ready');
      await listed(workbench, 'Kustomization flux-system/infrastructure');
      await workbench.shot('116-why-which');
      await workbench.choose('Kustomization flux-system/infrastructure');
      await listed(workbench, 'infrastructure is not healthy');
      await workbench.choose('by ');
      await workbench.page.locator('.monaco-diff-editor').first().waitFor({ timeout: PATIENCE_MS });
      await workbench.seeInEditor(/newTag: 7\.9\.x/);
      await workbench.shot('117-why-commit');
      await workbench.closeEditors();
      await workbench.run('Plumbline: Why Is It Not Ready');
      await workbench.choose('Kustomization flux-system/infrastructure');
      await listed(workbench, 'its pod cannot pull');
      await workbench.choose('its pod cannot pull');
      const tab = workbench.page.locator('.tab.active').filter({ hasText: 'StatefulSet shop-infra/cache' });
      await tab.waitFor({ timeout: PATIENCE_MS });
    },
  },
];

/** Hovers over a row until its tooltip has these words. */
async function tooltip({ page, row }: Workbench, text: RegExp, words: string): Promise<void> {
  await until(async () => {
    await page.mouse.move(700, 500);
    await page.waitForTimeout(300);
    await (await row(text)).hover();
    await page.waitForTimeout(1_500);
    return (await page.locator('.monaco-hover, .workbench-hover').filter({ hasText: words }).count()) > 0;
  });
}

async function listed({ page }: Workbench, text: string): Promise<void> {
  const row = page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: text });
  await row.first().waitFor({ timeout: PATIENCE_MS });
}
