// `npm start` as it finds its way: which editor is opened with what, and that the terminal form starts where there is none. The
// editors are programs that write down what they were given; checkout, cluster and loop are real.
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commitFiles, initRepository } from '../../src/source/git/write.ts';
import { createSample } from '../../src/samples/createSample.ts';
import { plumbline } from './program.ts';

const here = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
let folder: string;
let checkout: string;
const home = (): string => join(folder, 'home');

/** A checkout that is installed and built, as `npm start` looks at it: its program is this one's, from the sources. */
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'plumbline-start-')));
  checkout = join(folder, 'checkout');
  for (const name of ['start.mjs', 'install.mjs', 'with-node.mjs'])
    cpSync(join(here, 'scripts', name), join(checkout, 'scripts', name));
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(here, name), join(checkout, name));
  for (const name of ['src', 'dist', 'node_modules']) mkdirSync(join(checkout, name));
  const later = new Date(Date.now() + 60_000);
  const program = `require('node:child_process').spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ${JSON.stringify(join(here, 'src', 'cli.ts'))}, ...process.argv.slice(2)], { stdio: 'inherit' }).status`;
  for (const [path, text] of [
    ['dist/cli.cjs', `process.exitCode = ${program};\n`],
    ['node_modules/.package-lock.json', '{}'],
  ] as const) {
    writeFileSync(join(checkout, path), text);
    utimesSync(join(checkout, path), later, later);
  }
});

afterAll(async () => {
  for (const name of ['dev', 'my-own-repository', 'plain'])
    await plumbline(['cluster', 'delete', name, '--yes'], { home: home() });
  rmSync(folder, { recursive: true, force: true });
});

/** A folder with these programs, each of which writes its arguments beside itself and ends with the code. */
function programs(names: readonly string[], code = 0): string {
  const path = mkdtempSync(join(folder, 'path-'));
  for (const name of names) {
    writeFileSync(
      join(path, name),
      `#!/bin/sh\nprintf '%s\\n' "$0" "$@" > ${JSON.stringify(join(path, 'given'))}\nexit ${code}\n`,
    );
    chmodSync(join(path, name), 0o755);
  }
  return path;
}

function start(words: readonly string[], path: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: path, PLUMBLINE_HOME: home(), INIT_CWD: folder };
    const child = spawn(process.execPath, [join(checkout, 'scripts', 'start.mjs'), ...words], { env, cwd: checkout });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

const given = (path: string): string[] => readFileSync(join(path, 'given'), 'utf8').trimEnd().split('\n');

test.each([
  ['code', ['cursor', 'codium', 'code']],
  ['codium', ['cursor', 'codium']],
  ['cursor', ['cursor']],
])('%s is opened where these are found: %j', async (chosen, found) => {
  const path = programs(found);
  const { code, stderr } = await start([], path);
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`► opening ${home()}/samples/shop in ${path}/${chosen}`),
  });
  expect(given(path)).toEqual([
    join(path, chosen),
    '--new-window',
    '--disable-workspace-trust',
    `--extensionDevelopmentPath=${checkout}`,
    join(home(), 'samples', 'shop'),
  ]);
});

test("another repository is the person's to trust, and has a cluster of its own", async () => {
  await createSample('vote', join(folder, 'My own repository'), AbortSignal.timeout(60_000));
  const path = programs(['code']);
  expect((await start(['My own repository'], path)).code).toBe(0);
  expect(given(path).slice(1)).toEqual([
    '--new-window',
    `--extensionDevelopmentPath=${checkout}`,
    join(folder, 'My own repository'),
  ]);
  expect((await plumbline(['cluster', 'list'], { home: home() })).stdout).toContain('my-own-repository');
});

test('what an editor ends with is what npm start ends with', async () => {
  expect((await start([], programs(['code'], 7))).code).toBe(7);
});

test('without an editor the terminal form starts, and says how to have one in a browser', async () => {
  const { code, stdout, stderr } = await start(['--once'], programs([]));
  expect(stderr).toContain('► no editor found on the PATH (code, codium, cursor): this is the terminal form.');
  expect(stderr).toContain('npm start -- --browser');
  expect(stdout).toMatch(/Kustomization +flux-system\/web-staging +True/);
  expect(stdout).not.toContain('✗');
  expect(code).toBe(0);
});

test('--headless is the terminal form by choice, whatever is there', async () => {
  const path = programs(['code']);
  const { code, stderr } = await start(['--headless', '--once'], path);
  expect(stderr).not.toContain('no editor found');
  expect(() => given(path)).toThrow();
  expect(code).toBe(0);
});

test('a repository without Flux objects is reconciled from the folder that is named', async () => {
  const plain = join(folder, 'plain');
  mkdirSync(join(plain, 'maps'), { recursive: true });
  writeFileSync(
    join(plain, 'maps', 'one.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n  namespace: default\n',
  );
  writeFileSync(join(plain, 'maps', 'kustomization.yaml'), 'resources:\n  - one.yaml\n');
  await initRepository(plain, 'main');
  await commitFiles(plain, {
    message: 'begin',
    author: { name: 'Ada Example', email: 'ada@example.com' },
    time: Math.floor(Date.now() / 1000),
    paths: ['maps/one.yaml', 'maps/kustomization.yaml'],
  });
  const lost = await start(['plain', '--headless', '--once'], programs([]));
  expect([lost.code, lost.stderr]).toEqual([
    1,
    expect.stringContaining('reconcile one of its folders with --path: ./maps'),
  ]);
  expect((await start(['plain', '--headless', '--once', '--path', './maps'], programs([]))).code).toBe(0);
});

test.each([
  [['--broser'], "error: Unknown option '--broser'"],
  [['one', 'two'], 'error: one repository is opened at a time, not "one" and "two"'],
  [['--sample', 'blog'], 'error: there is no sample "blog": shop or vote'],
  [['nowhere'], 'error: there is no folder '],
])('%j is not understood: that is said with the usage and code 2, before anything is made', async (words, said) => {
  const { code, stderr } = await start(words, programs([]));
  expect(code).toBe(2);
  expect(stderr.startsWith(said), stderr).toBe(true);
  expect(stderr).toContain('Usage: npm start');
});
