// The two ways to have VS Code in front of a test: in a browser (code-server and Chromium), or on the desktop, driven through
// its debugging port. The stories see a page in both.
import { spawn } from 'node:child_process';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { reasonOf } from '../../src/model/reason.ts';
import { freePort } from '../../scripts/freePort.ts';
import { startCodeServer } from '../../scripts/codeServer.ts';

/** What an editor is started on. */
export interface EditorPlace {
  readonly folder: string;
  readonly userData: string;
  readonly extensions: string;
  readonly env: NodeJS.ProcessEnv;
  readonly size: { readonly width: number; readonly height: number };
}

export interface OpenedEditor {
  readonly page: Page;
  close(): Promise<void>;
}

export type OpenEditor = (place: EditorPlace) => Promise<OpenedEditor>;

const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const START_LIMIT_MS = 60_000;
const WORKBENCH = '.monaco-workbench';

/** VS Code in a browser: code-server, and the Chromium at `executablePath`. */
export function browserEditor(executablePath: string): OpenEditor {
  return async ({ size, ...place }) => {
    const server = await startCodeServer({ ...place, port: await freePort() });
    const browser = await chromium.launch({ executablePath, args: BROWSER_FLAGS });
    const page = await browser.newPage({ viewport: size });
    await page.goto(`${server.url}/?folder=${encodeURIComponent(place.folder)}`);
    await page.locator(WORKBENCH).waitFor({ timeout: START_LIMIT_MS });
    return {
      page,
      close: async () => {
        await browser.close();
        server.process.kill();
      },
    };
  };
}

/** VS Code on the desktop: the program that is given, else the newest stable one, downloaded by @vscode/test-electron. */
export function desktopEditor(program: string | undefined): OpenEditor {
  return async ({ folder, userData, extensions, env, size }) => {
    const executable = program ?? (await download());
    const port = await freePort();
    const args = [
      `--remote-debugging-port=${port}`,
      `--user-data-dir=${userData}`,
      `--extensions-dir=${extensions}`,
      `--window-size=${size.width},${size.height}`,
      '--disable-workspace-trust',
      '--disable-updates',
      '--skip-welcome',
      '--skip-release-notes',
      '--no-sandbox',
      folder,
    ];
    const child = spawn(executable, args, { stdio: 'ignore', env: { ...process.env, ...env } });
    const page = await desktopPage(port);
    return {
      page,
      close: async () => {
        await page.context().browser()?.close();
        child.kill();
      },
    };
  };
}

/** No desktop editor can be had on this machine. */
export class NoEditor extends Error {}

async function download(): Promise<string> {
  try {
    return await downloadAndUnzipVSCode('stable');
  } catch (error) {
    throw new NoEditor(`VS Code not found, and it could not be downloaded: ${reasonOf(error)}`);
  }
}

/** The window's page, once the port answers and the workbench is drawn. */
async function desktopPage(port: number): Promise<Page> {
  const limit = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
      for (const context of browser.contexts()) {
        const page = context.pages().find((one) => one.url().includes('workbench'));
        if (page) {
          await page.locator(WORKBENCH).waitFor({ timeout: START_LIMIT_MS });
          return page;
        }
      }
      await browser.close();
    } catch (error) {
      if (Date.now() > limit) throw error;
    }
    if (Date.now() > limit) throw new Error(`the editor showed no window within ${START_LIMIT_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
