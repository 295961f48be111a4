// Compares recorded values with ours. Placeholders (`<rv:3>`, `<uid:1>`, `<t:2>`) stand for values that differ from run to
// run: the first meeting binds one, later ones must be the same, and two placeholders never share a value.
import { equalJson, isJsonObject, setKey } from '../../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';

const BOUND = /<(?:rv|uid|gen|ip|nodePort|server|etag|hash):?[^<>]*>/;
const ANY = /<(?:time|ip|age|server|etag|hash|any|rv|rv:current)>/;
const PLACEHOLDER = new RegExp(`${ANY.source}|${BOUND.source}|<t:\\d+(?:\\+\\d+s)?>`, 'g');

/** Milliseconds between two operations of a sequence: more than any grace period that was recorded. */
export const OPERATION_MS = 100_000;

export class Placeholders {
  private readonly values = new Map<string, string>();
  private readonly owners = new Map<string, string>();
  private readonly start: number;

  constructor(start: number) {
    this.start = start;
  }

  /** The first difference between a recorded value and ours, or undefined. `skip` says which paths do not count. */
  difference(
    expected: JsonValue | undefined,
    actual: JsonValue | undefined,
    path: string,
    skip: (path: string) => boolean,
  ): string | undefined {
    if (skip(path)) return undefined;
    if (typeof expected === 'string') return this.textDifference(expected, actual, path);
    if (Array.isArray(expected)) {
      if (!Array.isArray(actual)) return mismatch(path, expected, actual);
      if (expected.length !== actual.length) return mismatch(path, expected, actual);
      return first(
        expected.map((_, i) => i),
        (i) => this.difference(expected[i], actual[i], `${path}/${i}`, skip),
      );
    }
    if (isJsonObject(expected)) {
      if (!isJsonObject(actual)) return mismatch(path, expected, actual);
      const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
      return first(keys, (key) =>
        this.difference(expected[key], actual[key], `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, skip),
      );
    }
    return equalJson(expected, actual) ? undefined : mismatch(path, expected, actual);
  }

  private textDifference(expected: string, actual: JsonValue | undefined, path: string): string | undefined {
    if (!expected.includes('<')) return expected === actual ? undefined : mismatch(path, expected, actual);
    const text = typeof actual === 'number' ? String(actual) : actual;
    if (typeof text !== 'string') return mismatch(path, expected, actual);
    const names: string[] = [];
    const pattern = expected.replace(/[.*+?^${}()|[\]\\]|<[^<>]*>/g, (part) => {
      if (!new RegExp(`^(?:${PLACEHOLDER.source})$`).test(part)) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(part);
      return '([\\s\\S]*?)';
    });
    const match = new RegExp(`^${pattern}$`).exec(text);
    if (!match) return mismatch(path, this.resolveText(expected), actual);
    return first(names, (name, i) =>
      this.binds(name, match[i + 1] as string)
        ? undefined
        : mismatch(path, `${name} = ${this.valueOf(name) ?? 'new'}`, actual),
    );
  }

  private binds(name: string, value: string): boolean {
    if (new RegExp(`^${ANY.source}$`).test(name)) return true;
    const known = this.valueOf(name);
    if (known !== undefined) return known === value;
    const family = name.slice(0, name.indexOf(':'));
    if (this.owners.has(`${family} ${value}`)) return false;
    this.values.set(name, value);
    this.owners.set(`${family} ${value}`, name);
    return true;
  }

  /** Whether a value of a family (`<rv`) stands for a placeholder already. */
  isTaken(family: string, value: string): boolean {
    return this.owners.has(`${family} ${value}`);
  }

  private valueOf(name: string): string | undefined {
    const time = /^<t:(\d+)(?:\+(\d+)s)?>$/.exec(name);
    if (!time) return this.values.get(name);
    return `${new Date(this.start + Number(time[1]) * OPERATION_MS + Number(time[2] ?? 0) * 1000).toISOString().slice(0, 19)}Z`;
  }

  /** A recorded value with its placeholders replaced; unbound ones stay. */
  resolve(value: JsonValue): JsonValue {
    if (typeof value === 'string') {
      const port = /^<nodePort:\d+>$/.test(value) ? this.valueOf(value) : undefined;
      return port === undefined ? this.resolveText(value) : Number(port);
    }
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (!isJsonObject(value)) return value;
    const out: JsonObject = {};
    for (const [key, inner] of Object.entries(value)) setKey(out, key, this.resolve(inner));
    return out;
  }

  resolveText(text: string): string {
    return text.replace(PLACEHOLDER, (name) => this.valueOf(name) ?? name);
  }
}

function first<T>(items: readonly T[], check: (item: T, i: number) => string | undefined): string | undefined {
  for (const [i, item] of items.entries()) {
    const found = check(item, i);
    if (found !== undefined) return found;
  }
  return undefined;
}

function mismatch(path: string, expected: JsonValue | undefined, actual: JsonValue | undefined): string {
  const shown = (value: JsonValue | undefined): string =>
    (value === undefined
      ? 'nothing'
      : JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))
    ).slice(0, 1500);
  return `${path}: expected ${shown(expected)}, got ${shown(actual)}`;
}
