// Replays recorded API sequences against src/merge alone, without a server: each operation starts from the recorded state
// before it, and its managedFields (and, for custom resources, the whole object) must come out as recorded.
// `node test/conformance/api/sequence.ts FOLDER [--only=TEXT] [--show=N]`
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apply } from '../../../src/merge/apply.ts';
import { conflictCauses, conflictMessage } from '../../../src/merge/conflict.ts';
import { managedFieldsOf, withoutManaged } from '../../../src/merge/managedFields.ts';
import type { WrittenKind } from '../../../src/merge/ownership.ts';
import { resetFieldsOfBuiltin, resetFieldsOfCustom } from '../../../src/merge/resetFields.ts';
import { keepTimes, updateManaged } from '../../../src/merge/update.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { equalJson, getList, getObject, getString, isJsonObject } from '../../../src/model/json.ts';
import { parseJson, stringifyJson } from '../../../src/model/jsonText.ts';
import { parseApiVersion } from '../../../src/model/objectRef.ts';
import { builtinSchemas } from '../../../src/schema/builtin.ts';
import { typesOfCrd } from '../../../src/schema/crd.ts';
import { applyDefaults } from '../../../src/schema/defaults.ts';
import { pruneUnknown } from '../../../src/schema/prune.ts';
import type { SchemaSet } from '../../../src/schema/schemaSet.ts';

const folder = process.argv[2] ?? '';
const only = process.argv.find((arg) => arg.startsWith('--only='))?.slice('--only='.length) ?? '';
const show = Number(process.argv.find((arg) => arg.startsWith('--show='))?.slice('--show='.length) ?? 5);

function readLines(file: string): JsonObject[] {
  const text = readFileSync(join(folder, file), 'utf8');
  // Times of operations become times, so that they sort.
  const timed = text
    .replaceAll(/<t:(\d+)>/g, (_, i: string) => timeOf(Number(i)))
    .replaceAll(/"<nodePort:(\d+)>"/g, (_, i: string) => String(30000 + Number(i)));
  return timed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseJson(line) as JsonObject);
}

function timeOf(op: number): string {
  return new Date(Date.UTC(2026, 0, 1) + op * 1000).toISOString().replace('.000Z', 'Z');
}

const customTypes = readLines('crds.jsonl').flatMap((record) => typesOfCrd(record['manifest'] as JsonObject));
const schemas: SchemaSet = builtinSchemas().with(customTypes);
const customKinds = new Set(customTypes.map(({ resource }) => resource.kind));
const counts = { passed: 0, failed: 0, skipped: 0 };
const failures = new Map<string, number>();

for (const file of readdirSync(folder).filter(
  (name) => name.endsWith('.jsonl') && !name.startsWith('static') && name !== 'crds.jsonl',
)) {
  for (const record of readLines(file)) if (String(record['id']).includes(only)) replay(record);
}
console.log(counts, Object.fromEntries([...failures].sort(([, a], [, b]) => b - a)));

function replay(record: JsonObject): void {
  // Its versions differ, and their conversion is the server's.
  if (record['kind'] === 'HorizontalPodAutoscaler') return;
  let before: JsonObject | undefined;
  for (const op of record['ops'] as JsonObject[]) {
    const read = getObject(op, 'read') ?? {};
    const response = getObject(op, 'response', 'object');
    const after =
      read['sameAsResponse'] === true
        ? response
        : read['sameAsPreviousRead'] === true
          ? before
          : getObject(read, 'object');
    const problem = runOp(record, op, before, response);
    if (problem === 'skip') counts.skipped++;
    else if (problem === undefined) counts.passed++;
    else {
      counts.failed++;
      const key = `${String(record['kind'])} ${String(op['op'])}`;
      const seen = failures.get(key) ?? 0;
      failures.set(key, seen + 1);
      if (seen < show)
        console.log(
          `${String(record['id'])} #${String(op['i'])} ${String(op['op'])} ${stringifyJson(op['request'] ?? null).slice(0, 700)}\n  ${problem}`,
        );
    }
    before = read['code'] === 200 ? (after ?? before) : undefined;
  }
}

function kindOf(record: JsonObject, op: JsonObject): WrittenKind | undefined {
  const kind = String(record['kind']);
  const path = getString(op, 'request', 'path') ?? '';
  const apiVersion = /^\/apis\/([^/]+\/[^/]+)/.exec(path)?.[1] ?? /^\/api\/([^/]+)/.exec(path)?.[1] ?? '';
  const { group, version } = parseApiVersion(apiVersion);
  const resource = schemas.resourceOf({ group, version, kind });
  if (!resource) return undefined;
  const subresource = getString(op, 'sub') ?? '';
  if (subresource === 'scale') return undefined;
  const builtin = !customKinds.has(kind);
  const reset = builtin
    ? resetFieldsOfBuiltin(group, resource.plural, subresource, resource.subresources)
    : resetFieldsOfCustom(subresource, resource.subresources.includes('status'));
  return {
    apiVersion,
    kind,
    builtin,
    subresource,
    resetFields: new Map([[apiVersion, reset]]),
    versions: {
      unknownVersions: builtin ? 'forget' : 'refuse',
      schemaOf: (other) => schemas.schemaOf({ ...parseApiVersion(other), kind }),
      convert: (object, other) => ({ ...object, apiVersion: other }),
    },
  };
}

