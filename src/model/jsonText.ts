// JSON text <-> values with exact integers. The fast path is the platform's own parser; only text that holds an
// integer of sixteen digits or more takes the slow one, so that nothing is ever rounded.
import { setKey } from './json.ts';
import type { JsonObject, JsonValue } from './json.ts';

const LONG_INTEGER = /\d{16,}/;

/** Parses JSON text. Integers that a double cannot hold become bigint. Throws SyntaxError on text that is not JSON. */
export function parseJson(text: string): JsonValue {
  return LONG_INTEGER.test(text) ? new ExactParser(text).parse() : (JSON.parse(text) as JsonValue);
}

/** Writes JSON text; bigint is written as its digits. With `indent`, as `JSON.stringify(value, null, indent)`. */
export function stringifyJson(value: JsonValue, indent = 0): string {
  try {
    return JSON.stringify(value, null, indent);
  } catch {
    // The platform's writer refuses bigint, and has a limit for nesting.
    return write(value, indent);
  }
}

/** A list or an object that is being written. The walk keeps its own stack: values may be nested 10,000 deep. */
interface Frame {
  readonly value: JsonValue[] | JsonObject;
  readonly keys: readonly string[] | undefined;
  next: number;
}

function write(root: JsonValue, indent: number): string {
  let text = '';
  const stack: Frame[] = [];
  const begin = (value: JsonValue): void => {
    if (value === null || typeof value !== 'object') {
      text += typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
      return;
    }
    const keys = Array.isArray(value) ? undefined : Object.keys(value).filter((key) => value[key] !== undefined);
    const size = keys?.length ?? (value as JsonValue[]).length;
    text += keys ? (size === 0 ? '{}' : '{') : size === 0 ? '[]' : '[';
    if (size > 0) stack.push({ value, keys, next: 0 });
  };
  begin(root);
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const { value, keys } = frame;
    const isDone = frame.next === (keys ?? (value as JsonValue[])).length;
    if (isDone) stack.pop();
    else if (frame.next > 0) text += ',';
    if (indent > 0) text += `\n${' '.repeat(indent * stack.length)}`;
    if (isDone) {
      text += keys ? '}' : ']';
      continue;
    }
    const key = keys?.[frame.next];
    const member = key === undefined ? (value as JsonValue[])[frame.next] : (value as JsonObject)[key];
    frame.next++;
    if (key !== undefined) text += `${JSON.stringify(key)}${indent > 0 ? ': ' : ':'}`;
    begin(member ?? null);
  }
  return text;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// JSON forbids control characters inside of strings, so the pattern must name them.
// oxlint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;
const BLANK = /[ \t\r\n]*/y;
const DEPTH_LIMIT = 10_000;

class ExactParser {
  private at = 0;
  private depth = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  parse(): JsonValue {
    const value = this.value();
    this.blank();
    if (this.at !== this.text.length) this.fail();
    return value;
  }

  private value(): JsonValue {
    this.blank();
    const first = this.text[this.at];
    if (first === '{') return this.nested(() => this.object());
    if (first === '[') return this.nested(() => this.list());
    if (first === '"') return this.string();
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > DEPTH_LIMIT) throw new SyntaxError(`JSON nested deeper than ${DEPTH_LIMIT} levels`);
    this.at++;
    const value = read();
    this.depth--;
    return value;
  }

  private object(): JsonObject {
    const object: JsonObject = {};
    this.blank();
    if (this.take('}')) return object;
    do {
      this.blank();
      const key = this.string();
      this.blank();
      if (!this.take(':')) this.fail();
      setKey(object, key, this.value());
      this.blank();
    } while (this.take(','));
    if (!this.take('}')) this.fail();
    return object;
  }

  private list(): JsonValue[] {
    const items: JsonValue[] = [];
    this.blank();
    if (this.take(']')) return items;
    do {
      items.push(this.value());
      this.blank();
    } while (this.take(','));
    if (!this.take(']')) this.fail();
    return items;
  }

  private string(): string {
    return JSON.parse(this.match(STRING)) as string;
  }

  private number(): number | bigint {
    const digits = this.match(NUMBER);
    const value = Number(digits);
    return /^-?\d+$/.test(digits) && !Number.isSafeInteger(value) ? BigInt(digits) : value;
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) this.fail();
    this.at = pattern.lastIndex;
    return found[0];
  }

  private blank(): void {
    BLANK.lastIndex = this.at;
    BLANK.exec(this.text);
    this.at = BLANK.lastIndex;
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private fail(): never {
    throw new SyntaxError(`Unexpected token in JSON at position ${this.at}`);
  }
}
