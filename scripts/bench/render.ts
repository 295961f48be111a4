// Builds of generated overlays, cold process, against the kustomize binary; then rebuilds after an edit.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOracle } from '../../test/real/oracle.ts';
import { costOfCommand, median, ms } from './measure.ts';
import type { Cost } from './measure.ts';
import { writeOverlay } from './overlay.ts';
import { benchRebuild } from './rebuild.ts';

const cli = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'cli.cjs');
/** The peer's time grows with the square of the size: at the largest it is not asked. */
const SMALL = { size: 400, runs: 9, peer: true };
const LARGE = { size: 2_000, runs: 5, peer: true };
const SIZES = [{ size: 40, runs: 15, peer: true }, SMALL, LARGE, { size: 10_000, runs: 3, peer: false }];

export async function benchRender(): Promise<void> {
  const kustomize = findOracle('kustomize-5.8.3') ?? findOracle('kustomize');
  if (!kustomize) console.log('skipped: kustomize not found; our times alone');
  console.log(`node alone, which is part of each time of ours: ${costText(costsOf([process.execPath, '-e', '0'], 9))}`);
  const medians = new Map<number, number>();
  for (const { size, runs, peer } of SIZES)
    medians.set(size, benchSize(`${size} objects`, size, runs, peer ? kustomize : undefined));
  const growth = (medians.get(10_000) ?? 0) / (medians.get(2_000) ?? 1);
  console.log(`10000 objects take ${growth.toFixed(1)} times as long as 2000; linear is 5`);
  for (const { size, runs } of [SMALL, LARGE])
    benchSize(
      `${size} objects, every tenth application with a patch and a generator of its own`,
      size,
      runs,
      kustomize,
      true,
    );
  await benchRebuild();
}

/** Both programs in turn on one overlay; returns the median of ours by the clock, in milliseconds. */
function benchSize(title: string, size: number, runs: number, kustomize: string | undefined, own = false): number {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  try {
    writeOverlay(folder, size, own);
    const overlay = join(folder, 'overlay');
    const ours: Cost[] = [];
    const theirs: Cost[] = [];
    // The first run finds no compiled code of ours and no program in the file cache: neither counts it.
    for (let i = 0; i <= runs; i++) {
      ours.push(costOfCommand([process.execPath, cli, 'build', overlay]));
      if (kustomize) theirs.push(costOfCommand([kustomize, 'build', overlay]));
    }
    const [first, ...later] = ours;
    console.log(`${title}: ${costText(later)} (first run ${ms(first?.wall ?? 0)})`);
    if (kustomize)
      console.log(`  kustomize ${costText(theirs.slice(1))}: ${ratioText(later, theirs.slice(1))} times as long`);
    return walls(later);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const costsOf = (command: readonly string[], runs: number): Cost[] =>
  Array.from({ length: runs }, () => costOfCommand(command));

const walls = (costs: readonly Cost[]): number => median(costs.map(({ wall }) => wall));
const processors = (costs: readonly Cost[]): number => median(costs.map(({ processor }) => processor ?? Number.NaN));

function costText(costs: readonly Cost[]): string {
  const processor = processors(costs);
  return `${ms(walls(costs))}${Number.isNaN(processor) ? '' : `, ${ms(processor)} of processor time`}`;
}

function ratioText(ours: readonly Cost[], theirs: readonly Cost[]): string {
  const processor = processors(theirs) / processors(ours);
  const wall = (walls(theirs) / walls(ours)).toFixed(1);
  return Number.isNaN(processor) ? wall : `${wall}, and of processor time ${processor.toFixed(1)}`;
}
