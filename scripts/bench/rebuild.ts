// From a changed text to manifests, findings and the text of a preview, within one process, as the engine does it; and what
// a rendered object takes in memory.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { previewWriter } from '../../src/present/preview.ts';
import { newBuilder } from '../../src/render/builder.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { diskSnapshot } from '../../src/source/disk.ts';
import type { Rendering } from '../../src/render/rendering.ts';
import { newValidator } from '../../src/validate/validator.ts';
import { median, ms, quantile } from './measure.ts';
import { writeOverlay } from './overlay.ts';

const SIZE = 2_000;
const EDITS = 100;
const WARM_UP = 20;

/** Fields of the overlay, from those that reach one object to those that reach all. */
const OVERLAY_EDITS: readonly (readonly [title: string, pattern: RegExp, put: string])[] = [
  ['the replicas that the overlay gives one object', /count: \d+/, 'count: '],
  ['a patch of one object', /memory: \d+/, 'memory: '],
  ['a patch of every third object', /note: \w+/, 'note: patched'],
  ['an image of every third object', /newTag: [\d.]+/, 'newTag: 2.0.'],
  ['a label of all objects', /team: \w+/, 'team: shop'],
];

/** One engine over one overlay. */
interface Engine {
  /** The rendering with this text in a file; its findings are made, and the text of its preview. */
  render(path: string, text: string): Rendering;
}

export async function benchRebuild(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  try {
    writeOverlay(folder, SIZE);
    edits(folder, 'a field of an object', 'base/all.yaml', (text, i) => {
      // Another object each time; a text of another length, so that all behind it moves.
      const at = text.indexOf('replicas: ', Math.floor((text.length * ((i * 37) % 100)) / 101));
      return `${text.slice(0, at)}replicas: ${i}${text.slice(text.indexOf('\n', at))}`;
    });
    const overlay = 'overlay/kustomization.yaml';
    for (const [title, pattern, put] of OVERLAY_EDITS)
      edits(folder, title, overlay, (text, i) => text.replace(pattern, `${put}${i}`));
    memory(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function edits(folder: string, title: string, path: string, change: (text: string, i: number) => string): void {
  const engine = openEngine(folder);
  let text = readFileSync(join(folder, path), 'utf8');
  engine.render(path, text);
  const times: number[] = [];
  for (let i = 0; i < EDITS + WARM_UP; i++) {
    text = change(text, i + 3);
    const start = performance.now();
    engine.render(path, text);
    if (i >= WARM_UP) times.push(performance.now() - start);
  }
  console.log(
    `${SIZE} objects, ${title} edited ${EDITS} times: rebuilt, checked and printed in ${ms(median(times))}, 95th percentile ${ms(quantile(times, 0.95))}`,
  );
}

function openEngine(folder: string): Engine {
  const overlay = new Map<string, string>();
  const snapshot = diskSnapshot(folder, overlay);
  const schemas = builtinSchemas();
  const build = newBuilder({ schemas, loadRestrictor: 'rootOnly', order: 'legacy' });
  const validate = newValidator(schemas);
  const preview = previewWriter();
  return {
    render: (path, text) => {
      overlay.set(path, text);
      snapshot.invalidate([path]);
      const rendering = build(snapshot, 'overlay');
      const findings = [...rendering.findings, ...validate(rendering.manifests)];
      const root = { id: 'overlay', kind: 'kustomize', path: 'overlay' } as const;
      preview({ root, version: 0, ...rendering, findings, lastGood: rendering.manifests });
      return rendering;
    },
  };
}

function memory(folder: string): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const snapshot = diskSnapshot(folder);
  const build = newBuilder({ schemas: builtinSchemas(), loadRestrictor: 'rootOnly', order: 'legacy' });
  collect();
  const before = process.memoryUsage().heapUsed;
  const { manifests } = build(snapshot, 'overlay');
  collect();
  const bytes = process.memoryUsage().heapUsed - before;
  console.log(
    `memory: ${(bytes / manifests.length / 1024).toFixed(1)} KiB for each of ${manifests.length} rendered objects, with origins, their sources and what is kept to build again`,
  );
}
