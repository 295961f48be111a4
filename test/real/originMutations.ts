// Proves origins by mutation: for random fields of random roots, another value at the newest origin, then a second build.
// The field must follow, and nothing may change that does not name the place in its chain.
// `node test/real/originMutations.ts [--runs N] [--seed S] [--conformance FILE] [--folder DIR]... [--verbose]`
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasErrors } from '../../src/model/finding.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { parseJson } from '../../src/model/jsonText.ts';
import { printPlace } from '../../src/model/sourceText.ts';
import { build } from '../../src/render/build.ts';
import type { BuildOptions, Rendering } from '../../src/render/rendering.ts';
import { createSample } from '../../src/samples/createSample.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { diskSnapshot } from '../../src/source/disk.ts';
import { memorySnapshot } from '../../src/source/memory.ts';
import { filesOf, optionsOf } from '../conformance/kustomize.ts';
import { decidingLink, fieldsOf, follows, mutationAt, names } from './mutate.ts';
import type { Field } from './mutate.ts';
import { findRoots } from './roots.ts';

/** A root that can be built with other texts in place of some files. */
interface Root {
  readonly name: string;
  build(overlay: ReadonlyMap<string, string>): Rendering;
}

const schemas = builtinSchemas();
const defaultConformance = join(
  dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))),
  'shared/conformance/kustomize.jsonl',
);

function conformanceRoots(file: string): Root[] {
  const records = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parseJson(line) as JsonObject);
  return records
    .filter((record) => record['runnable'] === true && record['outcome'] !== 'error')
    .map((record) => ({
      name: String(record['id']),
      build: (overlay) =>
        build(
          memorySnapshot(new Map([...filesOf(record), ...overlay])),
          String(record['path'] ?? '').replace(/^\/+/, ''),
          optionsOf(record, schemas),
        ),
    }));
}

