// Proves origins by mutation: the text at the origin of a random rendered field is replaced by another value, and the build
// is made again. The field must follow, and nothing may change whose chain does not name that text.
// `node test/real/mutations.ts [--runs N] [--seed S] [--show] FILE.jsonl|FOLDER...`; a line for each fault, counts last.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasErrors } from '../../src/model/finding.ts';
import { getObject, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { parseJson } from '../../src/model/jsonText.ts';
import { manifestRef } from '../../src/model/manifest.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Node, ScalarNode } from '../../src/model/node.ts';
import { printRef } from '../../src/model/objectRef.ts';
import { chainOf } from '../../src/model/origin.ts';
import type { Origin } from '../../src/model/origin.ts';
import { printPlace } from '../../src/model/sourceText.ts';
import type { Place } from '../../src/model/sourceText.ts';
import { build } from '../../src/render/build.ts';
import type { BuildOptions } from '../../src/render/rendering.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { memorySnapshot } from '../../src/source/memory.ts';

type Content = string | Uint8Array;
type Files = ReadonlyMap<string, Content>;

/** A kustomization root with all the files that it may read. */
interface Root {
  readonly name: string;
  readonly files: Files;
  readonly path: string;
  readonly options: BuildOptions;
}

/** A scalar of the rendered objects, by the position of its object and its path in it. */
interface Field {
  readonly object: number;
  readonly path: string;
  readonly node: ScalarNode;
}

const schemas = builtinSchemas();

function rootsOf(source: string): Root[] {
  return statSync(source).isDirectory() ? rootsOfFolder(source) : rootsOfRecords(source);
}

/** Builds that upstream's tests succeed with. */
function rootsOfRecords(file: string): Root[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => parseJson(line) as JsonObject)
    .filter((record) => record['runnable'] === true && getString(record, 'outcome') === 'ok')
    .map((record) => ({
      name: String(record['id']),
      files: new Map(
        Object.entries(getObject(record, 'files') ?? {}).map(([path, text]) => [
          path.replace(/^\/+/, ''),
          String(text),
        ]),
      ),
      path: (getString(record, 'path') ?? '').replace(/^\/+/, ''),
      options: {
        schemas,
        snapshotIs: 'filesystem',
        loadRestrictor: getString(record, 'options', 'loadRestrictor') === 'LoadRestrictionsNone' ? 'none' : 'rootOnly',
        order: 'none',
      },
    }));
}

const KUSTOMIZATIONS = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);
const FILE_LIMIT = 1 << 20;

function rootsOfFolder(folder: string): Root[] {
  const files = new Map<string, Content>();
  const roots: string[] = [];
  const walk = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') walk(path);
      if (!entry.isFile() || statSync(join(folder, path)).size > FILE_LIMIT) continue;
      const bytes = readFileSync(join(folder, path));
      files.set(path, bytes.includes(0) ? bytes : bytes.toString('utf8'));
      if (KUSTOMIZATIONS.has(entry.name)) roots.push(below);
    }
  };
  walk('');
  return roots.map((path) => ({
    name: `${folder}/${path}`,
    files,
    path,
    options: { schemas, loadRestrictor: 'none', order: 'none' },
  }));
}

function render(
  root: Root,
  changed?: { readonly path: string; readonly text: string },
): readonly Manifest[] | undefined {
  const files = changed ? new Map(root.files).set(changed.path, changed.text) : root.files;
  try {
    const { manifests, findings } = build(memorySnapshot(files), root.path, root.options);
    return hasErrors(findings) ? undefined : manifests;
  } catch {
    return undefined;
  }
}

function fieldsOf(manifests: readonly Manifest[]): Map<string, Field> {
  const fields = new Map<string, Field>();
  const walk = (object: number, node: Node, path: string): void => {
    if (node.kind === 'scalar') fields.set(`${object} ${path}`, { object, path, node });
    else if (node.kind === 'map') for (const [key, { value }] of node.entries) walk(object, value, `${path}.${key}`);
    else for (const [i, item] of node.items.entries()) walk(object, item, `${path}[${i}]`);
  };
  for (const [object, { node }] of manifests.entries()) walk(object, node, '');
  return fields;
}

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

interface Mutation {
  readonly place: Place;
  /** What stands there instead. */
  readonly text: string;
  /** A part of it that must be found in what follows. */
  readonly mark: string;
}

