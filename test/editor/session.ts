// One VS Code of a run: an editor on a fresh sample, with clusters of its own, all gone after.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import type { KubeClient } from '../../src/kube/client.ts';
import { connect } from '../../src/kube/connect.ts';
import { silentLog } from '../../src/model/log.ts';
import type { OpenEditor } from './openEditor.ts';
import { repositoryAt } from './repository.ts';
import type { Stage } from './story.ts';
import { workbenchOf } from './workbench.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SETTINGS = {
  'files.autoSave': 'off',
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
};

export interface SessionOptions {
  /** How VS Code is had. */
  readonly open: OpenEditor;
  /** Fills the empty folder with the repository that is opened. */
  readonly fill: (folder: string) => Promise<void>;
  /** What the engine finds programs with. */
  readonly path: string;
  /** The cluster that every session starts with. */
  readonly cluster: string;
  /** More settings of the user. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly size?: { readonly width: number; readonly height: number };
}

/** Opens a session, hands its stage to `use`, and removes everything again: clusters, processes, files. */
export async function withSession<T>(options: SessionOptions, use: (stage: Stage) => Promise<T>): Promise<T> {
  const data = mkdtempSync(join(tmpdir(), 'plumbline-editor-'));
  const home = join(data, 'home');
  const folder = join(data, 'shop');
  const logs = join(data, 'user', 'logs');
  const environment = {
    PLUMBLINE_HOME: home,
    PLUMBLINE_CLUSTER: options.cluster,
    PATH: options.path,
    // Else VS Code takes the PATH of a login shell instead of this one.
    VSCODE_CLI: '1',
  };
  await options.fill(folder);
  unpackExtension(join(data, 'extensions', 'plumbline.plumbline-0.1.0'));
  mkdirSync(join(data, 'user', 'User'), { recursive: true });
  writeFileSync(join(data, 'user', 'User', 'settings.json'), JSON.stringify({ ...SETTINGS, ...options.settings }));
  const editor = await options.open({
    folder,
    userData: join(data, 'user'),
    extensions: join(data, 'extensions'),
    env: environment,
    size: options.size ?? { width: 1440, height: 900 },
  });
  try {
    const stage: Stage = {
      workbench: workbenchOf(editor.page, join(root, 'test', 'screenshots'), join(folder, '.vscode')),
      repository: repositoryAt(folder),
      live: (ref, cluster = options.cluster) => withKube(home, cluster, (kube) => kube.get(ref)),
      write: (object) =>
        withKube(home, options.cluster, async (kube) => void (await kube.apply(object, { fieldManager: 'somebody' }))),
      enginePid: () => {
        const pid = [...extensionLog(logs).matchAll(/engine (\d+) serves/g)].at(-1)?.[1];
        return pid === undefined ? undefined : Number(pid);
      },
      say: (line) => console.log(line),
    };
    const result = await use(stage);
    const activation = /activated in [\d.]+ ms/.exec(extensionLog(logs))?.[0];
    console.log(`    ${activation ?? 'the log does not say how long the activation took'}`);
    return result;
  } finally {
    await editor.close();
    removeClusters(home, environment);
    if (process.env['KEEP'] === undefined) rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    else console.log(`kept: ${data}`);
  }
}

async function withKube<T>(home: string, cluster: string, use: (kube: KubeClient) => Promise<T>): Promise<T> {
  const kube = await connect({ kubeconfig: join(home, 'clusters', cluster, 'kubeconfig'), log: silentLog });
  try {
    return await use(kube);
  } finally {
    kube.dispose();
  }
}

/** Every cluster that is left in the home of the run: of a story that failed there may be more than the first. */
function removeClusters(home: string, environment: NodeJS.ProcessEnv): void {
  const folder = join(home, 'clusters');
  for (const name of existsSync(folder) ? readdirSync(folder) : [])
    spawnSync(process.execPath, [join(root, 'dist', 'cli.cjs'), 'cluster', 'delete', name, '--yes'], {
      env: { ...process.env, ...environment },
      stdio: 'ignore',
    });
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

/** The absolute path of the first of these programs that is on the PATH. */
export function programOnPath(...names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

export function findBrowser(): string | undefined {
  const given = process.env['PLUMBLINE_CHROMIUM'];
  if (given !== undefined) return existsSync(given) ? given : undefined;
  return programOnPath('chromium', 'chromium-browser', 'google-chrome');
}
