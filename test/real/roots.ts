// Builds every kustomization root of some folders with our program and with a real one, and compares the bytes.
// `node test/real/roots.ts [--peer kustomize-5.8.3|kustomize|kubectl] FOLDER...`; each difference, then the causes, counts last.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, parse, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Finding } from '../../src/model/finding.ts';
import { printFinding } from '../../src/model/finding.ts';
import { build } from '../../src/render/build.ts';
import { KUSTOMIZE_VERSION } from '../../src/render/output/finish.ts';
import { printManifests } from '../../src/render/output/print.ts';
import type { BuildOptions } from '../../src/render/rendering.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import type { SchemaSet } from '../../src/schema/schemaSet.ts';
import { diskSnapshot } from '../../src/source/disk.ts';
import { firstDifference } from './firstDifference.ts';
import { inLanes } from './lanes.ts';
import { reportCounts, reportMissing } from '../counts.ts';
import { findOracle } from './oracle.ts';

const FILE_NAMES = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);
const TIME_LIMIT_MS = 60_000;
const LANES = 2;
/** Remote resources are not what is compared here: a program that asks for one is refused at once. */
const OFFLINE = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_ALLOW_PROTOCOL: 'none',
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
};

type Outcome = 'equal' | 'both fail' | 'different' | 'only ours fails' | 'only the peer fails';

export interface RootResult {
  readonly root: string;
  readonly outcome: Outcome;
  readonly detail: string;
  /** What the outcome has in common with that of other roots: the finding's code, or the detail without its names. */
  readonly cause: string;
}

interface Built {
  readonly text: string | undefined;
  readonly error: string;
  readonly cause: string;
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

/** Compares one root; where files outside of it are what both refuse, once more with files from anywhere allowed, as Flux does. */
export async function compareRoot(root: string, peer: readonly string[], schemas: SchemaSet): Promise<RootResult> {
  const result = await compareOnce(root, peer, schemas, 'rootOnly');
  return result.outcome === 'both fail' && result.cause.includes('file-outside')
    ? compareOnce(root, [...peer, '--load-restrictor', 'LoadRestrictionsNone'], schemas, 'none')
    : result;
}

async function compareOnce(
  root: string,
  peer: readonly string[],
  schemas: SchemaSet,
  loadRestrictor: BuildOptions['loadRestrictor'],
): Promise<RootResult> {
  const pending = theirs(peer, root);
  const own = ours(root, schemas, loadRestrictor);
  const real = await pending;
  if (own.text === undefined && real.text === undefined)
    return { root, outcome: 'both fail', detail: `ours: ${own.error} | theirs: ${real.error}`, cause: own.cause };
  if (own.text === undefined) return { root, outcome: 'only ours fails', detail: own.error, cause: own.cause };
  if (real.text === undefined)
    return { root, outcome: 'only the peer fails', detail: real.error, cause: withoutNames(real.error) };
  if (own.text === real.text) return { root, outcome: 'equal', detail: '', cause: '' };
  const detail = firstDifference(own.text, real.text);
  return { root, outcome: 'different', detail, cause: withoutNames(detail) };
}

function theirs([program = '', ...args]: readonly string[], root: string): Promise<Built> {
  const options = { maxBuffer: 1 << 28, timeout: TIME_LIMIT_MS, env: { ...process.env, ...OFFLINE } };
  return new Promise((done) => {
    execFile(program, [...args, root], options, (error, stdout, stderr) => {
      const text = stdout.replaceAll(/kustomize-v5[.\d]+/g, `kustomize-${KUSTOMIZE_VERSION}`);
      const reason = (stderr.trim().split('\n').at(-1) ?? '').slice(-300);
      done(error ? { text: undefined, error: reason, cause: '' } : { text, error: '', cause: '' });
    });
  });
}

function ours(folder: string, schemas: SchemaSet, loadRestrictor: BuildOptions['loadRestrictor']): Built {
  const { root } = parse(folder);
  try {
    const { manifests, findings } = build(diskSnapshot(root), relative(root, folder), {
      schemas,
      loadRestrictor,
      order: 'legacy',
    });
    const errors = findings.filter(({ severity }) => severity === 'error');
    return errors.length > 0
      ? { text: undefined, error: errors.map(printFinding).join(' | ').slice(0, 400), cause: causeOf(errors) }
      : { text: printManifests(manifests), error: '', cause: '' };
  } catch (error) {
    return { text: undefined, error: String((error as Error).stack), cause: `CRASH ${String(error)}` };
  }
}

function causeOf(errors: readonly Finding[]): string {
  return [...new Set(errors.map(({ code }) => code))].toSorted().join(', ');
}

function withoutNames(detail: string): string {
  return detail
    .replaceAll(/\/[\w./@-]+/g, '…')
    .replaceAll(/\d+/g, 'N')
    .slice(-120);
}

async function compareAll(roots: readonly string[], peer: readonly string[]): Promise<RootResult[]> {
  const schemas = builtinSchemas();
  const results: RootResult[] = [];
  await inLanes(LANES, roots, async (root) => {
    const result = await compareRoot(root, peer, schemas);
    results.push(result);
    if (result.outcome !== 'equal')
      console.log(`${result.outcome}: ${relative(process.cwd(), root)}: ${result.detail}`);
  });
  return results;
}

/** The causes, most frequent first, then the counts. */
function report(results: readonly RootResult[]): void {
  const causes = new Map<string, number>();
  for (const { outcome, cause } of results.filter((result) => result.outcome !== 'equal'))
    causes.set(`${outcome}: ${cause}`, (causes.get(`${outcome}: ${cause}`) ?? 0) + 1);
  console.log('\nCauses:');
  for (const [cause, number] of [...causes].toSorted(([, a], [, b]) => b - a)) console.log(`${number} x ${cause}`);
  const count = (outcome: Outcome): number => results.filter((result) => result.outcome === outcome).length;
  const [equal, refused] = [count('equal'), count('both fail')];
  const remote = results.filter(({ outcome, cause }) => outcome === 'both fail' && cause.includes('remote')).length;
  console.log(
    `\n${results.length} roots: ${equal} equal, both refused ${refused}, ${remote} of them for a remote resource`,
  );
  const failed = results.length - equal - refused;
  reportCounts({ passed: equal, failed, skipped: refused });
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { peer: { type: 'string' } }, allowPositionals: true });
  const name = values.peer ?? 'kustomize-5.8.3';
  const program = findOracle(name) ?? (values.peer === undefined ? findOracle('kustomize') : undefined);
  if (!program) {
    reportMissing(name);
    return;
  }
  const roots = positionals.filter((word) => existsSync(word)).flatMap((folder) => findRoots(resolve(folder)));
  report(await compareAll(roots, [program, name === 'kubectl' ? 'kustomize' : 'build']));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
