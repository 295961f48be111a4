// Compares recorded answers that need no sequence: discovery, Status bodies, reads, lists, tables and watches.
import { request as httpsRequest } from 'node:https';
import { BODY_LIMIT } from '../../../src/apiserver/http/listen.ts';
import type { ApiResponse, User } from '../../../src/apiserver/http/message.ts';
import { warningHeader } from '../../../src/apiserver/http/respond.ts';
import { tableOf } from '../../../src/apiserver/table/table.ts';
import { getList, getObject, getString, isJsonObject } from '../../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { parseJson, stringifyJson } from '../../../src/model/jsonText.ts';
import { refOf } from '../../../src/model/objectRef.ts';
import { Placeholders } from '../api/placeholders.ts';
import { recordedServer } from '../api/recordedServer.ts';
import type { RecordedServer, SentRequest } from '../api/recordedServer.ts';
import type { GoldenResult, GoldenRunner } from '../golden.ts';

const STRANGERS: Readonly<Record<string, User>> = {
  none: { name: 'system:anonymous', groups: [], admin: false },
  'user without permissions': { name: 'viewer', groups: [], admin: false },
};
const BIG = 4_000_000;
const ANNOTATION = 300_000;

interface Stage {
  readonly server: RecordedServer;
  readonly placeholders: Placeholders;
}

/** One server for each type of record, with what its README says is there. */
const stages = new Map<string, Promise<Stage>>();

function stage(type: string, file: string): Promise<Stage> {
  const known = stages.get(type) ?? prepare(type, file);
  stages.set(type, known);
  return known;
}

async function prepare(type: string, file: string): Promise<Stage> {
  const server = await recordedServer(file);
  const create = (metadata: JsonObject, rest: JsonObject): void => {
    const body = stringifyJson({ apiVersion: 'v1', kind: 'ConfigMap', metadata, ...rest });
    server.send({
      method: 'POST',
      path: '/api/v1/namespaces/w/configmaps',
      headers: { 'content-type': 'application/json' },
      body,
    });
  };
  if (type === 'get' || type === 'status') create({ name: 'one', labels: { a: '1' } }, { data: { k: 'v' } });
  if (type === 'status') create({ name: 'imm' }, { data: { k: '1' }, immutable: true });
  if (type === 'list') for (let i = 0; i < 7; i++) create({ name: `p${i}`, labels: { odd: String(i % 2) } }, {});
  return { server, placeholders: new Placeholders(0) };
}

function requestOf(record: JsonObject, placeholders: Placeholders): SentRequest {
  const auth = getString(record, 'auth');
  const body = record['body'];
  const text = body === undefined ? '' : typeof body === 'string' ? body : stringifyJson(placeholders.resolve(body));
  const headers = Object.entries(getObject(record, 'headers') ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  const user = auth === undefined ? undefined : STRANGERS[auth];
  return {
    method: getString(record, 'method') ?? 'GET',
    path: getString(record, 'path') ?? '',
    query: Object.fromEntries(
      Object.entries(getObject(record, 'query') ?? {}).map(([key, value]) => [key, tokenOf(value, placeholders)]),
    ),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: text.replace('@BIG@', 'x'.repeat(BIG)).replace('@ANN@', 'x'.repeat(ANNOTATION)),
    ...(user ? { user } : {}),
  };
}

/** Continue tokens are recorded decoded. */
function tokenOf(value: JsonValue, placeholders: Placeholders): JsonValue {
  const token = getObject(value, 'continueToken');
  if (!token) return placeholders.resolve(value);
  const resolved = placeholders.resolve(token) as JsonObject;
  if (typeof resolved['rv'] === 'string') resolved['rv'] = Number(resolved['rv']);
  return Buffer.from(stringifyJson(resolved)).toString('base64url');
}

/** Bodies of any size go to the handler; the limit is kept by the listener, which is asked for those that pass it. */
function sendOverTheWire({ server }: RecordedServer, sent: SentRequest): Promise<ApiResponse> {
  const url = new URL(sent.path, server.url);
  const headers = { ...sent.headers, authorization: `Bearer ${server.token}` };
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, { method: sent.method, headers, rejectUnauthorized: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ code: response.statusCode ?? 0, contentType: '', body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.on('error', reject);
    request.end(sent.body);
  });
}

/**
 * The recorded server had other writers, of which its revision tells: an answer that names a revision not met before,
 * where nothing else is new, is preceded by a write to something else.
 */
