// Generated kustomization trees through the real `kustomize` and through ours: `node test/real/trees.ts [--runs N]
// [--seed S] [--shrink] [--refusals]`. Prints each difference with its seed (`--runs 1 --seed S` repeats it), and counts last.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { hasErrors, printFinding } from '../../src/model/finding.ts';
import { build } from '../../src/render/build.ts';
import { printManifests } from '../../src/render/print.ts';
import type { SchemaSet } from '../../src/schema/schemaSet.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { diskSnapshot } from '../../src/source/disk.ts';
import { findOracle } from './oracle.ts';
import { trees } from './treeArbitrary.ts';
import type { Tree } from './treeArbitrary.ts';

const WORKERS = 2;
const SHRINK_MS = 20_000;

interface Built {
  readonly text: string | undefined;
  readonly error: string;
}

/** The difference in one line, undefined where there is none; `failed` tells that both refused the tree. */
interface Outcome {
  readonly difference: string | undefined;
  readonly failed: boolean;
  /** What kustomize said. */
  readonly error: string;
}

async function withFolder<T>(tree: Tree, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-tree-'));
  try {
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function theirs(program: string, folder: string): Promise<Built> {
  return new Promise((resolve) => {
    execFile(program, ['build', join(folder, 'root')], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      resolve(error ? { text: undefined, error: stderr.replaceAll(folder, '') } : { text: stdout, error: '' });
    });
  });
}

function ours(folder: string, schemas: SchemaSet): Built {
  try {
    const { manifests, findings } = build(diskSnapshot(folder), 'root', { schemas, loadRestrictor: 'rootOnly', order: 'legacy' });
    const errors = findings.filter(({ severity }) => severity === 'error').map(printFinding);
    return hasErrors(findings) ? { text: undefined, error: errors.join(' | ') } : { text: printManifests(manifests), error: '' };
  } catch (error) {
    return { text: undefined, error: `CRASH ${String((error as Error).stack)}` };
  }
}

async function compare(tree: Tree, program: string, schemas: SchemaSet): Promise<Outcome> {
  return withFolder(tree, async (folder) => {
    const peer = await theirs(program, folder);
    const own = ours(folder, schemas);
    const failed = own.text === undefined && peer.text === undefined;
    const error = peer.error.trim().split('\n').at(-1) ?? '';
    if (own.error.startsWith('CRASH')) return { difference: own.error, failed, error };
    if (own.text === peer.text) return { difference: undefined, failed, error };
    if (own.text === undefined) return { difference: `only ours fails: ${own.error.slice(0, 400)}`, failed, error };
    if (peer.text === undefined) return { difference: `only kustomize fails: ${error.slice(-400)}`, failed, error };
    return { difference: firstDifference(own.text, peer.text), failed, error };
  });
}

function firstDifference(own: string, peer: string): string {
  const a = own.split('\n');
  const b = peer.split('\n');
  const at = a.findIndex((line, i) => line !== b[i]);
  const line = at < 0 ? a.length : at;
  return `line ${line + 1}: ours ${JSON.stringify(a[line] ?? '(end)')}, theirs ${JSON.stringify(b[line] ?? '(end)')}`;
}

/** The first tree of a seed; the same each time. */
function treeOf(seed: number): Tree {
  const [tree] = fc.sample(trees, { seed, numRuns: 1 });
  if (!tree) throw new Error('no sample');
  return tree;
}

/** A smaller tree that differs in the same way, as far as the time allows. */
async function shrink(seed: number, program: string, schemas: SchemaSet): Promise<Tree | undefined> {
  let smallest: Tree | undefined;
  const property = fc.asyncProperty(trees, async (tree) => {
    const { difference } = await compare(tree, program, schemas);
    if (difference !== undefined && (!smallest || size(tree) <= size(smallest))) smallest = tree;
    return difference === undefined;
  });
  await fc.check(property, { seed, numRuns: 1, unbiased: true, interruptAfterTimeLimit: SHRINK_MS });
  return smallest;
}

function size(tree: Tree): number {
  return Object.values(tree).join('').length;
}

function show(tree: Tree): string {
  return Object.entries(tree).map(([path, text]) => `=== ${path}\n${text}`).join('');
}

const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' }, shrink: { type: 'boolean' }, refusals: { type: 'boolean' } } });
const program = findOracle('kustomize');
if (program) {
  const runs = Number(values.runs ?? 1000);
  const first = Number(values.seed ?? Date.now() % 1_000_000_000);
  const schemas = builtinSchemas();
  const counts = { passed: 0, failed: 0, refused: 0 };
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < runs; i = next++) {
      const tree = treeOf(first + i);
      const { difference, failed, error } = await compare(tree, program, schemas);
      if (failed) counts.refused++;
      if (failed && values.refusals === true) console.log(`refused ${first + i}: ${error}`);
      if (difference === undefined) counts.passed++;
      else {
        counts.failed++;
        console.log(`seed ${first + i}: ${difference}`);
        if (values.shrink === true) console.log(show((await shrink(first + i, program, schemas)) ?? tree));
      }
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  console.log(`seeds ${first} to ${first + runs - 1}; both programs refused ${counts.refused}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed, 0 skipped`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
} else {
  console.log('skipped: kustomize not found');
  console.log('0 passed, 0 failed, 1 skipped');
}
