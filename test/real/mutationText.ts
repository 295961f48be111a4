// Other texts for what is written at a place: of the same kind, as little changed as can be told from all else. Renders
// nothing.
import type { Place } from '../../src/model/sourceText.ts';

export interface Mutation {
  readonly place: Place;
  /** What stands there instead. */
  readonly text: string;
  /** A part of it that must be found in what follows. */
  readonly mark: string;
  /** Where the change is, which may be a line of a longer text. */
  readonly changed: { readonly start: number; readonly end: number };
}

/**
 * Ways to write another value at a place, the likeliest to be valid first: the whole text, or the part of it that became
 * \`value\`. Empty where nothing can be written there.
 */
export function mutationsOf(place: Place, value: string, random: () => number): Mutation[] {
  const written = place.source.text.slice(place.start, place.end);
  const digit = 2 + Math.floor(random() * 7);
  const head = /^(?:[&!][^\s]*\s+)+/.exec(written)?.[0] ?? '';
  const body = written.slice(head.length);
  const isWhole = place.start === 0 && place.end >= place.source.text.trimEnd().length;
  const isPart = value.length > 1 && value !== body && !body.includes('\n') && body.includes(value);
  const part = `${value}z${digit}z`;
  const parts: Written[] = !isPart ? [] : [{ text: body.replace(value, () => part), mark: part }];
  return [...textsOf(body, digit, isWhole), ...parts].map(({ text, mark, at }) => ({
    place,
    text: head + text,
    mark,
    changed: at ? { start: place.start + head.length + at.start, end: place.start + head.length + at.end } : place,
  }));
}

interface Written {
  readonly text: string;
  readonly mark: string;
  readonly at?: { readonly start: number; readonly end: number };
}

function textsOf(body: string, digit: number, isWhole: boolean): Written[] {
  if (/^[{[]/.test(body)) return [];
  // A map or a list: what it became is not written in it, but was made for it.
  if (!isWhole && /^(["']?[\w./-]+["']?:|-)(\s|$)/.test(body)) return [];
  if (body.includes('\n')) return inLines(body, digit);
  // Instead of an alias or of nothing, a text of its own.
  if (/^[*|>]/.test(body) || /^(~|null|Null|NULL|)$/.test(body)) return [{ text: `z${digit}z`, mark: `z${digit}z` }];
  const quote = /^(["']).*\1$/s.exec(body)?.[1] ?? '';
  const inner = quote === '' ? body : body.slice(1, -1);
  const quoted = (text: string, mark: string): Written => ({ text: `${quote}${text}${quote}`, mark });
  if (quote === '' && /^(true|false)$/i.test(body)) {
    const other = body.toLowerCase() === 'true' ? 'false' : 'true';
    return [{ text: other, mark: other }];
  }
  const numbers = numbersOf(inner, digit).map((text) => quoted(text, text));
  if (numbers.length > 0) return numbers;
  return [...wordsOf(inner, digit)].map(([text, mark]) => quoted(text, mark));
}

/** Other numbers, of the same length where it may be a mode, a port or a time. */
function numbersOf(text: string, digit: number): string[] {
  if (/^-?\d{1,12}$/.test(text)) {
    const other = String(Number(text) + (Number(text) < 0 ? -digit : digit));
    return text.startsWith('0') && text !== '0' ? [text.slice(0, -1) + String((Number(text.at(-1)) % 7) + 1)] : [other];
  }
  if (/^-?\d*\.\d+$/.test(text)) return [`${text}${digit}`];
  const quantity = /^(-?\d+)(\.\d+)?([a-zA-Z%]{1,2})$/.exec(text);
  return quantity ? [`${Number(quantity[1]) + digit}${quantity[2] ?? ''}${quantity[3] ?? ''}`] : [];
}

/** Letters and digits may end, begin or stand within nearly everything: names, images, keys of maps are not values. */
function* wordsOf(text: string, digit: number): Generator<readonly [text: string, mark: string]> {
  const mark = `z${digit}z`;
  yield [`${text}${/[a-zA-Z0-9]$/.test(text) || text === '' ? '' : 'q'}${mark}`, mark];
  const first = /^[a-zA-Z0-9]+(?=[^a-zA-Z0-9])/.exec(text)?.[0];
  if (first !== undefined) yield [`${first}${mark}${text.slice(first.length)}`, mark];
  const last = /[^a-zA-Z0-9](?=[a-zA-Z0-9]+$)/.exec(text);
  if (last) yield [`${text.slice(0, last.index + 1)}${mark}${text.slice(last.index + 1)}`, mark];
}

/** Behind the last word of a text of several lines. */
function inLines(body: string, digit: number): Written[] {
  const mark = `z${digit}z`;
  const isBlock = /^[|>]/.test(body);
  const quote = /^(["'])/.exec(body)?.[1] ?? '';
  const trimmed = body.trimEnd();
  const end = quote === '' ? trimmed.length : trimmed.length - 1;
  if (isBlock && !trimmed.includes('\n')) return [];
  const at = { start: body.lastIndexOf('\n', end - 1) + 1, end };
  return [{ text: `${body.slice(0, end)}${mark}${body.slice(end)}`, mark, at }];
}

/** One occurrence of a word in a file. */
export interface Occurrence {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** The files with a word written in another way everywhere but in keys, and where it stood. */
export function renameEverywhere(
  files: ReadonlyMap<string, string | Uint8Array>,
  word: string,
  other: string,
): { readonly changes: ReadonlyMap<string, string>; readonly before: Occurrence[] } {
  const changes = new Map<string, string>();
  const before: Occurrence[] = [];
  const escaped = word.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  const pattern = new RegExp(String.raw`(?<![\w-])${escaped}(?![\w-]|["']?[:=])`, 'g');
  for (const [path, text] of files) {
    if (typeof text !== 'string' || !text.includes(word)) continue;
    const found = [...text.matchAll(pattern)].map(({ index }) => ({ path, start: index, end: index + word.length }));
    if (found.length === 0) continue;
    before.push(...found);
    changes.set(
      path,
      text.replaceAll(pattern, () => other),
    );
  }
  return { changes, before };
}