function moveRevision(server: RecordedServer, expected: JsonObject, placeholders: Placeholders): void {
  const name = getString(expected, 'body', 'metadata', 'resourceVersion') ?? '';
  if (!Array.isArray(getList(expected, 'body', 'items') ?? getList(expected, 'body', 'rows'))) return;
  if (!/^<rv:\d+>$/.test(name) || placeholders.resolveText(name) !== name) return;
  if (!placeholders.isTaken('<rv', String(server.server.handling.api.store.revision))) return;
  server.send({
    method: 'POST',
    path: '/api/v1/namespaces/t/configmaps',
    headers: { 'content-type': 'application/json' },
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"other-"}}',
  });
}

async function single(record: JsonObject, file: string): Promise<GoldenResult> {
  const type = String(record['type']);
  const { server, placeholders: shared } = await stage(type, file);
  // Only the lists go on from one record to the next.
  const placeholders = type === 'list' ? shared : new Placeholders(0);
  const sent = requestOf(getObject(record, 'request') ?? {}, placeholders);
  const expected = getObject(record, 'response') ?? {};
  moveRevision(server, expected, placeholders);
  const isLarge = Buffer.byteLength(sent.body ?? '') > BODY_LIMIT;
  const answer = isLarge ? await sendOverTheWire(server, sent) : server.send(sent);
  return compare(expected, answer, placeholders, server);
}

const isDescription = (path: string): boolean => path.endsWith('/description');

function compare(
  expected: JsonObject,
  answer: ApiResponse | undefined,
  placeholders: Placeholders,
  server: RecordedServer,
): string | undefined {
  const code = answer?.code ?? 0;
  if (code !== expected['code'])
    return `code: expected ${String(expected['code'])}, got ${code} ${answer?.body.slice(0, 400) ?? ''}`;
  const warnings = placeholders.difference(
    expected['warnings'] ?? [],
    (answer?.warnings ?? []).map(warningHeader),
    '/warnings',
    () => false,
  );
  if (warnings !== undefined) return warnings;
  if (typeof expected['text'] === 'string')
    return placeholders.difference(expected['text'], answer?.body, '/text', () => false);
  if (expected['body'] === undefined || expected['body'] === '') return undefined;
  const body = parseJson(answer?.body ?? 'null');
  const shown =
    expected['itemsShownAs'] === 'names' && isJsonObject(body) && Array.isArray(body['items'])
      ? { ...body, items: body['items'].map((item) => getString(item, 'metadata', 'name') ?? null) }
      : body;
  const isCustom = (group: string | undefined): boolean =>
    server.server.handling.api
      .served()
      .resources()
      .some(({ type, custom }) => custom && type.group === group);
  const [wanted, ours] = [expected['body'], withTokens(shown)].map((each) => inOneOrder(withoutChance(each), isCustom));
  return placeholders.difference(wanted, ours, '/body', isDescription);
}

const CHANCE: readonly (readonly [RegExp, string])[] = [
  [/(?<=.)[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?=$)/g, '<any>'],
  [/(?<=ResourceVersion in record \()\d+(?=\))/g, '<any>'],
];

/** Values of the recorded run that its placeholders did not reach: uids and versions inside of texts, ages in cells. */
function withoutChance(value: JsonValue): JsonValue {
  if (typeof value === 'string') return CHANCE.reduce((text, [pattern, to]) => text.replace(pattern, to), value);
  if (Array.isArray(value)) return value.map(withoutChance);
  if (!isJsonObject(value)) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutChance(inner)]));
  const age = (getList(value, 'columnDefinitions') ?? []).findIndex((column) => getString(column, 'name') === 'Age');
  if (age < 0) return copy;
  const rows = (getList(copy, 'rows') ?? []).map((row) => ({
    ...(row as JsonObject),
    cells: (getList(row, 'cells') ?? []).map((cell, i) => (i === age ? '<age>' : cell)),
  }));
  return { ...copy, rows };
}

