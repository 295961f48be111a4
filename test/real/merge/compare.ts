// Makes the answers of two servers comparable: what differs from server to server (uid, resourceVersion, times, addresses)
// becomes what it is within its sequence. Then finds the first difference.
import { equalJson, getList, isJsonObject } from '../../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { stringifyJson } from '../../../src/model/jsonText.ts';
import type { Answer } from './servers.ts';

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const SERVICE_ADDRESS = /\b10\.(?:0\.0|96\.\d+)\.\d+\b/g;
const NODE_PORT = /\b3[0-2]\d{3}\b/g;
const TIME = /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** One side of a sequence: gives its versions and times the numbers in which they were met. */
export class Masking {
  private readonly versions = new Map<string, number>();
  /** The operation that a second of the server's clock belongs to. */
  private readonly operations = new Map<string, number>();

  /** Notes that an operation ran between two moments (milliseconds). */
  ran(operation: number, from: number, to: number): void {
    for (let at = Math.floor(from / 1000); at <= Math.floor(to / 1000); at++)
      this.operations.set(secondOf(at * 1000), operation);
  }

  masked(value: JsonValue, field = ''): JsonValue {
    if (Array.isArray(value)) return value.map((item) => this.masked(item, field));
    if (isJsonObject(value))
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.masked(inner, key)]));
    if (typeof value === 'string') return field === 'resourceVersion' ? this.version(value) : this.text(value);
    if (field === 'nodePort' || field === 'healthCheckNodePort') return value === 0 ? 0 : '<nodePort>';
    return value;
  }

  private version(value: string): string {
    if (value === '' || value === '1') return value;
    const known = this.versions.get(value) ?? this.versions.size;
    this.versions.set(value, known);
    return `<rv:${known}>`;
  }

  private text(value: string): string {
    return value
      .replaceAll(TIME, (time) => this.time(time))
      .replaceAll(UID, '<uid>')
      .replaceAll(SERVICE_ADDRESS, '<ip>')
      .replaceAll(/(nodePort\W+)\d+/g, '$1<nodePort>')
      .replaceAll(/(resourceVersion\W+|ResourceVersion: )\d{2,}/g, '$1<rv>')
      .replaceAll(/(in object meta: )\d+/g, '$1<rv>')
      .replaceAll(/in record \(\d+\)/g, 'in record (<rv>)')
      .replaceAll(NODE_PORT, '<nodePort>');
  }

  private time(value: string): string {
    const known = this.operations.get(`${value.slice(0, 19)}Z`);
    if (known !== undefined) return `<t:${known}>`;
    // Deletion times lie ahead by a grace period; dates that the test sent are of another time.
    return Math.abs(Date.parse(value) - Date.now()) < 3_600_000 ? '<soon>' : value;
  }
}

function secondOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export interface Difference {
  /** What kind of thing differs: differences of one class often have one cause. */
  readonly class: string;
  readonly text: string;
  /** Only the words of an error or a warning. */
  readonly words: boolean;
}

/** The first difference of two answers that were masked; the first is the real server's. */
export function differenceOf(real: Answer, ours: Answer): Difference | undefined {
  const [a, b] = [real.body, ours.body];
  // Where the connection was closed there is nothing to compare.
  if (real.code === 0 && ours.code === 0) return undefined;
  if (real.code !== ours.code) {
    // A request that makes upstream fail may be refused more clearly.
    const isClearer = (real.code === 500 || real.code === 0) && ours.code >= 400;
    return {
      class: `code ${real.code} / ${ours.code}`,
      text: `real ${real.code} ${messageOf(a)}\n  ours ${ours.code} ${messageOf(b)}`,
      words: isClearer,
    };
  }
  if (real.code >= 400) return errorDifference(a, b);
  const at = firstDifference(a, b, '');
  if (at)
    return {
      class: `object ${at.path.replaceAll(/\/\d+/g, '/*')}`,
      text: `${at.path}\n  real ${shown(at.a)}\n  ours ${shown(at.b)}`,
      words: false,
    };
  const [w, v] = [[...real.warnings].sort(), [...ours.warnings].sort()];
  if (equalJson(w, v)) return undefined;
  return { class: 'warnings', text: `real ${shown(w)}\n  ours ${shown(v)}`, words: true };
}

function errorDifference(a: JsonValue, b: JsonValue): Difference | undefined {
  const [x, y] = [ordered(a), ordered(b)];
  const at = firstDifference(x, y, '');
  if (!at) return undefined;
  const isConflict = isJsonObject(a) && a['code'] === 409;
  const reasons = !isJsonObject(a) || !isJsonObject(b) || a['reason'] !== b['reason'];
  return {
    class: `error ${String(isJsonObject(a) ? a['code'] : '')} ${at.path.replaceAll(/\/\d+/g, '/*')}`,
    text: `real ${messageOf(a)}\n  ours ${messageOf(b)}`,
    words: !isConflict && !reasons,
  };
}

/** Several conflicts, and several typing errors, come in any order. */
function ordered(status: JsonValue): JsonValue {
  if (!isJsonObject(status)) return status;
  const sort = (items: readonly JsonValue[]): JsonValue[] =>
    [...items].sort((p, q) => (stringifyJson(p) < stringifyJson(q) ? -1 : 1));
  const causes = getList(status, 'details', 'causes');
  const message = String(status['message'] ?? '');
  const typed = /^(failed to create (?:typed|manager)[^(]*\().*/s.exec(message);
  return {
    ...status,
    message: typed ? (typed[1] ?? '') : sort(message.split('\n')).join('\n'),
    ...(causes ? { details: { ...(status['details'] as JsonObject), causes: sort(causes) } } : {}),
  };
}

function messageOf(body: JsonValue): string {
  if (!isJsonObject(body)) return String(body).slice(0, 300);
  return typeof body['message'] === 'string' ? body['message'].slice(0, 1500) : shown(body);
}

function firstDifference(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  path: string,
): { readonly path: string; readonly a: JsonValue | undefined; readonly b: JsonValue | undefined } | undefined {
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    for (const [i, item] of a.entries()) {
      const found = firstDifference(item, b[i], `${path}/${i}`);
      if (found) return found;
    }
    return undefined;
  }
  if (isJsonObject(a) && isJsonObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const found = firstDifference(a[key], b[key], `${path}/${key}`);
      if (found) return found;
    }
    return undefined;
  }
  if (a === undefined || b === undefined) return a === b ? undefined : { path, a, b };
  return equalJson(a, b) ? undefined : { path, a, b };
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : stringifyJson(value).slice(0, 900);
}
