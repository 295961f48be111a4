// The main states as pictures only, for another theme or size of the window: taken to be looked at, they check nothing.
import { PATIENCE_MS } from './workbench.ts';
import { STORY } from './story.ts';
import type { Step } from './story.ts';

/** The steps of the story up to the empty state: each leaves its picture. */
const LAST = 'Delete Cluster asks and names it; the empty state offers the next step';
const end = STORY.findIndex(({ name }) => name === LAST);

export const PICTURES: readonly Step[] = [
  ...STORY.slice(0, 1),
  {
    name: 'the tree in the middle gets room, as a person gives it in a small window',
    run: async ({ workbench: { page } }) => {
      for (const [title, by] of [
        ['Reconciliation', -90],
        ['Plan', 110],
      ] as const) {
        const box = await page.locator('.sidebar .pane-header').filter({ hasText: title }).first().boundingBox();
        if (!box) throw new Error(`no header ${title}`);
        await page.mouse.move(box.x + 60, box.y);
        await page.mouse.down();
        await page.mouse.move(box.x + 60, box.y + by, { steps: 5 });
        await page.mouse.up();
      }
    },
  },
  ...STORY.slice(1, 7),
  {
    name: 'the whole text of a row is one hover away',
    run: async ({ workbench }) => {
      const { page } = workbench;
      await (await workbench.row(/Deployment web.*drifted/)).hover();
      await page
        .locator('.monaco-hover')
        .filter({ hasText: 'drifted: spec.replicas' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('07-tooltip', { hovering: true });
    },
  },
  ...STORY.slice(7, end + 1),
];
