// The key-value pairs of a generator: from env files, literals and files, in upstream's order, each with the place where
// its value was written. Makes no objects.
import type { Place } from '../../model/sourceText.ts';
import { generatorInvalid } from '../findings.ts';
import type { TextItem } from '../kustomization/kustomization.ts';
import { textItems } from '../kustomization/kustomization.ts';
import { throughJson } from '../../yaml/writeScalar.ts';
import { child } from '../../model/node.ts';
import type { MapNode } from '../../model/node.ts';
import type { Loader, TransformContext } from '../transform/transformer.ts';

/** A value: text, or bytes that are no UTF-8. */
export interface Pair {
  readonly key: string;
  readonly value: string | Uint8Array;
  readonly place: Place | undefined;
  /** Where the kustomization asked for it. */
  readonly askedAt: Place | undefined;
}

type Report = TransformContext['report'];

/** All pairs of a generator's arguments. Keys that stand twice are reported and kept once. */
export function pairsOf(args: MapNode, name: string, loader: Loader, report: Report): Pair[] {
  const pairs = [
    ...textItems(child(args, 'envs')).flatMap((item) => envPairs(item, loader, report)),
    ...textItems(child(args, 'literals')).flatMap((item) => literalPair(item, report)),
    ...textItems(child(args, 'files')).flatMap((item) => filePair(item, loader, report)),
  ];
  const byKey = new Map<string, Pair>();
  for (const pair of pairs) {
    if (byKey.has(pair.key))
      report(generatorInvalid(`'${name}' has the key '${pair.key}' twice: remove or rename one`, pair.askedAt));
    else byKey.set(pair.key, pair);
  }
  return [...byKey.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function literalPair(item: TextItem, report: Report): Pair[] {
  const text = throughJson(item.text);
  const equals = text.indexOf('=');
  if (equals <= 0) {
    // The text is not repeated: it may be a secret, and the place says which it is.
    report(generatorInvalid('this literal is not of the form key=value: write the key, "=" and the value', item.place));
    return [];
  }
  const value = withoutQuotes(text.slice(equals + 1));
  return [{ key: text.slice(0, equals), value, place: item.place, askedAt: item.place }];
}

function withoutQuotes(text: string): string {
  const quoted = text.length >= 2 && text.at(0) === text.at(-1) && (text.startsWith('"') || text.startsWith("'"));
  return quoted ? text.slice(1, -1) : text;
}

function filePair(item: TextItem, loader: Loader, report: Report): Pair[] {
  const parts = item.text.split('=');
  const problem = fileProblem(parts, item.text);
  if (problem !== undefined) {
    report(generatorInvalid(problem, item.place));
    return [];
  }
  const path = parts.at(-1) as string;
  const key = parts.length === 2 ? (parts[0] as string) : baseName(path);
  const bytes = loader.bytes(path, item.place);
  if (!bytes) return [];
  const text = utf8(bytes);
  if (text === undefined) return [{ key, value: bytes, place: item.place, askedAt: item.place }];
  const source = loader.text(path, item.place);
  const place = source ? { source, start: 0, end: source.text.length } : item.place;
  return [{ key, value: text, place, askedAt: item.place }];
}

function fileProblem(parts: readonly string[], text: string): string | undefined {
  if (parts.length > 2) return `'${text}' has more than one '=': write key=path, neither of them with '='`;
  if (parts.length < 2) return undefined;
  if (parts[0] === '') return `the file '${text}' has no key before '=': write key=path`;
  return parts[1] === '' ? `the file '${text}' has no path behind '=': write key=path` : undefined;
}

function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path === '' ? '.' : '/';
  return trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** Go's bufio.Scanner gives up, silently, at a line of this many bytes. */
const LINE_LIMIT = 64 * 1024;

function envPairs(item: TextItem, loader: Loader, report: Report): Pair[] {
  const bytes = loader.bytes(item.text, item.place);
  if (!bytes) return [];
  const text = utf8(bytes);
  const source = text === undefined ? undefined : loader.text(item.text, item.place);
  if (text === undefined || !source) {
    report(generatorInvalid(`the env file '${item.text}' is not valid UTF-8: save it as UTF-8`, item.place));
    return [];
  }
  const pairs: Pair[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    if (line.length >= LINE_LIMIT) break;
    const pair = envPair(line, start === 0);
    const place = { source, start: start + (pair?.at ?? 0), end: start + line.length };
    if (pair) pairs.push({ key: pair.key, value: pair.value, place, askedAt: item.place });
    start += line.length + 1;
  }
  return pairs;
}

function envPair(line: string, isFirst: boolean): { key: string; value: string; at: number } | undefined {
  let text = line.endsWith('\r') ? line.slice(0, -1) : line;
  if (isFirst && text.startsWith('\uFEFF')) text = text.slice(1);
  const trimmed = text.replace(/^[\t\n\v\f\r \u0085\u00A0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, '');
  if (trimmed === '' || trimmed.startsWith('#')) return undefined;
  const equals = trimmed.indexOf('=');
  const key = equals < 0 ? trimmed : trimmed.slice(0, equals);
  if (key === '') return undefined;
  const value = equals < 0 ? '' : trimmed.slice(equals + 1);
  return {
    key,
    value,
    at: line.length - trimmed.length - (line.endsWith('\r') ? 1 : 0) + (equals < 0 ? 0 : equals + 1),
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of bytes, or undefined where they are no valid UTF-8. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
