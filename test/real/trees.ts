// Generated kustomization trees through the real `kustomize` and through ours: `node test/real/trees.ts [--runs N]
// [--seed S] [--shrink] [--refusals] [--peer NAME]`. Prints each difference with its seed (`--runs 1 --seed S` repeats it), and counts last. The peer
// is the version that the recorded cases are of, where there is one, since releases differ in what they fix.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hasErrors, printFinding } from '../../src/model/finding.ts';
import { build } from '../../src/render/build.ts';
import { KUSTOMIZE_VERSION } from '../../src/render/output/finish.ts';
import { printManifests } from '../../src/render/output/print.ts';
import type { SchemaSet } from '../../src/schema/schemaSet.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { diskSnapshot } from '../../src/source/disk.ts';
import { firstDifference } from './firstDifference.ts';
import { inLanes } from './lanes.ts';
import { caseOfSeed, seedFlags, seedsOf } from './seeds.ts';
import { reportCounts, reportMissing } from '../counts.ts';
import { withFiles } from '../folder.ts';
import { knownSeeds } from './knownSeeds.ts';
import { findOracle } from './oracle.ts';
import { trees } from './treeArbitrary.ts';
import type { Tree } from './treeLevel.ts';

const LANES = 2;

interface Built {
  readonly text: string | undefined;
  readonly error: string;
}

/** The difference in one line, undefined where there is none. */
interface Outcome {
  readonly difference: string | undefined;
  /** Both refused the tree. */
  readonly failed: boolean;
  /** kustomize crashed, which is nothing to be equal to. */
  readonly crashed: boolean;
  /** The difference is one of docs/differences.md, in words. */
  readonly documented?: string | undefined;
  /** What kustomize said. */
  readonly error: string;
}

function theirs(program: string, folder: string): Promise<Built> {
  return new Promise((resolve) => {
    execFile(program, ['build', join(folder, 'root')], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      resolve(
        error
          ? { text: undefined, error: stderr.replaceAll(folder, '') }
          : { text: stdout.replaceAll(/kustomize-v5[.\d]+/g, `kustomize-${KUSTOMIZE_VERSION}`), error: '' },
      );
    });
  });
}

function ours(folder: string, schemas: SchemaSet): Built {
  try {
    const { manifests, findings } = build(diskSnapshot(folder), 'root', {
      schemas,
      loadRestrictor: 'rootOnly',
      order: 'legacy',
    });
    const errors = findings.filter(({ severity }) => severity === 'error').map(printFinding);
    return hasErrors(findings)
      ? { text: undefined, error: errors.join(' | ') }
      : { text: printManifests(manifests), error: '' };
  } catch (error) {
    return { text: undefined, error: `CRASH ${String((error as Error).stack)}` };
  }
}

async function compare(tree: Tree, program: string, schemas: SchemaSet): Promise<Outcome> {
  return withFiles(tree, async (folder) => {
    const peer = await theirs(program, folder);
    const own = ours(folder, schemas);
    const failed = own.text === undefined && peer.text === undefined;
    const crashed = /^(?:panic|fatal error): /m.test(peer.error);
    const error = peer.error.trim().split('\n').at(-1) ?? '';
    if (own.error.startsWith('CRASH')) return { difference: own.error, failed, crashed, error };
    if (own.text === peer.text || crashed) return { difference: undefined, failed, crashed, error };
    if (own.text === undefined) {
      const documented = isOfSchemas(tree, own.error) ? 'a broken file of openapi is not looked at' : undefined;
      return { difference: `only ours fails: ${own.error.slice(0, 400)}`, failed, crashed, documented, error };
    }
    if (peer.text === undefined)
      return { difference: `only kustomize fails: ${error.slice(-400)}`, failed, crashed, error };
    const isHash = isHashOfNodes(tree, own.text, peer.text);
    const documented = isHash ? 'the hash of an object differs whose kind a patch changed' : undefined;
    return { difference: firstDifference(own.text, peer.text), failed, crashed, documented, error };
  });
}

/** Upstream reads a file of `openapi` when a type is first looked up: all that ours says is of such a file. */
function isOfSchemas(tree: Tree, errors: string): boolean {
  const named = Object.values(tree).flatMap((text) => [...text.matchAll(/^openapi:\s*\{?\s*path: (\S+?)\}?$/gm)]);
  const names = named.map(([, name = '']) => name);
  return errors.split(' | ').every((error) => names.some((name) => error.split(':', 1)[0]?.endsWith(`/${name}`)));
}

