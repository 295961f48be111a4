// Replays recorded operations on one object (conformance/api) and compares every answer and every later read.
import { warningHeader } from '../../../src/apiserver/http/respond.ts';
import type { ApiResponse } from '../../../src/apiserver/http/message.ts';
import { getList, getObject, getString, isJsonObject } from '../../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { parseJson, stringifyJson } from '../../../src/model/jsonText.ts';
import { OPERATION_MS, Placeholders } from '../api/placeholders.ts';
import { recordedServer } from '../api/recordedServer.ts';
import type { RecordedServer } from '../api/recordedServer.ts';
import type { GoldenResult, GoldenRunner } from '../golden.ts';

let shared: Promise<RecordedServer> | undefined;
let sequences = 0;

const SEQUENCE_MS = 40 * OPERATION_MS;
const START = Date.parse('2026-02-01T00:00:00Z');

interface Replay {
  readonly server: RecordedServer;
  readonly record: JsonObject;
  readonly placeholders: Placeholders;
  readonly start: number;
  /** Of the object, or of the last one whose name was generated. */
  name: string;
  last: JsonValue | undefined;
}

async function replay(record: JsonObject, file: string): Promise<GoldenResult> {
  shared ??= recordedServer(file);
  const start = START + sequences++ * SEQUENCE_MS;
  const run: Replay = {
    server: await shared,
    record,
    placeholders: new Placeholders(start),
    start,
    name: String(record['name']),
    last: undefined,
  };
  for (const op of (getList(record, 'ops') ?? []).filter(isJsonObject)) {
    const problem = replayOperation(run, op);
    if (problem !== undefined) return `op ${String(op['i'])} ${String(op['op'])}: ${problem}`;
  }
  return undefined;
}

function replayOperation(run: Replay, op: JsonObject): string | undefined {
  const { server, placeholders, start } = run;
  server.setTime(start + Number(op['i']) * OPERATION_MS);
  const request = getObject(op, 'request') ?? {};
  const answer = server.send({
    method: getString(request, 'method') ?? '',
    path: placeholders.resolveText(getString(request, 'path') ?? ''),
    query: placeholders.resolve(getObject(request, 'query') ?? {}) as JsonObject,
    headers: headersOf(request),
    body: bodyOf(request, placeholders),
  });
  const unstable = new Set((getList(op, 'unstable') ?? []).map(String));
  const skip = (path: string): boolean => unstable.has(path);
  const expected = getObject(op, 'response') ?? {};
  return compareResponse(run, expected, answer, skip) ?? compareRead(run, op, answer, skip);
}

function headersOf(request: JsonObject): Record<string, string> {
  const contentType = getString(request, 'contentType');
  const userAgent = getString(request, 'userAgent');
  return {
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
  };
}

function bodyOf(request: JsonObject, placeholders: Placeholders): string {
  const text = getString(request, 'bodyText');
  if (text !== undefined) return placeholders.resolveText(text);
  return request['body'] === undefined ? '' : stringifyJson(placeholders.resolve(request['body']));
}

function compareResponse(
  { placeholders }: Replay,
  expected: JsonObject,
  answer: ApiResponse | undefined,
  skip: (path: string) => boolean,
): string | undefined {
  const code = answer?.code ?? 0;
  if (code !== expected['code'])
    return `code: expected ${String(expected['code'])} ${brief(expected)}, got ${code} ${answer?.body.slice(0, 1500) ?? ''}`;
  if (!answer) return undefined;
  if (typeof expected['text'] === 'string')
    return placeholders.difference(expected['text'], answer.body, '/response/text', skip);
  const warnings = (answer.warnings ?? []).map(warningHeader);
  const different = placeholders.difference(expected['warnings'] ?? [], warnings, '/response/warnings', skip);
  if (different !== undefined) return different;
  const body = parseJson(answer.body);
  if (expected['object'] !== undefined)
    return placeholders.difference(expected['object'], body, '/response/object', skip);
  const status = getObject(expected, 'status');
  if (!status) return undefined;
  const [wanted, got] = [sortCauses(shortenRandom(status)), sortCauses(shortenRandom(foldDiffs(body) as JsonObject))];
  return placeholders.difference(wanted, got, '/response/status', skip);
}

function brief(expected: JsonObject): string {
  return getString(expected, 'status', 'message') ?? '';
}

/** Causes of conflicts with several managers come in any order. */
function sortCauses(status: JsonObject): JsonObject {
  const causes = getList(status, 'details', 'causes');
  if (!causes || getString(causes[0], 'reason') !== 'FieldManagerConflict') return status;
  const sorted = [...causes].sort((a, b) => (stringifyJson(a) < stringifyJson(b) ? -1 : 1));
  return { ...status, details: { ...getObject(status, 'details'), causes: sorted } };
}

/** Messages with a Go diff were recorded with their runs of blanks folded. */
function foldDiffs(value: JsonValue): JsonValue {
  if (typeof value === 'string')
    return value.includes('\n@@ ') ? value.replaceAll(/[ \t]+/g, ' ').replaceAll('\n ', '\n') : value;
  if (Array.isArray(value)) return value.map(foldDiffs);
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, foldDiffs(inner)]))
    : value;
}

/** The errors after this prefix have random order and number: the object's text before them is what can be compared. */
function shortenRandom(status: JsonObject): JsonObject {
  const message = getString(status, 'message') ?? '';
  const match = /^(failed to create typed (?:patch|live|new) object \([^)]*\): )/s.exec(message);
  return match ? { ...status, message: match[1] as string } : status;
}

function compareRead(
  run: Replay,
  op: JsonObject,
  answer: ApiResponse | undefined,
  skip: (path: string) => boolean,
): string | undefined {
  const read = getObject(op, 'read');
  if (!read) return undefined;
  const version = getString(read, 'apiVersion') ?? String((getList(run.record, 'apiVersions') ?? [])[0]);
  const body =
    answer && answer.body !== '' && answer.contentType === 'application/json' ? parseJson(answer.body) : undefined;
  if (op['op'] === 'generate' && answer?.code === 201) run.name = getString(body, 'metadata', 'name') ?? run.name;
  const namespace = run.record['namespaced'] === true ? '/namespaces/t' : '';
  const root = version.includes('/') ? `/apis/${version}` : `/api/${version}`;
  const found = run.server.send({
    method: 'GET',
    path: `${root}${namespace}/${String(run.record['resource'])}/${run.name}`,
  });
  const code = found?.code ?? 0;
  if (read['code'] !== undefined && code !== read['code']) return `read: expected ${String(read['code'])}, got ${code}`;
  const object = code === 200 ? parseJson(found?.body ?? 'null') : undefined;
  const expected =
    read['sameAsResponse'] === true ? body : read['sameAsPreviousRead'] === true ? run.last : read['object'];
  const different =
    expected === undefined || object === undefined
      ? undefined
      : run.placeholders.difference(expected, object, '/read/object', skip);
  run.last = object;
  return different;
}

export const runners: Readonly<Record<string, GoldenRunner>> = {
  'api-sequence': replay,
  crd: () => undefined,
  'crd-manifest': () => undefined,
};

export async function dispose(): Promise<void> {
  await (await shared)?.dispose();
  shared = undefined;
}
