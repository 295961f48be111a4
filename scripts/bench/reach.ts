// The reverse of origins on a generated overlay: the first question, which indexes the rendering, later ones, and the first
// one after an edit of one object.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../src/render/build.ts';
import { newBuilder } from '../../src/render/rebuild/builder.ts';
import { createReach, newKnownTouches } from '../../src/render/reach.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { diskSnapshot } from '../../src/source/disk.ts';
import { median, ms } from './measure.ts';
import { writeOverlay } from './overlay.ts';

const OBJECTS = 2_000;
const RUNS = 5;

export async function benchReach(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  try {
    writeOverlay(folder, OBJECTS);
    const options = { schemas: builtinSchemas(), loadRestrictor: 'rootOnly', order: 'none' } as const;
    const times = { build: [], file: [], shared: [], line: [] } as Record<string, number[]>;
    let reached = 0;
    for (let i = 0; i < RUNS; i++) {
      const { manifests } = timed(times['build'], () => build(diskSnapshot(folder), 'overlay', options));
      const reach = createReach(manifests);
      timed(times['file'], () => reach.at('base/all.yaml', 10));
      reached = timed(times['shared'], () => reach.at('overlay/kustomization.yaml', 9)).length;
      timed(times['line'], () => reach.at('overlay/kustomization.yaml', 3));
    }
    const text = (name: string): string => ms(median(times[name] ?? []));
    console.log(
      `${OBJECTS} objects, built in ${text('build')}: first line of the base ${text('file')}, first line of the overlay ` +
        `${text('shared')} (it reaches ${reached} fields), another line ${text('line')}`,
    );
    afterEdits(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As the engine does: rebuilt after each edit, with what is known of the objects that were not edited. */
function afterEdits(folder: string): void {
  const builder = newBuilder({ schemas: builtinSchemas(), loadRestrictor: 'rootOnly', order: 'none' });
  const known = newKnownTouches();
  const times: number[] = [];
  let text = readFileSync(join(folder, 'base/all.yaml'), 'utf8');
  for (let i = 0; i <= RUNS * 4; i++) {
    const { manifests } = builder(diskSnapshot(folder, new Map([['base/all.yaml', text]])), 'overlay');
    const reach = createReach(manifests, known);
    timed(i === 0 ? undefined : times, () => reach.in('base/all.yaml').length + reach.at('base/all.yaml', 10).length);
    text = text.replace(/replicas: \d+/, `replicas: ${i + 10}`);
  }
  console.log(`after an edit of one object: first line of the base ${ms(median(times))}`);
}

function timed<T>(times: number[] | undefined, run: () => T): T {
  const start = performance.now();
  const result = run();
  times?.push(performance.now() - start);
  return result;
}