function runOp(
  record: JsonObject,
  op: JsonObject,
  before: JsonObject | undefined,
  response: JsonObject | undefined,
): string | undefined {
  const kind = kindOf(record, op);
  const body =
    op['op'] === 'apply' && getString(op, 'request', 'bodyText') === undefined
      ? getObject(op, 'request', 'body')
      : undefined;
  const code = Number((getObject(op, 'response') ?? {})['code']);
  if (!kind || op['async'] === true || record['async'] === true) return 'skip';
  const live = before && (kind.builtin ? before : shownIn(kind, before));
  if (live && live['apiVersion'] !== kind.apiVersion) return 'skip';
  if (live && getString(live, 'metadata', 'deletionTimestamp') !== undefined) return 'skip';
  const now = timeOf(Number(op['i']));
  const manager = String(op['manager'] ?? 'rec');
  if (op['op'] === 'apply') {
    if (!body) return 'skip';
    // What the server checks before or after the merge is not the merge's to test.
    if (
      getString(body, 'metadata', 'resourceVersion') === 'abc' ||
      String(getString(op, 'response', 'status', 'message')).includes('illegal base64')
    )
      return 'skip';
    const force = !['', 'false', '0'].includes(getString(op, 'request', 'query', 'force') ?? '');
    const result = apply({ ...kind, live, applied: body, manager, force, now });
    if ('error' in result)
      return code === result.error.code && checkMessage(op, result.error.message)
        ? undefined
        : `error ${result.error.code} ${result.error.message}, expected ${code} ${getString(op, 'response', 'status', 'message')}`;
    if ('conflicts' in result) {
      if (code === 422) return 'skip';
      if (code !== 409) return `conflicts, expected ${code}: ${conflictMessage(result.conflicts)}`;
      const expected = getString(op, 'response', 'status', 'message') ?? '';
      const causes = (getList(op, 'response', 'status', 'details', 'causes') ?? [])
        .map((cause) => stringifyJson(cause))
        .sort();
      const own = conflictCauses(result.conflicts)
        .map((cause) => stringifyJson({ ...cause }))
        .sort();
      if (!equalJson(causes, own)) return `causes ${own.join()} expected ${causes.join()}`;
      return expected === conflictMessage(result.conflicts)
        ? undefined
        : `message ${conflictMessage(result.conflicts)}\n  expected ${expected}`;
    }
    if (code === 409 && !String(getString(op, 'response', 'status', 'message')).includes('Apply failed')) return 'skip';
    if (code === 422 || getString(op, 'request', 'query', 'dryRun') === 'bogus') return 'skip';
    if (code >= 400)
      return code === 409 || code === 500
        ? `applied, expected ${code} ${getString(op, 'response', 'status', 'message')}`
        : 'skip';
    return compareObjects(kind, live, result.object, response, result.changed);
  }
  if (
    !['create', 'update', 'jsonPatch', 'mergePatch', 'strategicMergePatch'].includes(String(op['op'])) ||
    code >= 400 ||
    !response
  )
    return 'skip';
  // Strategies of built-in kinds still change the object after its managedFields were made; ConfigMaps have none.
  if (kind.builtin && kind.kind !== 'ConfigMap') return 'skip';
  // What a patch did to managedFields is the patch's to test.
  if (op['op'] !== 'create' && op['op'] !== 'update' && stringifyJson(op['request'] ?? null).includes('managedFields'))
    return 'skip';
  const sent =
    op['op'] === 'create' || op['op'] === 'update'
      ? getList(op, 'request', 'body', 'metadata', 'managedFields')
      : managedFieldsOf(live);
  const bare = withoutManaged(response);
  const updated = {
    ...bare,
    metadata: { ...(bare['metadata'] as JsonObject), ...(sent === undefined ? {} : { managedFields: sent }) },
  };
  return compareObjects(kind, live, updateManaged({ ...kind, live, updated, manager, now }), response);
}

/** A custom resource as another of its versions shows it: pruned by that version, defaulted by the stored one alone. */
function shownIn(kind: WrittenKind, object: JsonObject): JsonObject {
  const schema = kind.versions.schemaOf(kind.apiVersion);
  const converted = { ...object, apiVersion: kind.apiVersion };
  return schema ? pruneUnknown(converted, schema).object : converted;
}

function checkMessage(op: JsonObject, message: string): boolean {
  const expected = getString(op, 'response', 'status', 'message') ?? '';
  return (
    message === expected ||
    (message.includes('errors:') && expected.startsWith(message.slice(0, message.indexOf('errors:')))) ||
    expected.includes('errors:')
  );
}

function compareObjects(
  kind: WrittenKind,
  live: JsonObject | undefined,
  object: JsonObject,
  response: JsonObject | undefined,
  defaulted = true,
): string | undefined {
  const timed = live
    ? keepTimes(
        live,
        kind.builtin
          ? {
              ...response,
              metadata: { ...(response?.['metadata'] as JsonObject), managedFields: managedFieldsOf(object) ?? [] },
            }
          : object,
      )
    : object;
  const managed = sortKeys(managedFieldsOf(timed) ?? []);
  const expected = sortKeys(managedFieldsOf(response) ?? []);
  if (!equalJson(managed, expected))
    return `managed\n  ${stringifyJson(managed)}\n  expected\n  ${stringifyJson(expected)}`;
  if (kind.builtin) return undefined;
  const schema = kind.versions.schemaOf(kind.apiVersion);
  if (!schema) return 'no schema';
  // An apply that moved only ownership is not defaulted in the version that it speaks.
  const own = defaulted ? applyDefaults(object, schema) : object;
  if (kind.subresource === 'status') return undefined;
  // Custom resources are stored in v1, which drops what only other versions know.
  const stored = kind.versions.schemaOf(`${parseApiVersion(kind.apiVersion).group}/v1`) ?? schema;
  const [a, b] = [getObject(pruneUnknown(own, stored).object, 'spec'), getObject(response, 'spec')];
  return equalJson(a, b) ? undefined : `spec\n  ${stringifyJson(a ?? null)}\n  expected\n  ${stringifyJson(b ?? null)}`;
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key] as JsonValue)]),
  );
}
