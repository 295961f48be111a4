// Character classes and escapes of Go regular expressions.

/** Whether a code point belongs to a class. */
export type Test = (code: number) => boolean;

const NAMED: ReadonlyMap<string, RegExp> = new Map([
  ['alnum', /[0-9A-Za-z]/],
  ['alpha', /[A-Za-z]/],
  ['ascii', /\p{ASCII}/u],
  ['blank', /[\t ]/],
  ['cntrl', /[^ -~\xa0-\u{10ffff}]/u],
  ['digit', /[0-9]/],
  ['graph', /[!-~]/],
  ['lower', /[a-z]/],
  ['print', /[ -~]/],
  ['punct', /[!-/:-@[-`{-~]/],
  ['space', /[\t\n\v\f\r ]/],
  ['upper', /[A-Z]/],
  ['word', /[0-9A-Za-z_]/],
  ['xdigit', /[0-9A-Fa-f]/],
]);

const PERL: ReadonlyMap<string, RegExp> = new Map([
  ['d', /[0-9]/],
  ['s', /[\t\n\f\r ]/],
  ['w', /[0-9A-Za-z_]/],
]);

const CONTROL: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['f', '\f'],
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['v', '\v'],
]);

export interface Escape {
  readonly test: Test;
  /** The character where the escape stands for exactly one. */
  readonly char?: string;
  readonly end: number;
}

/** Reads what stands after a backslash. */
export function parseEscape(chars: readonly string[], at: number): Escape | undefined {
  const char = chars[at];
  if (char === undefined) return undefined;
  const perl = PERL.get(char.toLowerCase());
  if (perl) return { test: testOf(perl, char !== char.toLowerCase()), end: at + 1 };
  if (char === 'p' || char === 'P') return parseUnicode(chars, at, char === 'P');
  const control = CONTROL.get(char);
  if (control !== undefined) return single(control, at + 1);
  const rest = chars.slice(at, at + 12).join('');
  const numeric = /^x\{([0-9A-Fa-f]{1,6})\}|^x([0-9A-Fa-f]{2})|^(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
  if (numeric) {
    const code =
      numeric[3] === undefined ? Number.parseInt(numeric[1] ?? numeric[2] ?? '', 16) : Number.parseInt(numeric[3], 8);
    return code > 0x10ffff ? undefined : single(String.fromCodePoint(code), at + numeric[0].length);
  }
  return /^[!-/:-@[-`{-~]$/.test(char) && char !== '' ? single(char, at + 1) : undefined;
}

function single(char: string, end: number): Escape {
  const code = char.codePointAt(0) ?? 0;
  return { test: (found) => found === code, char, end };
}

function testOf(expression: RegExp, negated: boolean): Test {
  return (code) => expression.test(String.fromCodePoint(code)) !== negated;
}

function parseUnicode(chars: readonly string[], at: number, negated: boolean): Escape | undefined {
  const named = /^[pP](?:\{(\^?)(\w+)\}|(\w))/.exec(chars.slice(at, at + 40).join(''));
  if (!named) return undefined;
  const name = named[2] ?? named[3] ?? '';
  const opposite = negated !== (named[1] === '^');
  for (const property of [name, `Script=${name}`]) {
    try {
      return { test: testOf(new RegExp(`\\p{${property}}`, 'u'), opposite), end: at + named[0].length };
    } catch {
      // No such property: try it as a script.
    }
  }
  return undefined;
}

/** Reads a class whose content starts at `at`. */
export function parseCharacterClass(
  chars: readonly string[],
  at: number,
  ignoreCase: boolean,
): { test: Test; end: number } | undefined {
  const negated = chars[at] === '^';
  const tests: Test[] = [];
  let pos = negated ? at + 1 : at;
  for (let first = true; first || chars[pos] !== ']'; first = false) {
    const item = parseItem(chars, pos);
    if (!item) return undefined;
    pos = item.end;
    tests.push(item.test);
  }
  const any: Test = (code) => tests.some((test) => test(code));
  const test: Test = ignoreCase ? (code) => variants(code).some(any) : any;
  return { test: (code) => test(code) !== negated, end: pos + 1 };
}

function variants(code: number): number[] {
  const char = String.fromCodePoint(code);
  return [char, char.toLowerCase(), char.toUpperCase()].map((variant) => variant.codePointAt(0) ?? code);
}

function parseItem(chars: readonly string[], at: number): { test: Test; end: number } | undefined {
  const named = chars[at] === '[' ? /^\[:(\^?)(\w+):\]/.exec(chars.slice(at, at + 16).join('')) : null;
  if (named) {
    const known = NAMED.get(named[2] ?? '');
    return known && { test: testOf(known, named[1] === '^'), end: at + named[0].length };
  }
  const low = parseBound(chars, at);
  if (!low || low.char === undefined || chars[low.end] !== '-' || chars[low.end + 1] === ']') return low;
  const high = parseBound(chars, low.end + 1);
  if (!high || high.char === undefined) return undefined;
  const [from, to] = [low.char.codePointAt(0) ?? 0, high.char.codePointAt(0) ?? 0];
  return from > to ? undefined : { test: (code) => from <= code && code <= to, end: high.end };
}

function parseBound(chars: readonly string[], at: number): Escape | undefined {
  const char = chars[at];
  if (char === undefined) return undefined;
  return char === '\\' ? parseEscape(chars, at + 1) : single(char, at + 1);
}