function folderRoots(folder: string): Root[] {
  const overlay = new Map<string, string>();
  const options: BuildOptions = { schemas, loadRestrictor: 'none', order: 'none' };
  const snapshot = diskSnapshot(folder, overlay);
  return findRoots(folder).map((root) => ({
    name: root,
    build: (texts) => {
      overlay.clear();
      for (const [path, text] of texts) overlay.set(path, text);
      return build(snapshot, relative(folder, root), options);
    },
  }));
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Outcome = 'followed' | 'not followed' | 'build failed' | 'other objects' | 'not mutable' | 'no place';

interface Result {
  readonly outcome: Outcome;
  /** Fields that changed though their chains do not name the place. */
  readonly unnamed: readonly string[];
  readonly selecting: boolean;
  readonly detail: string;
}

/** Parts of an object by which other things find it: when they change, a patch, a selector or a merge finds another. */
const SELECTS =
  /\/(apiVersion|kind|name|namespace|(match)?[Ll]abels\/.*|annotations\/.*|containerPort|port|protocol|mountPath|devicePath|key|ip|type|topologyKey|hostnames?|finalizers\/\d+|roleRef\/.*)$/;

function mutate(root: Root, fields: ReadonlyMap<string, Field>, field: Field, next: () => number): Result {
  const { link, hashed } = decidingLink(field.node, (count) => Math.floor(next() * count));
  const mutation = mutationAt(link, hashed);
  const result = { unnamed: [], selecting: false };
  const at = link.place ? printPlace(link.place) : '(none)';
  if (typeof mutation === 'string')
    return {
      ...result,
      outcome: mutation === 'no place' && link.cause.by !== 'transformer' ? 'no place' : 'not mutable',
      detail: `${field.path}: ${mutation} (${link.cause.by}) ${at}`,
    };
  const detail = `${field.path}: ${JSON.stringify(mutation.before)} -> ${JSON.stringify(mutation.after)} at ${at}`;
  const rendering = root.build(new Map([[mutation.place.source.path, mutation.text]]));
  if (hasErrors(rendering.findings)) return { ...result, outcome: 'build failed', detail };
  const after = fieldsOf(rendering.manifests);
  const selecting = SELECTS.test(field.path);
  if (selecting && [...after.keys()].join('\n') !== [...fields.keys()].join('\n'))
    return { ...result, outcome: 'other objects', selecting, detail };
  const unnamed: string[] = [];
  for (const [path, one] of fields) {
    const other = after.get(path);
    const same = other && textIn(other) === textIn(one);
    if (!same && !names(one, mutation.place) && !(other && names(other, mutation.place))) unnamed.push(path);
  }
  const is = after.get(field.path)?.node;
  const outcome = follows(field.node, is, mutation) ? 'followed' : 'not followed';
  const shown = is?.kind === 'scalar' ? JSON.stringify(is.text) : is?.kind;
  return { outcome, unnamed, selecting, detail: outcome === 'followed' ? detail : `${detail}, is ${shown}` };
}

function textIn({ node }: Field): string {
  return node.kind === 'scalar' ? node.text : node.kind;
}

function run(roots: readonly Root[], runs: number, seed: number, verbose: boolean): number {
  const next = random(seed);
  const order = roots.map((root) => ({ root, at: next() })).toSorted((a, b) => a.at - b.at);
  const each = Math.max(1, Math.ceil((runs * 1.15) / Math.max(1, order.length)));
  const count = new Map<string, number>();
  const add = (name: string): void => void count.set(name, (count.get(name) ?? 0) + 1);
  let mutations = 0;
  let built = 0;
  for (let round = 0; round < 20 && mutations < runs; round++) {
    for (const { root } of order) {
      if (mutations >= runs) break;
      const rendering = root.build(new Map());
      if (hasErrors(rendering.findings)) continue;
      built++;
      const fields = fieldsOf(rendering.manifests);
      const scalars = [...fields.values()].filter(({ node }) => node.kind === 'scalar');
      for (let i = 0; i < each && scalars.length > 0 && mutations < runs; i++) {
        const field = scalars[Math.floor(next() * scalars.length)] as Field;
        const result = mutate(root, fields, field, next);
        add(result.outcome);
        if (result.outcome === 'not mutable' || result.outcome === 'no place') {
          if (verbose || result.outcome === 'no place')
            console.log(`${root.name}: ${result.outcome}: ${result.detail}`);
          continue;
        }
        mutations++;
        const unnamed = result.unnamed.length > 0;
        if (unnamed) add(result.selecting ? 'selected anew' : 'changed without naming');
        if (result.outcome === 'not followed' || (unnamed && !result.selecting))
          console.log(
            `${root.name}: ${result.outcome}: ${result.detail}${unnamed ? `; also ${result.unnamed.slice(0, 3).join(', ')}` : ''}`,
          );
      }
    }
    if (built === 0) break;
  }
  return report(count, mutations);
}

function report(count: ReadonlyMap<string, number>, mutations: number): number {
  const of = (name: string): number => count.get(name) ?? 0;
  const failed = of('not followed') + of('changed without naming') + of('no place');
  const judged = of('followed') + of('not followed') + of('no place');
  console.log(
    `${mutations} mutations: ${of('followed')} fields followed, ${of('not followed')} did not, ${of('no place')} without a place, ` +
      `${of('changed without naming')} changed others without naming; apart: ${of('build failed')} builds failed, ` +
      `${of('other objects')} found other objects, ${of('selected anew')} selected anew, ${of('not mutable')} could not be mutated`,
  );
  console.log(`exact: ${((100 * of('followed')) / Math.max(1, judged)).toFixed(2)} %`);
  console.log(`${of('followed')} passed, ${failed} failed, ${of('build failed') + of('other objects')} skipped`);
  return failed;
}

function valuesOf(words: readonly string[], flag: string): string[] {
  return words.filter((_, i) => words[i - 1] === flag);
}

async function main(words: readonly string[]): Promise<void> {
  const [conformance = defaultConformance] = valuesOf(words, '--conformance');
  const samples = mkdtempSync(join(tmpdir(), 'plumbline-mutations-'));
  try {
    const roots: Root[] = valuesOf(words, '--folder').flatMap((folder) => folderRoots(resolve(folder)));
    for (const name of ['shop', 'vote'] as const) {
      await createSample(name, join(samples, name), AbortSignal.timeout(60_000));
      roots.push(...folderRoots(join(samples, name)));
    }
    if (existsSync(conformance)) roots.push(...conformanceRoots(conformance));
    else console.log('skipped: conformance cases not found');
    const runs = Number(valuesOf(words, '--runs')[0] ?? 300);
    const seed = Number(valuesOf(words, '--seed')[0] ?? 1);
    process.exitCode = run(roots, runs, seed, words.includes('--verbose')) > 0 ? 1 : 0;
  } finally {
    rmSync(samples, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));
