// What the language server says at the line: lens, hints, definition, references, links, the preview of each root, and the
// preview that follows the cursor. On the sample, with its own session.
import { PATIENCE_MS } from './workbench.ts';
import type { Workbench } from './workbench.ts';
import { until } from './story.ts';
import type { Step } from './story.ts';

const BASE = 'apps/web/base/deployment.yaml';
const OVERLAY = 'apps/web/overlays/staging/kustomization.yaml';
const PROBE = 'apps/web/overlays/staging/probe.yaml';

export const LANGUAGE_STORY: readonly Step[] = [
  {
    name: 'a lens says what a base reaches, and peeks at each object',
    run: async ({ workbench }) => {
      const { page } = workbench;
      await workbench.openContainer('Plumbline');
      await workbench.row(/dev.*6 kustomizations, all ready/);
      await workbench.openFile(BASE);
      const lens = page.locator('.codelens-decoration a').filter({ hasText: 'reaches 2 objects in 2 kustomizations' });
      await lens.first().waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('41-lens');
      await lens.first().click();
      await peeked(workbench, 'web-production.rendered.yaml', 'web-staging.rendered.yaml');
      await workbench.shot('42-lens-peek');
      await page.keyboard.press('Escape');
    },
  },
  {
    name: 'a hint behind a value says what overlays made of it, with the chain',
    run: async ({ workbench }) => {
      await workbench.seeInEditor(/replicas: 1\s*→ 3 in web-production, 2 in web-staging/);
      const hint = workbench.page.locator('.view-line span').filter({ hasText: '→ 3 in web-production' }).last();
      await hint.hover();
      await workbench.page
        .locator('.monaco-hover')
        .filter({ hasText: 'overlays/production/kustomization.yaml' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('43-hint', { hovering: true });
      await workbench.page.keyboard.press('Escape');
    },
  },
  {
    name: 'from a patch to its target, from a name to its generator, from a path to its file',
    run: async ({ workbench, repository }) => {
      await definition(workbench, PROBE, repository.after(PROBE, 'name: '));
      await workbench.page
        .locator('.tab.active')
        .filter({ hasText: 'deployment.yaml' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await definition(workbench, BASE, repository.after(BASE, 'name: web-f'));
      await workbench.seeInEditor(/configMapGenerator/);
      await definition(workbench, OVERLAY, repository.after(OVERLAY, 'path: p'));
      await workbench.page
        .locator('.tab.active')
        .filter({ hasText: 'probe.yaml' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('44-definition');
    },
  },
  {
    name: 'the references of a name are all patches, kustomizations and fields that mean it',
    run: async ({ workbench, repository }) => {
      await workbench.closeEditors();
      await workbench.openFile(BASE);
      const { line, column } = repository.after(BASE, 'name: ');
      await workbench.goTo(line, column);
      await workbench.page.keyboard.press('Shift+F12');
      await peeked(workbench, 'probe.yaml', 'deployment.yaml');
      await workbench.shot('45-references');
      await workbench.page.keyboard.press('Escape');
    },
  },
  {
    name: 'the references of a value are the rendered fields that it reaches',
    run: async ({ workbench, repository }) => {
      const { line, column } = repository.after(BASE, 'cpu: ');
      await workbench.goTo(line, column);
      await workbench.page.keyboard.press('Shift+F12');
      await peeked(workbench, 'web-production.rendered.yaml', 'web-staging.rendered.yaml');
      await workbench.shot('46-reached');
      await workbench.page.keyboard.press('Escape');
    },
  },
  {
    name: 'the preview follows the cursor and the scrolling of its source',
    run: async ({ workbench, repository }) => {
      const { page } = workbench;
      await workbench.closeEditors();
      await workbench.openFile(BASE);
      await workbench.run('Plumbline: Open Rendered Preview');
      await workbench.choose('web-staging');
      await workbench.seeInEditor(/namespace: shop-staging/);
      await workbench.openFile(BASE);
      const { line, column } = repository.after(BASE, 'cpu: ');
      await workbench.goTo(line, column);
      await until(async () => (await marked(workbench)).some((text) => text.includes('cpu: 10m')));
      await workbench.shot('47-sync');
      await page.keyboard.press('Control+Home');
      await until(async () => (await marked(workbench)).some((text) => text.includes('apiVersion: apps/v1')));
    },
  },
  {
    name: 'and the source follows the preview, whose definition is where the value was set',
    run: async ({ workbench }) => {
      const { page } = workbench;
      await page
        .locator('.view-line')
        .filter({ hasText: /^\s*replicas:\s2$/ })
        .first()
        .click();
      await until(async () => (await marked(workbench)).some((text) => text.includes('replicas: 1')));
      await workbench.shot('48-sync-back');
      await page.keyboard.press('F12');
      await page
        .locator('.tab.active')
        .filter({ hasText: 'kustomization.yaml' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('49-definition-of-preview');
    },
  },
  {
    name: 'the preview of every root that a file belongs to is one choice away',
    run: async ({ workbench }) => {
      const { page } = workbench;
      await workbench.closeEditors();
      await workbench.openFile(BASE);
      await workbench.run('Plumbline: Open Rendered Preview');
      await workbench.choose('web-staging');
      const status = page.locator('.statusbar-item').filter({ hasText: /web-staging \(\d of \d\)/ });
      await status.first().waitFor({ timeout: PATIENCE_MS });
      await status.first().click();
      await page
        .locator('.quick-input-widget')
        .filter({ hasText: 'shown now' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('50-roots');
      await workbench.choose('web-production');
      await page
        .locator('.tab')
        .filter({ hasText: 'web-production.rendered.yaml' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await until(
        async () => (await page.locator('.tab').filter({ hasText: 'web-staging.rendered.yaml' }).count()) === 0,
      );
      await workbench.seeInEditor(/shop-production/);
      await workbench.shot('51-other-root');
    },
  },
  {
    name: 'an obvious slip is mended from the keyboard',
    run: async ({ workbench, repository }) => {
      const { page } = workbench;
      await workbench.closeEditors();
      await workbench.openFile(OVERLAY);
      const { line, column } = repository.after(OVERLAY, '- name: w');
      await workbench.goTo(line, column);
      await page.keyboard.type('x');
      await page.keyboard.press('Escape');
      await page.locator('.squiggly-error').first().waitFor({ timeout: PATIENCE_MS });
      // Asked for while the findings are still coming in, the editor closes the list again.
      const fix = page.locator('.action-widget').filter({ hasText: 'Change wxeb to web' });
      await until(async () => {
        await page.keyboard.press('Control+.');
        await page.waitForTimeout(500);
        return fix.isVisible();
      });
      await workbench.shot('53-quick-fix');
      await page.keyboard.press('Enter');
      await until(async () => (await page.locator('.squiggly-error').count()) === 0);
      await workbench.run('File: Revert File');
    },
  },
  {
    name: 'each can be switched off',
    run: async ({ workbench }) => {
      const { page } = workbench;
      await workbench.closeEditors();
      await workbench.openFile(BASE);
      await page
        .locator('.codelens-decoration a')
        .filter({ hasText: 'reaches' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      workbench.settings({ 'plumbline.codeLens.enabled': false, 'plumbline.inlayHints.enabled': false });
      await until(
        async () => (await page.locator('.codelens-decoration a').filter({ hasText: 'reaches' }).count()) === 0,
      );
      await until(async () => !(await page.locator('.view-lines').first().innerText()).includes('→'));
      await workbench.shot('52-off');
    },
  },
];

/** Goes to the definition of what stands at a place. */
async function definition(workbench: Workbench, file: string, at: { line: number; column: number }): Promise<void> {
  await workbench.closeEditors();
  await workbench.openFile(file);
  await workbench.goTo(at.line, at.column);
  await workbench.page.keyboard.press('F12');
}

/** Waits until the peek lists these files. */
async function peeked(workbench: Workbench, ...files: readonly string[]): Promise<void> {
  const widget = workbench.page.locator('.reference-zone-widget').first();
  for (const file of files)
    await widget.locator('.monaco-list-row').filter({ hasText: file }).first().waitFor({ timeout: PATIENCE_MS });
}

/** Run in the page: the text of the lines under a whole-line decoration. */
const MARKED = `[...document.querySelectorAll('.view-overlays [class*="ced-"]')].flatMap((mark) => {
  const { top } = mark.getBoundingClientRect();
  return [...mark.closest('.monaco-editor').querySelectorAll('.view-line')]
    .filter((line) => Math.abs(line.getBoundingClientRect().top - top) < 3)
    .map((line) => line.textContent.replaceAll('\\u00a0', ' '));
})`;

/** The text of the lines that are marked in an editor beside. */
function marked({ page }: Workbench): Promise<string[]> {
  return page.evaluate(MARKED);
}
