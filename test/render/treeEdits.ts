// Generated trees, each edited again and again, built by what remembers and from scratch: `node test/render/treeEdits.ts
// [--runs N] [--seed S]`. Prints each difference with its seed (`--runs 1 --seed S` repeats it), and counts last.
import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { hasErrors } from '../../src/model/finding.ts';
import { newBuilder } from '../../src/render/rebuild/builder.ts';
import { memorySnapshot } from '../../src/source/memory.ts';
import { reportCounts } from '../counts.ts';
import { caseOfSeed, seedFlags, seedsOf } from '../real/seeds.ts';
import { trees } from '../real/treeArbitrary.ts';
import type { Tree } from '../real/treeLevel.ts';
import { checkSame, options } from './scratch.ts';

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

/**
 * The first difference; what is broken is mended again with the next step, as by somebody who types. A tree that is `refused` from
 * the beginning is always built whole.
 */
function firstDifference(tree: Tree, edit: readonly Edit[], took: Map<string, number>): string | undefined {
  let way = '';
  let files = tree;
  const builder = newBuilder(options, (one) => (way = one));
  const step = (next: Tree, what: string): string | undefined => {
    try {
      const rendering = builder(memorySnapshot(next), 'root');
      checkSame(rendering, next, 'root');
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
  for (const [i, one] of edit.entries()) {
    const path = paths[one.file % paths.length] ?? '';
    const before = files[path] ?? '';
    for (let time = 0; time <= one.again; time++) {
      if (last !== undefined && last !== 'broken') return last;
      const next = {
        ...files,
        [path]: edited(before, { ...one, word: (one.word + time * 0.37) % 1 }, words, 3 * i + time),
      };
      last = step(next, `edit ${i} of ${path}`);
      if (last === 'broken') last = step(files, `edit ${i} of ${path} undone`);
      else files = next;
    }
  }
  return last === 'broken' ? undefined : last;
}

const { values } = parseArgs({ options: seedFlags });
const { first, last, seeds } = seedsOf(values, 300);
const took = new Map<string, number>();
const counts = { passed: 0, failed: 0, skipped: 0 };
let refused = 0;
for (const seed of seeds) {
  const difference = firstDifference(caseOfSeed(trees, seed), caseOfSeed(edits, seed), took);
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
