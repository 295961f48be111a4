// Generated trees, and with --flux generated Flux Kustomizations, each edited again and again, built by what remembers and from
// scratch: `node test/render/treeEdits.ts [--runs N] [--seed S] [--flux]`. Prints each difference with its seed (`--runs 1
// --seed S` repeats it), and counts last.
import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { hasErrors } from '../../src/model/finding.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { build } from '../../src/render/build.ts';
import { renderFlux } from '../../src/render/flux/renderFlux.ts';
import { newFluxMemory } from '../../src/render/flux/memory.ts';
import { newBuilder } from '../../src/render/rebuild/builder.ts';
import type { Rendering } from '../../src/render/rendering.ts';
import { memorySnapshot } from '../../src/source/memory.ts';
import { reportCounts } from '../counts.ts';
import { fluxCases } from '../real/fluxArbitrary.ts';
import type { FluxCase } from '../real/fluxArbitrary.ts';
import { caseOfSeed, seedFlags, seedsOf } from '../real/seeds.ts';
import { trees } from '../real/treeArbitrary.ts';
import type { Tree } from '../real/treeLevel.ts';
import { checkAlike, options } from './scratch.ts';

const EDITS = 12;

interface Edit {
  readonly file: number;
  /** Where in the file, and where among all words of the tree: shares of the whole. */
  readonly at: number;
  readonly word: number;
  readonly kind: 'word' | 'new' | 'longer' | 'without' | 'twice';
  /** How often it is done again, with another text, at the same place. */
  readonly again: number;
}

const share = fc.double({ min: 0, max: 0.999_999, noNaN: true });
const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    file: fc.nat(),
    at: share,
    word: share,
    kind: fc.constantFrom('word', 'word', 'word', 'new', 'longer', 'without', 'twice'),
    again: fc.nat({ max: 2 }),
  }),
  { minLength: EDITS, maxLength: EDITS },
);

/** Texts that a file can name, a field can hold, and a name can be. */
function wordsOf(text: string): RegExpExecArray[] {
  return [...text.matchAll(/[\w./-]+/g)];
}

function edited(text: string, { at, word, kind }: Edit, words: readonly string[], i: number): string {
  if (kind === 'without' || kind === 'twice') {
    const lines = text.split(/(?<=\n)/);
    const line = Math.floor(at * lines.length);
    return lines.toSpliced(line, 1, ...(kind === 'twice' ? [lines[line] ?? '', lines[line] ?? ''] : [])).join('');
  }
  const places = wordsOf(text);
  const place = places[Math.floor(at * places.length)];
  if (!place) return `${text}\n`;
  const end = place.index + place[0].length;
  const put =
    kind === 'word'
      ? (words[Math.floor(word * words.length)] ?? '')
      : kind === 'new'
        ? `z${i}z`
        : `${place[0]}${word < 0.5 ? 'x' : '1'}`;
  return text.slice(0, place.index) + put + text.slice(end);
}

/** Files, and how they are built. */
interface Case {
  readonly files: Tree;
  readonly again: (files: Tree) => Rendering;
  readonly scratch: (files: Tree) => Rendering;
}

/** `took` is told how each rendering was made. */
type CaseOf = (seed: number, took: (way: string) => void) => Case;

const treeOf: CaseOf = (seed, took) => {
  const builder = newBuilder(options, took);
  return {
    files: caseOfSeed(trees, seed),
    again: (files) => builder(memorySnapshot(files), 'root'),
    scratch: (files) => build(memorySnapshot(files), 'root', options),
  };
};

const fluxOf: CaseOf = (seed, took) => {
  const { files, spec, strict, sources }: FluxCase = caseOfSeed(fluxCases, seed);
  const object: JsonObject = { kind: 'Kustomization', metadata: { name: 'app', namespace: 'flux-system' }, spec };
  const ofFlux = { ...options, loadRestrictor: 'none', order: 'none', strictSubstitution: strict } as const;
  const variables = sources.map(({ kind, name, data }) => ({
    kind,
    name,
    data: data && new Map(Object.entries(data)),
  }));
  const memory = newFluxMemory(took);
  return {
    files,
    again: (next) => renderFlux(memorySnapshot(next), object, variables, { ...ofFlux, memory }),
    scratch: (next) => renderFlux(memorySnapshot(next), object, variables, ofFlux),
  };
};

/**
 * The first difference; what is broken is mended again with the next step, as by somebody who types. A tree that is `refused` from
 * the beginning is always built whole.
 */
function firstDifference(caseOf: CaseOf, seed: number, took: Map<string, number>): string | undefined {
  let way = '';
  const { files: tree, again, scratch } = caseOf(seed, (one) => (way = one));
  let files = tree;
  const step = (next: Tree, what: string): string | undefined => {
    try {
      const rendering = again(next);
      checkAlike(rendering, scratch(next));
      took.set(way, (took.get(way) ?? 0) + 1);
      return hasErrors(rendering.findings) ? 'broken' : undefined;
    } catch (error) {
      return `${way}, ${what}: ${(error as Error).message}`;
    }
  };
  const paths = Object.keys(tree);
  const words = Object.values(tree).flatMap((text) => wordsOf(text).map(([word]) => word));
  let last = step(files, 'first');
  if (last === 'broken') return 'refused';
  for (const [i, one] of caseOfSeed(edits, seed).entries()) {
    const path = paths[one.file % paths.length] ?? '';
    const before = files[path] ?? '';
    for (let time = 0; time <= one.again; time++) {
      if (last !== undefined && last !== 'broken') return last;
      const edit = { ...one, word: (one.word + time * 0.37) % 1 };
      const next = { ...files, [path]: edited(before, edit, words, 3 * i + time) };
      last = step(next, `edit ${i} of ${path}`);
      if (last === 'broken') last = step(files, `edit ${i} of ${path} undone`);
      else files = next;
    }
  }
  return last === 'broken' ? undefined : last;
}

const { values } = parseArgs({ options: { ...seedFlags, flux: { type: 'boolean' } } });
const caseOf = values.flux === true ? fluxOf : treeOf;
const { first, last, seeds } = seedsOf(values, 300);
const took = new Map<string, number>();
const counts = { passed: 0, failed: 0, skipped: 0 };
let refused = 0;
for (const seed of seeds) {
  const difference = firstDifference(caseOf, seed, took);
  if (difference === undefined) counts.passed++;
  else if (difference === 'refused') refused++;
  else {
    counts.failed++;
    console.log(`seed ${seed}: ${difference}`);
  }
}
console.log(
  `seeds ${first} to ${last}, ${refused} refused; built ${[...took].map(([way, count]) => `${way} ${count}`).join(', ')}`,
);
reportCounts(counts);
