// Makes the operations of one sequence. What an operation sends may depend on the object as the server last showed it, so
// each is a function of that; the choices in it were made before, so that both servers get the same.
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { getString, isJsonObject } from '../../../src/model/json.ts';
import { stringifyJson } from '../../../src/model/jsonText.ts';
import type { BuiltinKind } from './kinds.ts';
import { builtinKinds, metadataPieces } from './kinds.ts';
import { overlay, pathsIn, pointerOf, without } from './overlay.ts';
import type { Random } from './random.ts';
import { randomOf } from './random.ts';
import type { Sent } from './servers.ts';
import type { Shape } from './shapes.ts';
import { shapes, valueFor } from './shapes.ts';

export interface Operation {
  readonly label: string;
  request(live: JsonObject | undefined): Sent;
}

export interface Sequence {
  readonly label: string;
  /** The path of the object in the version that it is read in. */
  readonly path: string;
  readonly operations: readonly Operation[];
}

interface Subject {
  readonly kind: string;
  readonly plural: string;
  readonly apiVersions: readonly string[];
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
  whole(random: Random): JsonObject;
  part(random: Random): JsonObject;
  statusPart(random: Random): JsonObject;
}

const NAMESPACE = 'm';
const MANAGERS = ['m1', 'm2', 'm3', 'kubectl'] as const;
const WRITERS = ['u1', 'u2', 'm1'] as const;
const TYPES = {
  apply: 'application/apply-patch+yaml',
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

/** The sequence of a seed, with at most `length` operations; `only` is a kind. */
export function sequenceOf(seed: number, length: number, only?: string): Sequence {
  const random = randomOf(seed);
  const all = subjects.filter(({ kind }) => only === undefined || kind === only);
  const subject = random.pick(all);
  const name = `s${seed}`;
  const count = 2 + random.below(length - 1);
  const operations = Array.from({ length: count }, (_, i) => operation(subject, name, random, i));
  return { label: `${subject.kind} ${name}`, path: pathOf(subject, name, subject.apiVersions[0] ?? ''), operations };
}

function builtin(kind: BuiltinKind): Subject {
  const part = (random: Random): JsonObject => {
    const count = 1 + random.below(3);
    return Array.from({ length: count }, () => random.pick([...metadataPieces, ...repeat(kind.pieces)])).reduce(
      (whole, piece) => overlay(whole, piece) as JsonObject,
      {},
    );
  };
  return {
    ...kind,
    part,
    whole: (random) => overlay(kind.base, part(random)) as JsonObject,
    statusPart: (random) =>
      kind.statusPieces.length === 0
        ? {}
        : (overlay(random.pick(kind.statusPieces), random.pick(kind.statusPieces)) as JsonObject),
  };
}

/** Pieces of the kind weigh as much as those of metadata, where there are few. */
function repeat(pieces: readonly JsonObject[]): readonly JsonObject[] {
  return pieces.length > 10 || pieces.length === 0 ? pieces : [...pieces, ...pieces, ...pieces];
}

function custom({ kind, plural, group, versions, schema, namespaced, subresources }: Shape): Subject {
  const part = (random: Random): JsonObject => {
    const value = valueFor(schema, random, random.chance(0.3));
    const object = isJsonObject(value) ? value : {};
    if (!random.chance(0.2)) delete object['status'];
    return random.chance(0.3) ? (overlay(object, random.pick(metadataPieces)) as JsonObject) : object;
  };
  return {
    kind,
    plural,
    apiVersions: versions.map((version) => `${group}/${version}`),
    namespaced,
    subresources,
    part,
    whole: part,
    statusPart: (random) => {
      const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
      return {
        status: valueFor((properties['status'] ?? { type: 'object' }) as JsonObject, random, random.chance(0.2)),
      };
    },
  };
}

const subjects: readonly Subject[] = [
  ...builtinKinds.map(builtin),
  // Half of all sequences are about custom kinds.
  ...Array.from({ length: 6 }, () => shapes.map(custom)).flat(),
];

export const kindNames: readonly string[] = [...new Set(subjects.map(({ kind }) => kind))];

function pathOf({ plural, namespaced }: Subject, name: string, apiVersion: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${namespaced ? `/namespaces/${NAMESPACE}` : ''}/${plural}${name === '' ? '' : `/${name}`}`;
}

type Make = (subject: Subject, name: string, apiVersion: string, random: Random) => Operation;

const ordinary: readonly (readonly [number, Make])[] = [
  [34, apply],
  [12, update],
  [12, mergePatch],
  [10, jsonPatch],
  [10, strategicPatch],
  [8, statusWrite],
  [5, scaleWrite],
  [4, remove],
  [3, create],
];
const total = ordinary.reduce((sum, [weight]) => sum + weight, 0);

function operation(subject: Subject, name: string, random: Random, i: number): Operation {
  const apiVersion = random.chance(0.75) ? (subject.apiVersions[0] ?? '') : random.pick(subject.apiVersions);
  if (i === 0) return (random.chance(0.5) ? create : applyWhole)(subject, name, apiVersion, random);
  let at = random.below(total);
  const chosen = ordinary.find(([weight]) => (at -= weight) < 0);
  return (chosen?.[1] ?? apply)(subject, name, apiVersion, random);
}

function named(subject: Subject, name: string, apiVersion: string, object: JsonObject): JsonObject {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  return {
    apiVersion,
    kind: subject.kind,
    ...object,
    metadata: { ...metadata, name, ...(subject.namespaced ? { namespace: NAMESPACE } : {}) },
  };
}

function queryOf(random: Random, manager: string, more = ''): string {
  const validation = random.chance(0.1) ? `&fieldValidation=${random.pick(['Strict', 'Ignore', 'Warn'])}` : '';
  return `?fieldManager=${manager}${validation}${random.chance(0.03) ? '&dryRun=All' : ''}${more}`;
}

function fixed(label: string, sent: Sent): Operation {
  return { label, request: () => sent };
}

function create(subject: Subject, name: string, apiVersion: string, random: Random): Operation {
  const manager = random.pick(WRITERS);
  const body = stringifyJson(named(subject, name, apiVersion, oftenWhole(subject.whole(random), random)));
  const path = `${pathOf(subject, '', apiVersion)}${queryOf(random, manager)}`;
  return fixed(`create by ${manager}`, { method: 'POST', path, contentType: 'application/json', body });
}

function applyOf(whole: boolean): Make {
  return (subject, name, apiVersion, random) => {
    const manager = random.pick(MANAGERS);
    const force = random.chance(0.4);
    const piece = whole ? subject.whole(random) : subject.part(random);
    const body = named(subject, name, apiVersion, oftenWhole(piece, random));
    const path = `${pathOf(subject, name, apiVersion)}${queryOf(random, manager, force ? '&force=true' : '')}`;
    return fixed(`apply by ${manager}${force ? ' with force' : ''}`, {
      method: 'PATCH',
      path,
      contentType: TYPES.apply,
      body: stringifyJson(body),
    });
  };
}

const applyPart = applyOf(false);
const applyWholeOf = applyOf(true);

function applyWhole(...args: Parameters<Make>): Operation {
  return applyWholeOf(...args);
}

function apply(...args: Parameters<Make>): Operation {
  return args[3].chance(0.5) ? applyWholeOf(...args) : applyPart(...args);
}

/** A change of the live object: a piece laid over it, or paths taken out. Each path is chosen by a number. */
function editOf(random: Random, piece: JsonObject): (live: JsonObject) => JsonObject {
  const cuts = random.chance(0.5) ? Array.from({ length: 1 + random.below(2) }, () => random.below(1_000_000)) : [];
  const adds = cuts.length === 0 || random.chance(0.5);
  return (live) => {
    let object: JsonValue = live;
    for (const cut of cuts) {
      const paths = pathsIn(object).filter(isOrdinary);
      const path = paths[cut % Math.max(1, paths.length)];
      if (path) object = without(object, path);
    }
    return (adds ? overlay(object, piece) : object) as JsonObject;
  };
}

function isOrdinary([first, second]: readonly (string | number)[]): boolean {
  if (first === 'apiVersion' || first === 'kind') return false;
  return first !== 'metadata' || ['labels', 'annotations', 'finalizers', 'ownerReferences'].includes(String(second));
}

function update(subject: Subject, name: string, apiVersion: string, random: Random): Operation {
  const manager = random.pick(WRITERS);
  const edit = editOf(random, oftenWhole(subject.part(random), random));
  const version = random.pick(['same', 'same', 'none', 'old'] as const);
  const managed = random.chance(0.06) ? random.pick(['empty', 'reset', 'none'] as const) : 'same';
  const fresh = named(subject, name, apiVersion, subject.whole(random));
  const path = `${pathOf(subject, name, apiVersion)}${queryOf(random, manager)}`;
  return {
    label: `update by ${manager}, resourceVersion ${version}, managedFields ${managed}`,
    request: (live) => {
      const object = live ? edit({ ...live, apiVersion }) : fresh;
      const metadata: JsonObject = { ...(object['metadata'] as JsonObject) };
      if (version === 'none') delete metadata['resourceVersion'];
      if (version === 'old' && live) metadata['resourceVersion'] = '1';
      if (managed === 'empty') metadata['managedFields'] = [];
      if (managed === 'reset') metadata['managedFields'] = [{}];
      if (managed === 'none') delete metadata['managedFields'];
      return { method: 'PUT', path, contentType: 'application/json', body: stringifyJson({ ...object, metadata }) };
    },
  };
}

/** Now and then an object with nulls in it, which each kind of write reads in its own way. */
function oftenWhole(object: JsonObject, random: Random): JsonObject {
  return random.chance(0.06) ? (withNulls(object, random) as JsonObject) : object;
}

function withNulls(value: JsonValue, random: Random, depth = 0): JsonValue {
  if (depth > 0 && random.chance(0.12)) return null;
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withNulls(inner, random, depth + 1)]));
}

function patched(
  label: string,
  type: string,
  subject: Subject,
  name: string,
  apiVersion: string,
  random: Random,
  body: JsonValue,
): Operation {
  const manager = random.pick(WRITERS);
  const path = `${pathOf(subject, name, apiVersion)}${queryOf(random, manager)}`;
  return fixed(`${label} by ${manager}`, { method: 'PATCH', path, contentType: type, body: stringifyJson(body) });
}

function mergePatch(subject: Subject, name: string, apiVersion: string, random: Random): Operation {
  const body = withNulls(subject.part(random), random);
  return patched('merge patch', TYPES.merge, subject, name, apiVersion, random, body);
}

function jsonPatch(subject: Subject, name: string, apiVersion: string, random: Random): Operation {
  const manager = random.pick(WRITERS);
  const path = `${pathOf(subject, name, apiVersion)}${queryOf(random, manager)}`;
  const piece = subject.part(random);
  const choices = Array.from({ length: 1 + random.below(2) }, () => ({
    op: random.pick(['add', 'replace', 'remove', 'test', 'copy', 'move'] as const),
    at: random.below(1_000_000),
    from: random.below(1_000_000),
    append: random.chance(0.3),
  }));
  return {
    label: `JSON patch by ${manager}`,
    request: (live) => {
      const there = live ? pathsIn(live).filter(isOrdinary) : [];
      const given = pathsIn(piece).filter(isOrdinary);
      const operations = choices.map(({ op, at, from, append }): JsonObject => {
        const source = there[from % Math.max(1, there.length)] ?? [];
        if (op === 'remove') return { op, path: pointerOf(source) };
        const steps = given[at % Math.max(1, given.length)] ?? ['metadata', 'labels'];
        const value = steps.reduce<JsonValue>(
          (inner, step) =>
            isJsonObject(inner)
              ? (inner[String(step)] ?? null)
              : Array.isArray(inner)
                ? (inner[Number(step)] ?? null)
                : null,
          piece,
        );
        const target =
          append && typeof steps.at(-1) === 'number' ? `${pointerOf(steps.slice(0, -1))}/-` : pointerOf(steps);
        if (op === 'copy' || op === 'move') return { op, from: pointerOf(source), path: target };
        return { op, path: target, value };
      });
      return { method: 'PATCH', path, contentType: TYPES.json, body: stringifyJson(operations) };
    },
  };
}

function strategicPatch(subject: Subject, name: string, apiVersion: string, random: Random): Operation {
  const body = directed(withNulls(subject.part(random), random), random, 0);
  return patched('strategic merge patch', TYPES.strategic, subject, name, apiVersion, random, body);
}

/** Puts directives of strategic merge patches in. */
function directed(value: JsonValue, random: Random, depth: number): JsonValue {
  if (Array.isArray(value)) {
    const items = value.map((item) => directed(item, random, depth + 1));
    return items.some(isJsonObject) && random.chance(0.08) ? [...items, { $patch: 'replace' }] : items;
  }
  if (!isJsonObject(value)) return value;
  const out: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    out[key] = directed(inner, random, depth + 1);
    const first = Array.isArray(inner) ? inner[0] : undefined;
    if (isJsonObject(first) && typeof first['name'] === 'string' && random.chance(0.2))
      out[`$setElementOrder/${key}`] = (inner as JsonValue[]).map((item) => ({
        name: getString(item, 'name') ?? null,
      }));
    if (typeof first === 'string' && random.chance(0.1)) out[`$deleteFromPrimitiveList/${key}`] = ['gone'];
  }
  if (depth > 1 && random.chance(0.05)) out['$patch'] = random.pick(['delete', 'replace', 'merge']);
  if (depth > 1 && random.chance(0.03)) out['$retainKeys'] = Object.keys(value);
  return out;
}

function statusWrite(subject: Subject, name: string, apiVersion: string, random: Random): Operation {
  if (!subject.subresources.includes('status')) return mergePatch(subject, name, apiVersion, random);
  const how = random.pick(['apply', 'update', 'merge', 'json'] as const);
  const piece = random.chance(0.15)
    ? (overlay(subject.part(random), subject.statusPart(random)) as JsonObject)
    : subject.statusPart(random);
  const path = (manager: string, more = ''): string =>
    `${pathOf(subject, name, apiVersion)}/status${queryOf(random, manager, more)}`;
  if (how === 'apply') {
    const body = stringifyJson(named(subject, name, apiVersion, piece));
    const manager = random.pick(MANAGERS);
    const sent = {
      method: 'PATCH',
      path: path(manager, random.chance(0.5) ? '&force=true' : ''),
      contentType: TYPES.apply,
      body,
    };
    return fixed(`apply of the status by ${manager}`, sent);
  }
  const manager = random.pick(WRITERS);
  if (how === 'merge')
    return fixed(`merge patch of the status by ${manager}`, {
      method: 'PATCH',
      path: path(manager),
      contentType: TYPES.merge,
      body: stringifyJson(withNulls(piece, random)),
    });
  const address = path(manager);
  if (how === 'json')
    return fixed(`JSON patch of the status by ${manager}`, {
      method: 'PATCH',
      path: address,
      contentType: TYPES.json,
      body: stringifyJson([{ op: 'add', path: '/status', value: piece['status'] ?? {} }]),
    });
  return {
    label: `update of the status by ${manager}`,
    request: (live) => {
      const object = overlay({ ...(live ?? named(subject, name, apiVersion, {})), apiVersion }, piece);
      return { method: 'PUT', path: address, contentType: 'application/json', body: stringifyJson(object) };
    },
  };
}

function scaleWrite(subject: Subject, name: string, apiVersion: string, random: Random): Operation {
  if (!subject.subresources.includes('scale')) return apply(subject, name, apiVersion, random);
  const how = random.pick(['apply', 'update', 'merge', 'get'] as const);
  const replicas = random.below(4);
  const manager = random.pick(how === 'apply' ? MANAGERS : WRITERS);
  const query = queryOf(random, manager, how === 'apply' && random.chance(0.5) ? '&force=true' : '');
  const path = `${pathOf(subject, name, apiVersion)}/scale`;
  const body = stringifyJson({
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, ...(subject.namespaced ? { namespace: NAMESPACE } : {}) },
    spec: { replicas },
  });
  if (how === 'get') return fixed('read of the scale', { method: 'GET', path });
  if (how === 'update')
    return fixed(`update of the scale by ${manager}`, {
      method: 'PUT',
      path: `${path}${query}`,
      contentType: 'application/json',
      body,
    });
  return fixed(`${how} of the scale by ${manager}`, {
    method: 'PATCH',
    path: `${path}${query}`,
    contentType: TYPES[how],
    body: how === 'apply' ? body : stringifyJson({ spec: { replicas } }),
  });
}

function remove(subject: Subject, name: string, apiVersion: string, random: Random): Operation {
  const path = pathOf(subject, name, apiVersion);
  const body = random.pick<JsonObject | undefined>([
    undefined,
    { propagationPolicy: 'Background' },
    { propagationPolicy: 'Orphan' },
    { propagationPolicy: 'Foreground' },
    { preconditions: { resourceVersion: '1' } },
    { gracePeriodSeconds: 0 },
  ]);
  // Upstream writes the finalizers of a namespace in any order.
  const isRandom = subject.kind === 'Namespace' && body?.['propagationPolicy'] !== undefined;
  return fixed('delete', {
    method: 'DELETE',
    path,
    contentType: 'application/json',
    ...(body === undefined || isRandom
      ? {}
      : { body: stringifyJson({ apiVersion: 'v1', kind: 'DeleteOptions', ...body }) }),
  });
}
