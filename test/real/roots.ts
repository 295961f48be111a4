// Builds every kustomization root of some folders with our program and with a real one, and compares the bytes.
// `node test/real/roots.ts [--peer kustomize|kubectl] FOLDER...`; a line for each difference with its cause, counts last.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOracle } from './oracle.ts';

const cli = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'cli.cjs');
const FILE_NAMES = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);
const TIME_LIMIT_MS = 60_000;

export interface RootResult {
  readonly root: string;
  readonly outcome: 'equal' | 'both fail' | 'different' | 'only ours fails' | 'only the peer fails';
  readonly detail: string;
}

/** Every folder below `folder` that holds a kustomization, components excluded: they build only inside another root. */
export function findRoots(folder: string): string[] {
  const roots: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') roots.push(...findRoots(path));
    else if (entry.isFile() && FILE_NAMES.has(entry.name) && !/^kind:\s*Component/m.test(readFileSync(path, 'utf8')))
      roots.push(folder);
  }
  return roots;
}

export function compareRoot(root: string, peer: readonly string[]): RootResult {
  const [program = '', ...args] = peer;
  const options = {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: TIME_LIMIT_MS,
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
  } as const;
  const theirs = spawnSync(program, [...args, root], options);
  const ours = spawnSync(process.execPath, [cli, 'build', root], options);
  const failure = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  if (ours.status !== 0 && theirs.status !== 0)
    return { root, outcome: 'both fail', detail: `ours: ${failure(ours.stderr)} | theirs: ${failure(theirs.stderr)}` };
  if (ours.status !== 0) return { root, outcome: 'only ours fails', detail: failure(ours.stderr) };
  if (theirs.status !== 0) return { root, outcome: 'only the peer fails', detail: failure(theirs.stderr) };
  return ours.stdout === theirs.stdout
    ? { root, outcome: 'equal', detail: '' }
    : { root, outcome: 'different', detail: firstDifference(ours.stdout, theirs.stdout) };
}

function firstDifference(ours: string, theirs: string): string {
  const a = ours.split('\n');
  const b = theirs.split('\n');
  const at = a.findIndex((line, i) => line !== b[i]);
  const line = at < 0 ? a.length : at;
  return `line ${line + 1}: ours ${JSON.stringify(a[line] ?? '(end)')}, theirs ${JSON.stringify(b[line] ?? '(end)')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2);
  const at = words.indexOf('--peer');
  const name = at >= 0 ? words.splice(at, 2)[1] : 'kustomize';
  const program = name === 'kubectl' ? findOracle('kubectl') : findOracle('kustomize');
  if (!program) {
    console.log(`skipped: ${name} not found`);
    console.log('0 passed, 0 failed, 1 skipped');
    process.exit(0);
  }
  const peer = name === 'kubectl' ? [program, 'kustomize'] : [program, 'build'];
  const count = new Map<string, number>();
  for (const folder of words.filter((word) => existsSync(word))) {
    for (const root of findRoots(resolve(folder))) {
      const result = compareRoot(root, peer);
      count.set(result.outcome, (count.get(result.outcome) ?? 0) + 1);
      if (result.outcome !== 'equal')
        console.log(`${result.outcome}: ${relative(process.cwd(), root)}: ${result.detail}`);
    }
  }
  for (const [outcome, number] of count) console.log(`${outcome}: ${number}`);
  const passed = count.get('equal') ?? 0;
  const failed =
    (count.get('different') ?? 0) + (count.get('only ours fails') ?? 0) + (count.get('only the peer fails') ?? 0);
  console.log(`${passed} passed, ${failed} failed, ${count.get('both fail') ?? 0} skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}