/** Another value of the same kind for the scalar that is written at a place; undefined where none is to be had simply. */
function mutationOf(place: Place, end: 'last' | 'first', random: () => number): Mutation | undefined {
  const written = place.source.text.slice(place.start, place.end);
  const digits = String(2 + Math.floor(random() * 7));
  if (written === '' || written.includes('\n') || /^[&*!|>{[]/.test(written)) return undefined;
  if (/^(true|false)$/.test(written)) {
    const other = written === 'true' ? 'false' : 'true';
    return { place, text: other, mark: other };
  }
  if (/^-?[1-9][0-9]{0,7}$/.test(written)) {
    const other = String(Number(written) + Number(digits));
    return { place, text: other, mark: other };
  }
  const quote = /^(["']).*\1$/s.test(written) ? written[0] : '';
  const inner = quote === '' ? written : written.slice(1, -1);
  if (/^[1-9][0-9]{0,7}$/.test(inner)) {
    const other = String(Number(inner) + Number(digits));
    return { place, text: `${quote}${other}${quote}`, mark: other };
  }
  if (inner === '' || (quote === '' && /^(~|null|yes|no|on|off|y|n|-?[0-9.].*)$/i.test(inner))) return undefined;
  // Letters and digits may end nearly everything: names, images, keys of maps are not values.
  const mark = `${/[a-zA-Z0-9]$/.test(inner) ? '' : 'q'}z${digits}z`;
  const first = /^[a-zA-Z0-9]+(?=[^a-zA-Z0-9])/.exec(inner)?.[0];
  if (end === 'last' || first === undefined) return { place, text: `${quote}${inner}${mark}${quote}`, mark };
  return { place, text: `${quote}${first}z${digits}z${inner.slice(first.length)}${quote}`, mark: `z${digits}z` };
}

/** Every link that has a say in a field: its chain, and what each link was made from. */
function linksOf(origin: Origin): Origin[] {
  return chainOf(origin).flatMap((link) => [
    link,
    ...(link.cause.by === 'replacement' && link.cause.from ? linksOf(link.cause.from) : []),
  ]);
}

function overlaps(place: Place | undefined, mutated: Place): boolean {
  return (
    place !== undefined &&
    place.source.path === mutated.source.path &&
    place.start < mutated.end &&
    mutated.start < place.end
  );
}

/** Whether a field's chain names the mutated text, itself or through an object that it follows. */
function names(field: Field, mutated: Place, all: ReadonlyMap<string, Field>, manifests: readonly Manifest[]): boolean {
  const links = linksOf(field.node.origin);
  if (links.some((link) => overlaps(link.place, mutated))) return true;
  return links.some(({ cause }) => {
    // A hash is of the whole object; a reference follows the name of its target, hash and all.
    if (cause.by === 'hash') return ofObject(field.object, mutated, all);
    if (cause.by !== 'nameReference') return false;
    return manifests.some(
      (manifest, at) => field.node.text.includes(manifestRef(manifest).name) && ofObject(at, mutated, all),
    );
  });
}

function ofObject(object: number, mutated: Place, all: ReadonlyMap<string, Field>): boolean {
  for (const field of all.values())
    if (field.object === object && linksOf(field.node.origin).some((link) => overlaps(link.place, mutated)))
      return true;
  return false;
}

/** How a changed value shows what was written: as it is, in base64, or as a hash of it. */
function follows(before: ScalarNode, after: ScalarNode, mark: string): boolean {
  if (before.text === after.text && before.tag === after.tag) return false;
  const { cause } = after.origin;
  if (after.text.includes(mark) || cause.by === 'hash' || cause.by === 'nameReference') return true;
  try {
    return atob(after.text.replaceAll(/\s/g, '')).includes(mark);
  } catch {
    return false;
  }
}

/** The newest text that a field was set from. A hash and the following of a name have none; a replacement's is its source. */
function writtenPlace(origin: Origin): Place | undefined {
  const link = chainOf(origin).find(({ cause }) => cause.by !== 'hash' && cause.by !== 'nameReference');
  return link?.cause.by === 'replacement' && link.cause.from ? writtenPlace(link.cause.from) : link?.place;
}

type Outcome =
  | 'exact'
  | 'not followed'
  | 'changed without naming'
  | 'does not build'
  | 'no text to replace'
  /** The field is by what patches, selectors and merges find it or its element: with another value they find others. */
  | 'selects'
  | 'moved';

/** What an object, the target of a reference or an element of a list is found by. */
const SELECTING =
  /\.(apiVersion|kind|apiGroup)$|^\.metadata\.(name|namespace|labels|annotations)\b|\.(subjects\[\d+\]|service)\.(name|namespace)$|\[\d+\](\.(name|key|port|containerPort|protocol|mountPath|devicePath|ip|host|topologyKey))?$/;

function tryField(
  root: Root,
  manifests: readonly Manifest[],
  fields: ReadonlyMap<string, Field>,
  key: string,
  random: () => number,
): Tried {
  const last = tryEnd(root, manifests, fields, key, 'last', random);
  // A delimiter may leave only a part of the text in use.
  return last.outcome === 'not followed' ? tryEnd(root, manifests, fields, key, 'first', random) : last;
}

interface Tried {
  readonly outcome: Outcome;
  readonly detail: string;
}

function tryEnd(
  root: Root,
  manifests: readonly Manifest[],
  fields: ReadonlyMap<string, Field>,
  key: string,
  end: 'last' | 'first',
  random: () => number,
): Tried {
  const field = fields.get(key) as Field;
  const place = writtenPlace(field.node.origin);
  const source = place && root.files.get(place.source.path);
  const mutation = place && source === place.source.text ? mutationOf(place, end, random) : undefined;
  if (!mutation || typeof source !== 'string') return { outcome: 'no text to replace', detail: '' };
  const text = source.slice(0, mutation.place.start) + mutation.text + source.slice(mutation.place.end);
  const after = render(root, { path: mutation.place.source.path, text });
  if (!after) return { outcome: 'does not build', detail: '' };
  if (after.length !== manifests.length) return { outcome: 'moved', detail: '' };
  const now = fieldsOf(after);
  const where = `${root.name}: ${printRef(manifestRef(manifests[field.object] as Manifest))}:${field.path} from ${printPlace(mutation.place)} (${field.node.origin.cause.by}) ${JSON.stringify(mutation.text)}`;
  const other = now.get(key);
  // A mutated key or name moves the field: it is somewhere else, with the mark.
  if (!other) return { outcome: 'moved', detail: where };
  const selects = SELECTING.test(field.path);
  if (!follows(field.node, other.node, mutation.mark) && selects) return { outcome: 'selects', detail: where };
  if (!follows(field.node, other.node, mutation.mark))
    return {
      outcome: 'not followed',
      detail: `${where}: ${JSON.stringify(field.node.text)} became ${JSON.stringify(other.node.text)}`,
    };
  for (const [at, one] of fields) {
    const then = now.get(at);
    const same = then !== undefined && then.node.text === one.node.text && then.node.tag === one.node.tag;
    if (same || at === key) continue;
    if (names(one, mutation.place, fields, manifests) || (then && names(then, shifted(mutation), now, after))) continue;
    if (selects) return { outcome: 'selects', detail: where };
    return {
      outcome: 'changed without naming',
      detail: `${where}: ${printRef(manifestRef(manifests[one.object] as Manifest))}:${one.path} ${JSON.stringify(one.node.text)} became ${JSON.stringify(then?.node.text)}`,
    };
  }
  return { outcome: 'exact', detail: '' };
}

/** The mutated place as it is after the mutation. */
function shifted({ place, text }: Mutation): Place {
  return { ...place, source: place.source, start: place.start, end: place.start + text.length };
}

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
    const manifests = render(root);
    return manifests && manifests.length > 0 ? [{ root, manifests, fields: fieldsOf(manifests) }] : [];
  });
  const counts = new Map<Outcome, number>();
  const runs = flag('--runs', 300);
  const tried = (): number =>
    (counts.get('exact') ?? 0) + (counts.get('not followed') ?? 0) + (counts.get('changed without naming') ?? 0);
  for (let attempt = 0; tried() < runs && attempt < runs * 10 && prepared.length > 0; attempt++) {
    const { root, manifests, fields } = prepared[Math.floor(random() * prepared.length)] as (typeof prepared)[number];
    const key = [...fields.keys()][Math.floor(random() * fields.size)];
    if (key === undefined) continue;
    const { outcome, detail } = tryField(root, manifests, fields, key, random);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if (outcome === 'not followed' || outcome === 'changed without naming') console.log(`${outcome}: ${detail}`);
  }
  const exact = counts.get('exact') ?? 0;
  const all = tried();
  console.log([...counts].map(([outcome, count]) => `${outcome}: ${count}`).join(', '));
  console.log(
    `${prepared.length} roots; exact ${exact} of ${all} mutations, ${all === 0 ? 'none' : `${((exact / all) * 100).toFixed(2)} %`}`,
  );
  console.log(`${exact} passed, ${all - exact} failed, 0 skipped`);
  process.exitCode = all - exact > 0 ? 1 : 0;
}

main(process.argv.slice(2));
