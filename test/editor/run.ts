// The editor suite in a real VS Code: code-server and a headless Chromium, on a fresh sample with a fresh cluster.
// Prints a line for each step and `N passed, N failed, N skipped` last. `--only story|apply|drift|rows|why|line|language|large|kind` runs
// one of its parts; `--theme dark|hc` and `--size WxH` only take pictures of the main states, or of that part; `--desktop`
// runs it all in the desktop editor (`PLUMBLINE_VSCODE`, else the newest one, downloaded).
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { reasonOf } from '../../src/model/reason.ts';
import { findCodeServer } from '../../scripts/codeServer.ts';
import { createSample } from '../../src/samples/createSample.ts';
import { reportCounts } from '../counts.ts';
import type { Counts } from '../counts.ts';
import { APPLY_STORY } from './applyStory.ts';
import { KIND_STORY, kindMissing } from './kindStory.ts';
import { DRIFT_STORY } from './driftStory.ts';
import { LANGUAGE_STORY } from './languageStory.ts';
import { LINE_STORY } from './lineStory.ts';
import { LARGE_STORY, createLarge } from './largeStory.ts';
import { PICTURES } from './pictures.ts';
import { ROWS_STORY } from './rowsStory.ts';
import { browserEditor, desktopEditor, NoEditor } from './openEditor.ts';
import type { OpenEditor } from './openEditor.ts';
import { findBrowser, withSession } from './session.ts';
import type { SessionOptions } from './session.ts';
import { STORY, SkippedStep } from './story.ts';
import type { Stage, Step } from './story.ts';
import { WHY_STORY } from './whyStory.ts';

const THEMES: Readonly<Record<string, string>> = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  hc: 'Default High Contrast',
};

interface Part {
  readonly name: string;
  readonly steps: readonly Step[];
  /** What a machine must have for it and has not. */
  readonly missing?: string | undefined;
  readonly session: Omit<SessionOptions, 'open'>;
}

type Outcome = Required<Counts>;

const { values: flags } = parseArgs({
  options: {
    theme: { type: 'string' },
    size: { type: 'string' },
    only: { type: 'string' },
    desktop: { type: 'boolean' },
  },
});
// Pictures of an older run would be taken for this one's.
rmSync(join(dirname(fileURLToPath(import.meta.url)), '..', 'screenshots'), { recursive: true, force: true });
reportCounts(await runParts(partsOf()));

function partsOf(): Part[] {
  // Without Docker on the PATH a kind cluster cannot be made, on any machine: what is said then is a step of the story.
  const path = dirname(process.execPath);
  const sample = (folder: string): Promise<void> => createSample('shop', folder, AbortSignal.timeout(60_000));
  const looks = looksOf();
  if (looks && flags.only === undefined)
    return [{ name: 'pictures', steps: PICTURES, session: { fill: sample, path, cluster: 'dev', ...looks } }];
  const wide = process.env['PATH'] ?? '';
  const parts: Part[] = [
    { name: 'story', steps: STORY, session: { fill: sample, path, cluster: 'dev' } },
    { name: 'apply', steps: APPLY_STORY, session: { fill: sample, path, cluster: 'dev' } },
    { name: 'drift', steps: DRIFT_STORY, session: { fill: sample, path, cluster: 'dev' } },
    { name: 'rows', steps: ROWS_STORY, session: { fill: sample, path, cluster: 'dev' } },
    { name: 'why', steps: WHY_STORY, session: { fill: sample, path, cluster: 'dev' } },
    { name: 'line', steps: LINE_STORY, session: { fill: sample, path, cluster: 'dev' } },
    { name: 'language', steps: LANGUAGE_STORY, session: { fill: sample, path, cluster: 'dev' } },
    { name: 'large', steps: LARGE_STORY, session: { fill: createLarge, path, cluster: 'dev' } },
    { name: 'kind', steps: KIND_STORY, missing: kindMissing(), session: { fill: sample, path: wide, cluster: 'dev' } },
  ];
  return parts
    .filter(({ name }) => flags.only === undefined || flags.only === name)
    .map((part) => ({ ...part, session: { ...part.session, ...looks } }));
}

/** The theme and the size of the window that were asked for. */
function looksOf(): Pick<SessionOptions, 'settings' | 'size'> | undefined {
  if (flags.theme === undefined && flags.size === undefined) return undefined;
  const [width = 1440, height = 900] = (flags.size ?? '').split('x').filter(Boolean).map(Number);
  const settings = {
    'workbench.colorTheme': THEMES[flags.theme ?? 'light'] ?? flags.theme,
    'window.autoDetectColorScheme': false,
    'window.autoDetectHighContrast': false,
  };
  return { settings, size: { width, height } };
}

async function runParts(parts: readonly Part[]): Promise<Outcome> {
  const editor = findEditor();
  if (typeof editor === 'string') console.log(`skipped: ${editor} not found`);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { steps, missing, session } of parts) {
    if (missing !== undefined && typeof editor !== 'string') console.log(`skipped: ${missing}`);
    const outcome =
      typeof editor === 'string' || missing !== undefined
        ? { passed: 0, failed: 0, skipped: steps.length }
        : await partIn(editor, steps, session);
    total.passed += outcome.passed;
    total.failed += outcome.failed;
    total.skipped += outcome.skipped;
  }
  return total;
}

async function partIn(open: OpenEditor, steps: readonly Step[], session: Part['session']): Promise<Outcome> {
  try {
    return await withSession({ ...session, open }, (stage) => tell(steps, stage));
  } catch (error) {
    if (!(error instanceof NoEditor)) throw error;
    console.log(`skipped: ${error.message}`);
    return { passed: 0, failed: 0, skipped: steps.length };
  }
}

/** The editor of this run, or the name of the program that is missing for it. */
function findEditor(): OpenEditor | string {
  if (flags.desktop === true) return desktopEditor(process.env['PLUMBLINE_VSCODE']);
  if (!findCodeServer()) return 'code-server';
  const browser = findBrowser();
  return browser === undefined ? 'chromium' : browserEditor(browser);
}

/** Runs the steps. Each stands on the one before it: after a failure the rest is skipped. */
async function tell(steps: readonly Step[], stage: Stage): Promise<Outcome> {
  let passed = 0;
  for (const step of steps) {
    const start = Date.now();
    try {
      await step.run(stage);
      passed += 1;
      console.log(`✔ ${step.name} (${Date.now() - start} ms)`);
    } catch (error) {
      if (error instanceof SkippedStep) {
        console.log(`skipped: ${error.message}`);
        return { passed, failed: 0, skipped: steps.length - passed };
      }
      console.log(`✗ ${step.name}: ${reasonOf(error)}`);
      console.log(`    the trees read: ${JSON.stringify(await stage.workbench.rows().catch(() => []), null, 2)}`);
      await stage.workbench.shot('failed').catch(() => undefined);
      return { passed, failed: 1, skipped: steps.length - passed - 1 };
    }
  }
  return { passed, failed: 0, skipped: 0 };
}
