// Proves origins by mutation: the text at the origin of a random rendered field is replaced by another value, and the build
// is made again. The field must follow, and nothing may change whose chain does not name that text.
// `node test/real/mutations.ts [--runs N] [--seed S] [--show] FILE.jsonl|FOLDER...`; a line for each fault, counts last.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportCounts } from '../counts.ts';
import { fieldsOf, proveField } from './mutationProof.ts';
import type { Outcome } from './mutationProof.ts';
import { rootsOf } from './mutationRoots.ts';

/** Small, fast and the same everywhere (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const EXACT: readonly Outcome[] = ['exact', 'exact, renamed everywhere'];
const FAULTS: readonly Outcome[] = ['not followed', 'changed without naming'];

function main(args: readonly string[]): void {
  const flag = (name: string, otherwise: number): number => {
    const at = args.indexOf(name);
    return at < 0 ? otherwise : Number(args[at + 1]);
  };
  const sources = args.filter((arg, i) => !arg.startsWith('--') && !['--runs', '--seed'].includes(args[i - 1] ?? ''));
  if (sources.length === 0) {
    const samples = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'media', 'samples');
    sources.push(join(samples, 'shop', 'tree'), join(samples, 'vote', 'tree'));
  }
  const random = randomOf(flag('--seed', 1));
  const prepared = sources.flatMap(rootsOf).flatMap((root) => {
    const manifests = root.render(new Map());
    return manifests && manifests.length > 0 ? [{ root, manifests, fields: fieldsOf(manifests) }] : [];
  });
  const counts = new Map<Outcome, number>();
  const runs = flag('--runs', 300);
  const sum = (outcomes: readonly Outcome[]): number =>
    outcomes.reduce((total, outcome) => total + (counts.get(outcome) ?? 0), 0);
  const tried = (): number => sum(EXACT) + sum(FAULTS);
  for (let attempt = 0; tried() < runs && attempt < runs * 10 && prepared.length > 0; attempt++) {
    const { root, manifests, fields } = prepared[Math.floor(random() * prepared.length)] as (typeof prepared)[number];
    const key = [...fields.keys()][Math.floor(random() * fields.size)];
    if (key === undefined) continue;
    const { outcome, detail } = proveField(root, manifests, fields, key, random);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if (FAULTS.includes(outcome) || (args.includes('--show') && !EXACT.includes(outcome)))
      console.log(`${outcome}: ${detail}`);
  }
  const exact = sum(EXACT);
  const all = tried();
  console.log([...counts].map(([outcome, count]) => `${outcome}: ${count}`).join(', '));
  console.log(
    `${prepared.length} roots; exact ${exact} of ${all} mutations, ${all === 0 ? 'none' : `${((exact / all) * 100).toFixed(2)} %`}`,
  );
  reportCounts({ passed: exact, failed: all - exact });
}

main(process.argv.slice(2));
