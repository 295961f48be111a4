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
const SIZES = [
  { size: 40, runs: 15, peer: true },
  { size: 400, runs: 9, peer: true },
  { size: 2_000, runs: 5, peer: true },
  { size: 10_000, runs: 3, peer: false },
];

export async function benchRender(): Promise<void> {
  const kustomize = findOracle('kustomize-5.8.3') ?? findOracle('kustomize');
  if (!kustomize) console.log('skipped: kustomize not found; our times alone');
  const medians = new Map<number, number>();
  for (const { size, runs, peer } of SIZES) {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
    try {
      writeOverlay(folder, size);
      const overlay = join(folder, 'overlay');
      const ours: Cost[] = [];
      const theirs: Cost[] = [];
      // The first run finds no compiled code of ours and no program in the file cache: neither counts it.
      for (let i = 0; i <= runs; i++) {
        ours.push(costOfCommand([process.execPath, cli, 'build', overlay]));
        if (kustomize && peer) theirs.push(costOfCommand([kustomize, 'build', overlay]));
      }
      const [first, ...later] = ours;
      medians.set(size, median(later.map(({ wall }) => wall)));
      console.log(`${size} objects: ${costText(later)} (first run ${ms(first?.wall ?? 0)})`);
      if (kustomize && peer)
        console.log(`  kustomize ${costText(theirs.slice(1))}: ${ratioText(later, theirs.slice(1))} times as long`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const growth = (medians.get(10_000) ?? 0) / (medians.get(2_000) ?? 1);
  console.log(`10000 objects take ${growth.toFixed(1)} times as long as 2000; linear is 5`);
  await benchRebuild();
}

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
