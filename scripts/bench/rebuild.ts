// From a changed text to manifests, findings and the text of a preview, within one process, as the engine does it; and what
// a rendered object takes in memory.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseAllDocuments, visit } from 'yaml';
import { previewWriter } from '../../src/present/preview/preview.ts';
import { newBuilder } from '../../src/render/rebuild/builder.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { diskSnapshot } from '../../src/source/disk.ts';
import type { Rendering } from '../../src/render/rendering.ts';
import { newValidator } from '../../src/validate/validator.ts';
import { median, ms, quantile } from './measure.ts';
import { writeOverlay } from './overlay.ts';

const SIZE = 2_000;
const EDITS = 100;
const FIELDS = 300;
const WARM_UP = 20;

const OVERLAY = 'overlay/kustomization.yaml';
const FILES = [OVERLAY, 'overlay/patch.yaml', 'overlay/one.yaml', 'base/kustomization.yaml', 'base/all.yaml'];

interface Edit {
  readonly title: string;
  readonly path: string;
  /** Another text each time. */
  readonly change: (text: string, i: number) => string;
}

/** An edit that puts a number behind what a pattern finds. */
function numbered(title: string, path: string, pattern: RegExp, put: string): Edit {
  return { title, path, change: (text, i) => text.replace(pattern, `${put}${i}`) };
}

/** What a user edits, from what reaches one object to what reaches all. */
const KINDS: readonly Edit[] = [
  {
    title: 'a field of an object',
    path: 'base/all.yaml',
    change: (text, i) => {
      // Another object each time; a text of another length, so that all behind it moves.
      const at = text.indexOf('replicas: ', Math.floor((text.length * ((i * 37) % 100)) / 101));
      return `${text.slice(0, at)}replicas: ${i}${text.slice(text.indexOf('\n', at))}`;
    },
  },
  numbered('the replicas that the overlay gives one object', OVERLAY, /count: \d+/, 'count: '),
  numbered('a patch of one object', OVERLAY, /memory: \d+/, 'memory: '),
  numbered('a file with a patch of one object', 'overlay/patch.yaml', /cpu: \d+/, 'cpu: '),
  numbered('a literal of a generator', OVERLAY, /mode=\w+/, 'mode=prod'),
  numbered('a file that a generator reads', 'overlay/app.conf', /level=\w+/, 'level=info'),
  {
    title: 'the list of resources (one object more or less)',
    path: OVERLAY,
    change: (text) =>
      text.includes('- one.yaml\n')
        ? text.replace('- one.yaml\n', '')
        : text.replace('- ../base\n', '- ../base\n- one.yaml\n'),
  },
  numbered('a patch of every third object', OVERLAY, /note: \w+/, 'note: patched'),
  numbered('an image of every third object', OVERLAY, /newTag: [\d.]+/, 'newTag: 2.0.'),
  numbered('a label of all objects', OVERLAY, /team: \w+/, 'team: shop'),
  numbered('an annotation of all objects', OVERLAY, /by: \w+/, 'by: shop'),
  numbered('the prefix of all names', OVERLAY, /namePrefix: \w+/, 'namePrefix: prod'),
  numbered('the namespace of all objects', OVERLAY, /namespace: \w+/, 'namespace: prod'),
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
    writeMore(join(folder, 'overlay'));
    anyField(folder);
    for (const kind of KINDS) edits(folder, kind);
    memory(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What users edit beside the overlay's own file. */
function writeMore(overlay: string): void {
  const file = join(overlay, 'kustomization.yaml');
  const text = readFileSync(file, 'utf8')
    .replace('[../base]', '\n- ../base')
    .replace('literals: [mode=prod]', 'literals: [mode=prod]\n  files: [app.conf]');
  writeFileSync(file, `${text}- path: patch.yaml\ncommonAnnotations: {by: shop}\n`);
  writeFileSync(join(overlay, 'app.conf'), 'level=info\n');
  writeFileSync(join(overlay, 'one.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: b}\n');
  writeFileSync(
    join(overlay, 'patch.yaml'),
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app-1}\nspec: {template: {spec: {containers: [{name: app, resources: {limits: {cpu: 1}}}]}}}\n',
  );
}

/** A value that is written in a file. */
interface Field {
  readonly path: string;
  readonly end: number;
  readonly isNumber: boolean;
}

/** What the budget speaks of: any field of any file, edited and put back again. */
function anyField(folder: string): void {
  const ways = new Map<string, number>();
  const engine = openEngine(folder, (way) => ways.set(way, (ways.get(way) ?? 0) + 1));
  const texts = new Map(FILES.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  const fields = [...texts].flatMap(([path, text]) => fieldsOf(path, text));
  engine.render(OVERLAY, texts.get(OVERLAY) ?? '');
  ways.clear();
  const times: number[] = [];
  for (let i = 0; i < FIELDS + WARM_UP; i++) {
    const { path, end, isNumber } = fields[pick(i, fields.length)] as Field;
    const text = texts.get(path) ?? '';
    const edited = `${text.slice(0, end)}${isNumber ? i % 10 : `x${i}`}${text.slice(end)}`;
    for (const next of [edited, text]) {
      const start = performance.now();
      engine.render(path, next);
      if (i >= WARM_UP) times.push(performance.now() - start);
    }
  }
  const took = [...ways].map(([way, count]) => `${way} ${count}`).join(', ');
  console.log(
    `${SIZE} objects, ${FIELDS} of ${fields.length} fields chosen at random, each edited and put back: rebuilt, checked and printed in ${ms(median(times))}, 95th percentile ${ms(quantile(times, 0.95))}, fastest ${ms(Math.min(...times))} (by way, with ${WARM_UP} before: ${took})`,
  );
}

function fieldsOf(path: string, text: string): Field[] {
  const fields: Field[] = [];
  for (const document of parseAllDocuments(text))
    visit(document, {
      Scalar: (key, { range, value }) => {
        if (key !== 'key' && range) fields.push({ path, end: range[1], isNumber: typeof value === 'number' });
      },
    });
  return fields;
}

/** The same choice in every run; spread by the golden ratio. */
function pick(i: number, count: number): number {
  return Math.floor((((i + 1) * 0.618_033_988_749_894_9) % 1) * count);
}

function edits(folder: string, { title, path, change }: Edit): void {
  let wholes = 0;
  const engine = openEngine(folder, (way) => (wholes += way === 'whole' ? 1 : 0));
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
    `${SIZE} objects, ${title} edited ${EDITS} times: rebuilt, checked and printed in ${ms(median(times))}, 95th percentile ${ms(quantile(times, 0.95))}, fastest ${ms(Math.min(...times))} (built whole ${wholes} times in all)`,
  );
}

function openEngine(folder: string, took: (way: string) => void): Engine {
  const overlay = new Map<string, string>();
  const snapshot = diskSnapshot(folder, overlay);
  const schemas = builtinSchemas();
  const build = newBuilder({ schemas, loadRestrictor: 'rootOnly', order: 'legacy' }, took);
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
