// A Kustomization of many objects in the tree: opening it shows its rows at once, and the window stays alive.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSample } from '../../src/samples/createSample.ts';
import { repositoryAt } from './repository.ts';
import type { Step } from './story.ts';
import { PATIENCE_MS } from './workbench.ts';

const OBJECTS = 3_000;
const FIRST_LIMIT_MS = 180_000;
const CLUSTER = 'clusters/dev/many.yaml';
const MAPS = 'many/maps.yaml';

/** The shop sample with one more Kustomization, of 3,000 ConfigMaps. */
export async function createLarge(folder: string): Promise<void> {
  await createSample('shop', folder, AbortSignal.timeout(60_000));
  const numbers = Array.from({ length: OBJECTS }, (_, index) => String(index).padStart(4, '0'));
  mkdirSync(join(folder, 'many'));
  writeFileSync(
    join(folder, 'many', 'maps.yaml'),
    numbers
      .map(
        (number) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map-${number}\ndata:\n  number: "${number}"\n`,
      )
      .join('---\n'),
  );
  writeFileSync(join(folder, 'many', 'kustomization.yaml'), 'namespace: default\nresources:\n  - maps.yaml\n');
  const infrastructure = readFileSync(join(folder, 'clusters/dev/infrastructure.yaml'), 'utf8');
  writeFileSync(
    join(folder, CLUSTER),
    infrastructure.replaceAll('name: infrastructure', 'name: many').replace(/path: .*/, 'path: ./many'),
  );
  const repository = repositoryAt(folder);
  await repository.commit('Many ConfigMaps', CLUSTER, 'many/maps.yaml', 'many/kustomization.yaml');
}

export const LARGE_STORY: readonly Step[] = [
  {
    name: `a Kustomization of ${OBJECTS} objects becomes ready`,
    run: async ({ workbench, say }) => {
      const start = Date.now();
      await workbench.openContainer('Plumbline');
      await workbench.row(new RegExp(`many.*ready · ${OBJECTS} objects`), FIRST_LIMIT_MS);
      say(`    window to ${OBJECTS} objects ready: ${Date.now() - start} ms`);
      await workbench.page.locator('.sidebar').getByText('No changes').first().waitFor({ timeout: FIRST_LIMIT_MS });
      say(`    window to their plan: ${Date.now() - start} ms`);
    },
  },
  {
    name: 'its rows are there, and scrolling goes on',
    run: async ({ workbench, say }) => {
      const { page } = workbench;
      const row = await workbench.row(/many.*ready/);
      // Choosing a closed row opens it: its objects are asked for now, the first time.
      const start = Date.now();
      await row.click();
      await workbench.row(/ConfigMap map-0000/);
      say(`    click to rows of ${OBJECTS} objects: ${Date.now() - start} ms`);
      await workbench.shot('31-large');
      const scroll = Date.now();
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('End');
      await page.keyboard.press('Home');
      say(`    four keys in a tree of ${OBJECTS} rows: ${Date.now() - scroll} ms`);
    },
  },
  {
    name: 'a keystroke in the file of all of them reaches the preview and the plan',
    run: async ({ workbench, repository, say }) => {
      const { page } = workbench;
      await workbench.openFile(MAPS);
      await workbench.run('Plumbline: Open Rendered Preview');
      await workbench.choose('many');
      await workbench.seeInEditor(/Kustomization flux-system\/many: 3000 objects/);
      await workbench.openFile(MAPS);
      const { line, column } = repository.after(MAPS, 'number: "');
      await workbench.goTo(line, column);
      const texts = page.locator('.editor-instance .view-lines');
      const preview = texts.filter({ hasText: 'flux-system/many' });
      const own = texts.filter({ hasNotText: 'flux-system/many' });
      const [typing, times]: [number[], number[]] = [[], []];
      for (let typed = 1; typed <= 5; typed++) {
        const start = Date.now();
        await page.keyboard.type('9');
        const text = `"${'9'.repeat(typed)}0000"`;
        await own.filter({ hasText: text }).waitFor({ timeout: PATIENCE_MS });
        typing.push(Date.now() - start);
        await preview.filter({ hasText: text }).waitFor({ timeout: PATIENCE_MS });
        times.push(Date.now() - start);
      }
      say(`    keystroke to its character on the screen, five times: ${typing.join(', ')} ms`);
      say(`    keystroke to preview on the screen, five times: ${times.join(', ')} ms`);
      const start = Date.now();
      await workbench.row(/ConfigMap map-0000.*configure/);
      say(`    to the plan after the last: ${Date.now() - start} ms`);
      await workbench.shot('32-large-typing');
    },
  },
];