/** For custom kinds upstream walks Go maps: the order of kinds in a group and of a schema's errors is one of many. */
function inOneOrder(body: JsonValue, isCustom: (group: string | undefined) => boolean): JsonValue {
  if (!isJsonObject(body)) return body;
  const byText = (a: JsonValue, b: JsonValue): number => (stringifyJson(a) < stringifyJson(b) ? -1 : 1);
  const resources = getList(body, 'resources');
  if (resources && isCustom(getString(body, 'groupVersion')?.split('/')[0]))
    return { ...body, resources: resources.toSorted(byText) };
  const causes = getList(body, 'details', 'causes');
  if (!causes || !isCustom(getString(body, 'details', 'group'))) return body;
  const print = (all: readonly JsonValue[]): string =>
    all.map((cause) => `${getString(cause, 'field') ?? ''}: ${getString(cause, 'message') ?? ''}`).join(', ');
  const sorted = causes.toSorted(byText);
  const message = getString(body, 'message')?.replace(print(causes), () => print(sorted)) ?? null;
  return { ...body, message, details: { ...getObject(body, 'details'), causes: sorted } };
}

/** Our continue tokens, decoded as the recorded ones are. */
function withTokens(body: JsonValue): JsonValue {
  const token = getString(body, 'metadata', 'continue');
  if (!isJsonObject(body) || token === undefined || token === '') return body;
  const decoded = parseJson(Buffer.from(token, 'base64url').toString('utf8')) as JsonObject;
  decoded['rv'] = String(decoded['rv']);
  return { ...body, metadata: { ...getObject(body, 'metadata'), continue: { continueToken: decoded } } };
}

async function table(record: JsonObject, file: string): Promise<GoldenResult> {
  const { server } = await stage('table', file);
  const object = getObject(record, 'object');
  const expected = getObject(record, 'response', 'body');
  if (!object || !expected) return { skip: 'only tables of one object are compared' };
  const resource = server.server.handling.api.served().ofKind(refOf(object));
  if (!resource) return `${getString(object, 'kind') ?? ''} is not served`;
  const ours = tableOf(resource, object, { version: 'v1', include: 'None', now: Date.now() });
  const placeholders = new Placeholders(0);
  const columns = placeholders.difference(
    expected['columnDefinitions'],
    ours['columnDefinitions'],
    '/columnDefinitions',
    isDescription,
  );
  const cells = (of: JsonObject): JsonValue => (getList(of, 'rows') ?? []).map((row) => getList(row, 'cells') ?? null);
  return (
    columns ?? placeholders.difference(withoutChance(cells(expected)), withoutChance(cells(ours)), '/rows', () => false)
  );
}

async function watch(record: JsonObject, file: string): Promise<GoldenResult> {
  const server = await recordedServer(file);
  try {
    const placeholders = new Placeholders(0);
    for (const step of (getList(record, 'setup') ?? []).filter(isJsonObject)) replay(server, step, placeholders);
    const list = getObject(record, 'list');
    if (list) replay(server, list, placeholders);
    const asked = getObject(record, 'watch') ?? {};
    if (String(record['id']).endsWith('old-rv')) server.server.handling.api.store.compact();
    const request = requestOf({ ...asked, method: 'GET' }, placeholders);
    const answer = server.send(request);
    if ((answer?.code ?? 0) !== asked['code'])
      return `code: expected ${String(asked['code'])}, got ${answer?.code ?? 0} ${answer?.body.slice(0, 300) ?? ''}`;
    const events: JsonValue[] = answer?.stream ? [] : [parseJson(answer?.body ?? 'null')];
    answer?.stream?.({ write: (line) => void events.push(parseJson(line)), end: () => undefined });
    for (const step of (getList(record, 'steps') ?? []).filter(isJsonObject)) {
      const problem = replay(server, step, placeholders);
      if (problem !== undefined) return `step: ${problem}`;
    }
    // Bookmarks come when time has passed; only the one that ends the initial events has a place of its own.
    const counted = (all: readonly JsonValue[]): JsonValue[] =>
      all.filter(
        (event) =>
          getString(event, 'type') !== 'BOOKMARK' ||
          getObject(event, 'object', 'metadata', 'annotations') !== undefined,
      );
    return placeholders.difference(counted(getList(asked, 'events') ?? []), counted(events), '/events', isDescription);
  } finally {
    await server.dispose();
  }
}

function replay(server: RecordedServer, step: JsonObject, placeholders: Placeholders): string | undefined {
  moveRevision(server, getObject(step, 'response') ?? {}, placeholders);
  const answer = server.send(requestOf(getObject(step, 'request') ?? {}, placeholders));
  return compare(getObject(step, 'response') ?? {}, answer, placeholders, server);
}

export const runners: Readonly<Record<string, GoldenRunner>> = {
  discovery: single,
  status: single,
  get: single,
  list: single,
  table,
  watch,
};

export async function dispose(): Promise<void> {
  for (const each of stages.values()) await (await each).server.dispose();
  stages.clear();
}
