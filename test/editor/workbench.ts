// VS Code's workbench in a browser, driven by what a person sees: rows, tabs, text. Knows nothing of the story.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

/** How long anything on the screen may take to appear. */
export const PATIENCE_MS = 60_000;
/** How long a side bar or a row may take to open after a click before the click is taken for one that closed it. */
const SHOWN_MS = 5000;
/** How long what has opened is looked at before it is taken for settled. */
const SETTLED_MS = 300;

export interface Workbench {
  readonly page: Page;
  /** Opens the view of an activity bar item by its title. */
  openContainer(title: string): Promise<void>;
  /** The row of a tree whose text matches; waits until it is there, as long as anything or `patience` ms. */
  row(text: RegExp, patience?: number): Promise<Locator>;
  /** Chooses a row and opens it: a tree that is made anew at that moment may have let the click pass. */
  expand(text: RegExp): Promise<void>;
  /** All rows of the trees in the side bar, as they read. */
  rows(): Promise<string[]>;
  openFile(path: string): Promise<void>;
  /** Puts the cursor of the active editor at a line and column, both from 1. */
  goTo(line: number, column: number): Promise<void>;
  /** Runs a command by its title in the palette. */
  run(title: string): Promise<void>;
  /** Chooses the entry of an open quick pick that contains the text. */
  choose(text: string): Promise<void>;
  /** Waits until the text is visible in an editor. */
  seeInEditor(text: RegExp): Promise<void>;
  closeEditors(): Promise<void>;
  /** Sets settings of the folder while the editor runs. */
  settings(values: Readonly<Record<string, unknown>>): void;
  /** Takes a picture. The mouse goes out of the way, unless what it hovers is the picture. */
  shot(name: string, options?: { readonly hovering: boolean }): Promise<void>;
}

export function workbenchOf(page: Page, screenshots: string, settings: string): Workbench {
  mkdirSync(screenshots, { recursive: true });
  const quickInput = page.locator('.quick-input-widget');
  const palette = async (text: string): Promise<void> => {
    await page.keyboard.press('F1');
    await quickInput.waitFor({ state: 'visible', timeout: PATIENCE_MS });
    await quickInput.locator('input').first().fill(`>${text}`);
    await quickInput.locator('.monaco-list-row').filter({ hasText: text }).first().waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.press('Enter');
  };
  const rowOf = async (text: RegExp, patience: number): Promise<Locator> => {
    const found = page.locator('.sidebar .monaco-list-row').filter({ hasText: text }).first();
    await found.waitFor({ timeout: patience });
    return found;
  };
  const rowText = /\s+/g;
  return {
    page,
    openContainer: async (title) => {
      const item = page.locator(`.activitybar .action-item a[aria-label^="${title}"]`);
      const shown = page.locator(`.sidebar .composite.title h2:has-text("${title}")`);
      await item.waitFor({ timeout: PATIENCE_MS });
      const started = Date.now();
      while (!(await shown.isVisible())) {
        if (Date.now() - started > PATIENCE_MS) throw new Error(`the side bar does not show ${title}`);
        // A window that opens again restores its side bar by itself, once the extensions are known. A click that comes after
        // that closes what it was to open: then it is clicked once more.
        await item.click({ timeout: PATIENCE_MS });
        await shown.waitFor({ timeout: SHOWN_MS }).catch(() => undefined);
      }
    },
    row: (text, patience = PATIENCE_MS) => rowOf(text, patience),
    expand: async (text) => {
      const started = Date.now();
      const opened = page.locator('.sidebar .monaco-list-row[aria-expanded="true"]').filter({ hasText: text }).first();
      // Twice: what is opened while the tree is made anew may close again.
      for (let seen = 0; seen < 2; await page.waitForTimeout(SETTLED_MS)) {
        if (Date.now() - started > PATIENCE_MS) throw new Error(`${text} does not open`);
        if (await opened.isVisible()) seen += 1;
        else {
          seen = 0;
          await (await rowOf(text, PATIENCE_MS)).click();
          await opened.waitFor({ timeout: SHOWN_MS }).catch(() => undefined);
        }
      }
    },
    rows: async () =>
      (await page.locator('.sidebar .monaco-list-row').allInnerTexts()).map((row) =>
        row.replaceAll(rowText, ' ').trim(),
      ),
    openFile: async (path) => {
      await page.keyboard.press('Control+1');
      await page.keyboard.press('Control+P');
      await quickInput.waitFor({ state: 'visible', timeout: PATIENCE_MS });
      await quickInput.locator('input').first().fill(path);
      await quickInput
        .locator('.monaco-list-row')
        .filter({ hasText: path.slice(path.lastIndexOf('/') + 1) })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await page.waitForTimeout(300);
      await page.keyboard.press('Enter');
      await quickInput.waitFor({ state: 'hidden', timeout: PATIENCE_MS });
      await page
        .locator('.tab.active')
        .filter({ hasText: path.slice(path.lastIndexOf('/') + 1) })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await page.locator('.editor-instance .view-lines').first().waitFor({ timeout: PATIENCE_MS });
      await page.waitForTimeout(200);
    },
    goTo: async (line, column) => {
      await page.keyboard.press('Control+G');
      await quickInput.waitFor({ state: 'visible', timeout: PATIENCE_MS });
      await quickInput.locator('input').first().fill(`:${line}:${column}`);
      // The entry says where it would go once it has read the text.
      await quickInput
        .locator('.monaco-list-row')
        .filter({ hasText: `${line}` })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await page.keyboard.press('Enter');
      await quickInput.waitFor({ state: 'hidden', timeout: PATIENCE_MS });
    },
    run: palette,
    choose: async (text) => {
      await quickInput.locator('.monaco-list-row').first().waitFor({ timeout: PATIENCE_MS });
      await quickInput.locator('input').first().fill(text);
      const entry = quickInput.locator('.monaco-list-row').filter({ hasText: text }).first();
      await entry.waitFor({ timeout: PATIENCE_MS });
      await page.keyboard.press('Enter');
    },
    seeInEditor: async (text) => {
      const started = Date.now();
      for (;;) {
        const lines = await page.locator('.editor-instance .view-lines').allInnerTexts();
        if (lines.some((one) => text.test(one.replaceAll('\u00a0', ' ')))) return;
        if (Date.now() - started > PATIENCE_MS) throw new Error(`no editor shows ${text}`);
        await page.waitForTimeout(20);
      }
    },
    settings: (values) => {
      mkdirSync(settings, { recursive: true });
      writeFileSync(join(settings, 'settings.json'), JSON.stringify(values));
    },
    closeEditors: () => palette('View: Close All Editors'),
    shot: async (name, options) => {
      const size = page.viewportSize();
      if (options?.hovering !== true) await page.mouse.move((size?.width ?? 1440) / 2, (size?.height ?? 900) - 10);
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(screenshots, `${name}.png`) });
    },
  };
}
