// The engine as a process that the system gives no more files, or no more memory: it says so where it cannot build, what was
// built last stays, it lives on, and when there is room again all heals.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { systemClock } from '../../src/model/clock.ts';
import { getList, getString } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { makeLocalLoop } from '../../src/workspace/cluster/startLoop.ts';
import { writeFiles } from '../folder.ts';
import { initialize } from '../initialize.ts';
import { configMap, kustomization, openScenario, signal } from './cluster.ts';

interface Engine {
  /** How it ended; undefined while it lives. */
  readonly ended: () => string | undefined;
  write(files: Readonly<Record<string, string | null>>): Promise<void>;
  /** The text of a preview, which says above it what is wrong. */
  preview(root: string): Promise<string>;
  until(what: string, holds: () => Promise<boolean>): Promise<void>;
  /** What it has written to its log. */
  readonly logged: () => string;
  /** Has the process take every file that it may open, or give them back. */
  toggleFiles(): Promise<void>;
}

const PATIENCE_MS = 50_000;
/** A machine that does other things beside takes its time to fill a heap. */
const LONG = { timeout: 150_000 };
const SERVE = new URL('../../src/server/serve.ts', import.meta.url).href;

/** The engine on a folder with these files, started by a shell that sets limits first. */
async function open(files: Readonly<Record<string, string>>, limit: string, ...options: string[]): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-exhausted-'));
  writeFiles(folder, files);
  const program = `
    import { closeSync, openSync } from 'node:fs';
    import { serveStdio } from ${JSON.stringify(SERVE)};
    const held = [];
    process.on('SIGUSR2', () => {
      if (held.length > 0) for (const file of held.splice(0)) closeSync(file);
      else try { for (;;) held.push(openSync('/dev/null')); } catch {}
      process.stderr.write('toggled ' + held.length + '\\n');
    });
    const self = { node: process.execPath, args: [] };
    await serveStdio({ env: { PLUMBLINE_HOME: ${JSON.stringify(join(folder, '.home'))} }, self }, new AbortController().signal);`;
  const args = ['--disable-warning=ExperimentalWarning', ...options, '--input-type=module', '--eval', program];
  const child = spawn('sh', ['-c', `${limit}; exec "$0" "$@"`, process.execPath, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const client = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  client.onError(() => undefined);
  client.listen();
  const ended = (): string | undefined => endOf(child, said);
  // Whoever waits for its answer hears of it.
  child.once('exit', () => client.dispose());
  onTestFinished(async () => {
    client.dispose();
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  await initialize(client, folder, { trusted: false });
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
      const held = await holds().catch((error: unknown) => {
        throw new Error(`the engine has ended: ${ended() ?? String(error)}`, { cause: error });
      });
      if (held) return;
    }
    throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}; it said ${said}`);
  };
  let log = '';
  client.onNotification('window/logMessage', ({ message }: { message: string }): void => {
    log += `${message}\n`;
  });
  let toggles = 0;
  return {
    ended,
    logged: () => log,
    until,
    async write(changed) {
      writeFiles(folder, changed);
      // An editor tells folders too.
      const paths = new Set(Object.keys(changed).flatMap((path) => [dirname(path), path]));
      const changes = [...paths].map((path) => ({ uri: pathToFileURL(join(folder, path)).href, type: 2 }));
      await client.sendNotification('workspace/didChangeWatchedFiles', { changes });
    },
    preview: async (root) => (await client.sendRequest<{ text: string }>('plumbline/preview', { root })).text,
    async toggleFiles() {
      toggles++;
      child.kill('SIGUSR2');
      await until('the files are taken or given back', async () => said.split('toggled').length > toggles);
    },
  };
}

function endOf({ exitCode, signalCode }: ChildProcess, said: string): string | undefined {
  return exitCode === null && signalCode === null ? undefined : `${exitCode ?? signalCode} ${said.slice(-500)}`;
}

const map = (name: string, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  value: ${value}\n`;

test(
  'P11: an engine that may open no more files says so, keeps what it has, lives on, and heals by itself',
  LONG,
  async () => {
    const resources = 'resources:\n  - one.yaml\n';
    const { preview, until, write, toggleFiles, logged, ended } = await open(
      { 'app/kustomization.yaml': resources, 'app/one.yaml': map('one', 'first') },
      'ulimit -n 256',
    );
    await until('it is built', async () => (await preview('app')).includes('value: first'));
    await toggleFiles();
    await write({ 'app/one.yaml': map('one', 'second') });
    await until('it is said', async () => (await preview('app')).includes('EMFILE'));
    const text = await preview('app');
    expect(text).toContain('it is not built, since the system refused what that takes: EMFILE: too many open files');
    expect(text).toContain('value: first');
    // The list of what there is to build cannot be read either.
    await write({
      'app/kustomization.yaml': `namePrefix: a-\n${resources}`,
      'more/kustomization.yaml': 'resources: [../app]\n',
    });
    await until('it is logged twice', async () => logged().split('is read again soon').length > 2);
    await toggleFiles();
    await until('it heals', async () => (await preview('app')).includes('value: second'));
    await until('what is new is built too', async () => (await preview('more')).includes('name: a-one'));
    expect(ended()).toBeUndefined();
  },
);

const ROOTS = Array.from({ length: 80 }, (_, at) => `root${at + 10}`);

/** A root that holds some megabytes of the heap when it is built. */
function heavy(root: string, value: string): Record<string, string> {
  const maps = Array.from({ length: 2000 }, (_, at) => map(`m${at}`, `${value}-${at}`)).join('---\n');
  return { [`${root}/kustomization.yaml`]: 'resources:\n  - maps.yaml\n', [`${root}/maps.yaml`]: maps };
}

test(
  'P12: an engine near the limit of its heap refuses what is new in one sentence, keeps what it has, and heals',
  LONG,
  async () => {
    const all = Object.assign({}, ...ROOTS.map((root) => heavy(root, 'first'))) as Record<string, string>;
    const { preview, until, write, logged, ended } = await open(all, ':', '--max-old-space-size=192');
    await until('most are refused', async () => logged().split('MiB of memory').length > ROOTS.length / 2);
    const first = 'root10';
    expect(await preview(first)).toContain('value: first-7');
    await write(heavy(first, 'second'));
    await until('an edit is refused too', async () => (await preview(first)).includes('MiB of memory'));
    expect(await preview(first)).toMatch(
      /it is not built, since \d+ of the \d+ MiB of memory that this process may use are taken: open fewer folders, or start it with NODE_OPTIONS=--max-old-space-size=\d+; the last good rendering follows\n[\s\S]*value: first-7/,
    );
    await write(
      Object.fromEntries(ROOTS.slice(3).flatMap((root) => Object.keys(heavy(root, '')).map((path) => [path, null]))),
    );
    await until('there is room again', async () => (await preview(first)).includes('value: second-7'));
    expect(ended()).toBeUndefined();
  },
);

test('P12: a loop that has no room to build says so, applies and deletes nothing, and goes on when there is room', async () => {
  const scenario = await openScenario({
    'clusters/dev/app.yaml': kustomization('app', './app', 'retryInterval: 200ms'),
    'app/one.yaml': configMap('one', 'first'),
    'app/two.yaml': configMap('two', 'first'),
  });
  await scenario.ready('app');
  scenario.loop.dispose();
  await scenario.loop.ended;
  const cacheDir = mkdtempSync(join(tmpdir(), 'plumbline-exhausted-cache-'));
  onTestFinished(() => rmSync(cacheDir, { recursive: true, force: true }));
  let refused: string | undefined = 'it is not built, since there is no room';
  const loop = await makeLocalLoop(
    {
      folder: scenario.root,
      mode: 'head',
      cacheDir,
      schemas: builtinSchemas(),
      memory: { refusal: () => refused },
      log: silentLog,
      clock: systemClock,
      identity: 'test',
    },
    scenario.client,
    undefined,
    signal,
  );
  onTestFinished(() => loop.dispose());
  await loop.start(signal);
  await scenario.commit({ 'app/one.yaml': configMap('one', 'second'), 'app/two.yaml': null });
  await scenario.until('it is said', async () => {
    const { reason, message } = getCondition((await scenario.kustomization('app')) ?? {}, 'Ready') ?? {};
    return `${reason}: ${message}` === `BuildFailed: ${refused}`;
  });
  expect(getString(await scenario.configMap('one'), 'data', 'value')).toBe('first');
  expect(getList(await scenario.kustomization('app'), 'status', 'inventory', 'entries')).toHaveLength(2);
  refused = undefined;
  await scenario.ready('app');
  expect(getString(await scenario.configMap('one'), 'data', 'value')).toBe('second');
  expect(await scenario.configMap('two')).toBeUndefined();
});