/**
 * The hash of a generated object whose kind a patch changed is made of the nodes of Go's parser (docs/differences.md): only
 * hashes differ, in a tree with such a patch.
 */
function isHashOfNodes(tree: Tree, own: string, peer: string): boolean {
  const withoutHashes = (text: string): string => text.replaceAll(/-[2456789bcdfghkmt]{10}\b/g, '-hash');
  const changesKinds = Object.values(tree).some((text) => /allowKindChange|path"?: "?\/kind\b/.test(text));
  return changesKinds && withoutHashes(own) === withoutHashes(peer);
}

/** A smaller tree that differs in the same way: lines are left out, in ever shorter runs, as long as it does. */
async function shrink(tree: Tree, program: string, schemas: SchemaSet): Promise<Tree> {
  const kindOf = async (one: Tree): Promise<string | undefined> =>
    (await compare(one, program, schemas)).difference?.replace(/\d+/, '').slice(0, 40);
  const wanted = await kindOf(tree);
  let lines = Object.entries(tree).flatMap(([path, text]) =>
    text.split(/(?<=\n)/).map((line) => [path, line] as const),
  );
  const treeFrom = (left: typeof lines): Tree => {
    const made: Tree = {};
    for (const [path, line] of left) made[path] = (made[path] ?? '') + line;
    return made;
  };
  for (
    let run = lines.length >> 1, before = Infinity;
    run >= 1;
    run = run === 1 && lines.length < before ? 1 : run >> 1
  ) {
    before = lines.length;
    for (let at = 0; at < lines.length;) {
      const left = [...lines.slice(0, at), ...lines.slice(at + run)];
      if ((await kindOf(treeFrom(left))) === wanted) lines = left;
      else at += run;
    }
  }
  return treeFrom(lines);
}

function show(tree: Tree): string {
  return Object.entries(tree)
    .map(([path, text]) => `=== ${path}\n${text}`)
    .join('');
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0);

const { values } = parseArgs({
  options: {
    ...seedFlags,
    shrink: { type: 'boolean' },
    refusals: { type: 'boolean' },
    peer: { type: 'string' },
  },
});
const peer = values.peer ?? 'kustomize-5.8.3';
const program = findOracle(peer);
if (program) {
  const { first, last, seeds } = seedsOf(values, 1000);
  const schemas = builtinSchemas();
  const counts = { passed: 0, failed: 0, refused: 0, skipped: 0, known: 0 };
  const documented = new Map<string, number>();
  const known = knownSeeds('trees.txt');
  await inLanes(LANES, seeds, async (seed) => {
    const tree = caseOfSeed(trees, seed);
    const { difference, failed, crashed, documented: why, error } = await compare(tree, program, schemas);
    if (failed) counts.refused++;
    if (failed && values.refusals === true)
      console.log(`refused ${seed}: ${error.split('accumulating resources: ').at(-1)}`);
    if (crashed && difference === undefined) counts.skipped++;
    else if (difference === undefined) {
      counts.passed++;
      if (known.has(seed)) console.log(`passes now, take it off test/conformance/known/trees.txt: ${seed}`);
    } else if (why !== undefined) documented.set(why, (documented.get(why) ?? 0) + 1);
    else {
      const isKnown = known.has(seed);
      counts[isKnown ? 'known' : 'failed']++;
      console.log(`seed ${seed}${isKnown ? ' (known)' : ''}: ${difference}`);
      if (values.shrink === true) console.log(show(await shrink(tree, program, schemas)));
    }
  });
  console.log(`seeds ${first} to ${last}; both programs refused ${counts.refused}`);
  if (counts.skipped > 0) console.log(`skipped: kustomize crashed on ${counts.skipped} trees`);
  for (const [why, count] of documented) console.log(`skipped: ${count} trees in which ${why}`);
  if (counts.known > 0) console.log(`known to differ, by test/conformance/known/trees.txt: ${counts.known} trees`);
  reportCounts({
    passed: counts.passed,
    failed: counts.failed,
    skipped: counts.skipped + sum(documented.values()) + counts.known,
  });
} else {
  reportMissing(peer);
}
