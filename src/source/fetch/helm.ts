// Runs the user's helm: `helm pull` into a folder of our own, `helm template` on a copy of the chart. Never through a shell,
// never in the user's folders, with homes of its own, so that a chart cannot see the user's repositories or logins.
import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withPrivateFolder } from '../privateFolder.ts';
import type { Fetched, WantedChart, WantedTemplate } from '../wanted.ts';
import { refusedHost } from './allowedHosts.ts';

export interface Helm {
  /** The files of a chart from a repository. */
  pull(wanted: WantedChart, signal: AbortSignal): Promise<Fetched>;
  /** What `helm template` prints. */
  template(wanted: WantedTemplate, signal: AbortSignal): Promise<Fetched>;
}

const NOT_ALLOWED: Fetched = {
  kind: 'refused',
  reason: 'running helm is not allowed; allow it with --enable-helm or the setting plumbline.helm.enabled',
};
const OUTPUT_LIMIT = 256 * 1024 * 1024;
const TIMEOUT = 120_000;

export function createHelm(
  options: { readonly helm?: string; readonly cacheDir: string },
  mayFollow: (url: URL) => boolean,
): Helm {
  const { helm } = options;
  return {
    async pull(wanted, signal) {
      if (helm === undefined) return NOT_ALLOWED;
      const repo = URL.canParse(wanted.repo) ? new URL(wanted.repo) : undefined;
      if (!repo) return { kind: 'failed', reason: `the repo '${wanted.repo}' is not an address` };
      if (!mayFollow(repo)) return refusedHost(repo);
      return withPrivateFolder('helm', async (folder) => {
        const failed = await run(helm, pullArgs(wanted, folder), folder, signal);
        if (failed.kind !== 'text') return failed;
        return { kind: 'files', files: await readFolder(join(folder, 'chart', wanted.name)) };
      });
    },
    async template(wanted, signal) {
      if (helm === undefined) return NOT_ALLOWED;
      return withPrivateFolder('helm', async (folder) => {
        const chart = join(folder, 'chart', wanted.name);
        await writeFolder(chart, wanted.chart);
        const files = await Promise.all(
          wanted.values.map(async (text, index) => {
            const file = join(folder, `values-${index}.yaml`);
            await writeFile(file, text, { mode: 0o600 });
            return file;
          }),
        );
        const [release = '', ...more] = wanted.args;
        return run(
          helm,
          ['template', release, chart, ...files.flatMap((file) => ['-f', file]), ...more],
          folder,
          signal,
        );
      });
    },
  };
}

function pullArgs({ repo, name, version, devel }: WantedChart, folder: string): string[] {
  const source = repo.startsWith('oci://') ? [`${repo.replace(/\/$/, '')}/${name}`] : ['--repo', repo, name];
  return [
    'pull',
    '--untar',
    '--untardir',
    join(folder, 'chart'),
    ...source,
    ...(version === '' ? [] : ['--version', version]),
    ...(devel ? ['--devel'] : []),
  ];
}

/** Runs helm with homes below `folder`. Gives its output, or the last line of what it said was wrong. */
function run(helm: string, args: readonly string[], folder: string, signal: AbortSignal): Promise<Fetched> {
  const env = {
    ...process.env,
    HELM_CONFIG_HOME: join(folder, 'helm'),
    HELM_CACHE_HOME: join(folder, 'helm', '.cache'),
    HELM_DATA_HOME: join(folder, 'helm', '.data'),
    HELM_PLUGINS: join(folder, 'helm', '.plugins'),
  };
  return new Promise((resolve, reject) => {
    execFile(
      helm,
      args,
      { cwd: folder, env, signal, maxBuffer: OUTPUT_LIMIT, timeout: TIMEOUT },
      (error, stdout, stderr) => {
        if (signal.aborted) reject(signal.reason as Error);
        else if (!error) resolve({ kind: 'text', text: stdout });
        else if ((error as NodeJS.ErrnoException).code === 'ENOENT')
          resolve({
            kind: 'failed',
            reason: `the program '${helm}' is not there: install Helm, or name it with --helm-command`,
          });
        else resolve({ kind: 'failed', reason: saidBy(stderr, folder) || error.message });
      },
    );
  });
}

function saidBy(stderr: string, folder: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('WARNING'));
  return lines
    .join(' ')
    .replaceAll(`${folder}/chart/`, '')
    .replace(/^Error: /, '');
}

/** Writes files below a folder. Paths come from a snapshot, whose names never leave it. */
async function writeFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes, { mode: 0o600 });
  }
}

async function readFolder(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1).replaceAll('\\', '/'), await readFile(path));
  }
  return files;
}
