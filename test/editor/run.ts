// The editor suite in a real VS Code: code-server and a headless Chromium, on a fresh sample with a fresh cluster.
// Prints a line for each step and `N passed, N failed, N skipped` last.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { chromium } from 'playwright-core';
import { findCodeServer, startCodeServer } from '../../scripts/codeServer.ts';
import { connect } from '../../src/kube/connect.ts';
import { silentLog } from '../../src/model/log.ts';
import { createSample } from '../../src/samples/createSample.ts';
import { repositoryAt } from './repository.ts';
import { STORY } from './story.ts';
import type { Stage } from './story.ts';
import { workbenchOf } from './workbench.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SETTINGS = {
  'files.autoSave': 'off',
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
};

const browserPath = findBrowser();
if (!findCodeServer()) skip('code-server');
else if (browserPath === undefined) skip('chromium');
else await main(browserPath);

function skip(name: string): void {
  console.log(`skipped: ${name} not found`);
  console.log(`0 passed, 0 failed, ${STORY.length} skipped`);
}

async function main(executablePath: string): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'plumbline-editor-'));
  const home = join(data, 'home');
  const folder = join(data, 'shop');
  const logs = join(data, 'user', 'logs');
  // Without Docker on the PATH a kind cluster cannot be made, on any machine: what is said then is a step of the story.
  const environment = { PLUMBLINE_HOME: home, PLUMBLINE_CLUSTER: 'dev', PATH: dirname(process.execPath) };
  await createSample('shop', folder, AbortSignal.timeout(60_000));
  unpackExtension(join(data, 'extensions', 'plumbline.plumbline-0.1.0'));
  mkdirSync(join(data, 'user', 'User'), { recursive: true });
  writeFileSync(join(data, 'user', 'User', 'settings.json'), JSON.stringify(SETTINGS));
  const server = await startCodeServer({
    folder,
    port: await freePort(),
    userData: join(data, 'user'),
    extensions: join(data, 'extensions'),
    env: environment,
  });
  const browser = await chromium.launch({ executablePath, args: BROWSER_FLAGS });
  let outcome = { passed: 0, failed: 0 };
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${server.url}/?folder=${encodeURIComponent(folder)}`);
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    const kubeconfig = join(home, 'clusters', 'dev', 'kubeconfig');
    const client = async (): Promise<Awaited<ReturnType<typeof connect>>> => connect({ kubeconfig, log: silentLog });
    const stage: Stage = {
      workbench: workbenchOf(page, join(root, 'test', 'screenshots')),
      repository: repositoryAt(folder),
      deployment: async () => {
        const kube = await client();
        try {
          return await kube.get({
            group: 'apps',
            version: 'v1',
            kind: 'Deployment',
            namespace: 'shop-staging',
            name: 'web',
          });
        } finally {
          kube.dispose();
        }
      },
      enginePid: () => {
        const pid = [...extensionLog(logs).matchAll(/engine (\d+) serves/g)].at(-1)?.[1];
        return pid === undefined ? undefined : Number(pid);
      },
      say: (line) => console.log(line),
    };
    outcome = await tell(stage);
    console.log(
      `    ${/activated in [\d.]+ ms/.exec(extensionLog(logs))?.[0] ?? 'the log does not say how long the activation took'}`,
    );
  } finally {
    await browser.close();
    server.process.kill();
    spawnSync(process.execPath, [join(root, 'dist', 'cli.cjs'), 'cluster', 'delete', 'dev', '--yes'], {
      env: { ...process.env, ...environment },
      stdio: 'ignore',
    });
    if (process.env['KEEP'] === undefined) rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    else console.log(`kept: ${data}`);
  }
  const { passed, failed } = outcome;
  console.log(`${passed} passed, ${failed} failed, ${STORY.length - passed - failed} skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Runs the story. Each step stands on the one before it: after a failure the rest is skipped. */
async function tell(stage: Stage): Promise<{ passed: number; failed: number }> {
  let passed = 0;
  for (const step of STORY) {
    const start = Date.now();
    try {
      await step.run(stage);
      passed += 1;
      console.log(`✔ ${step.name} (${Date.now() - start} ms)`);
    } catch (error) {
      console.log(`✗ ${step.name}: ${error instanceof Error ? error.message : String(error)}`);
      console.log(`    the trees read: ${JSON.stringify(await stage.workbench.rows().catch(() => []), null, 2)}`);
      await stage.workbench.shot('failed').catch(() => undefined);
      return { passed, failed: 1 };
    }
  }
  return { passed, failed: 0 };
}

/** What the extension has written to its log so far. */
function extensionLog(logs: string): string {
  const files = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /plumbline.*\.log$/i.test(path),
  );
  return files.map((path) => readFileSync(join(logs, path), 'utf8')).join('\n');
}

/** What the package holds, as an installed extension. */
function unpackExtension(target: string): void {
  mkdirSync(target, { recursive: true });
  for (const name of ['package.json', 'package.nls.json', 'dist', 'media', 'syntaxes']) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(target, name), { recursive: true });
  }
}

function findBrowser(): string | undefined {
  const given = process.env['PLUMBLINE_CHROMIUM'];
  if (given !== undefined) return existsSync(given) ? given : undefined;
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
