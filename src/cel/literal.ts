// What a literal of CEL means: numbers with their ranges, strings and bytes with their escapes.
import { uint } from './value.ts';
import type { CelValue } from './value.ts';

export const INT_MIN = -(2n ** 63n);
export const INT_MAX = 2n ** 63n - 1n;
export const UINT_MAX = 2n ** 64n - 1n;

/** The value of a number token, its sign included; a string says what is wrong. */
export function numberLiteral(kind: 'int' | 'uint' | 'double', text: string): { value: CelValue } | string {
  if (kind === 'double') {
    const value = Number(text);
    return Number.isFinite(value) ? { value } : 'invalid double literal';
  }
  const digits = kind === 'uint' ? text.slice(0, -1) : text;
  const negative = digits.startsWith('-');
  const size = BigInt(negative ? digits.slice(1) : digits);
  const value = negative ? -size : size;
  if (kind === 'uint') return value > UINT_MAX ? 'invalid uint literal' : { value: uint(value) };
  return value < INT_MIN || value > INT_MAX ? 'invalid int literal' : { value };
}

interface Body {
  readonly text: string;
  readonly raw: boolean;
}

/** Without prefix and quotes. Line ends become \n, as everywhere in CEL. */
function bodyOf(token: string): Body {
  const prefix = /^[bBrR]*/.exec(token)?.[0] ?? '';
  const quoted = token.slice(prefix.length);
  const mark = /^("""|''')/.test(quoted) && quoted.length >= 6 ? 3 : 1;
  return { text: quoted.slice(mark, -mark).replaceAll(/\r\n|\r/g, '\n'), raw: /r/i.test(prefix) };
}

const CONTROL: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

const ESCAPE = /\\(?:([0-7]{3})|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g;

/** The text of a string token; undefined where an escape is no code point. */
export function stringLiteral(token: string): string | undefined {
  const { text, raw } = bodyOf(token);
  if (raw) return text;
  let valid = true;
  const value = text.replaceAll(
    ESCAPE,
    (_, octal?: string, hex?: string, short?: string, long?: string, char?: string) => {
      if (char !== undefined) return CONTROL.get(char) ?? char;
      const code = octal === undefined ? Number.parseInt(hex ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8);
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
        valid = false;
        return '';
      }
      return String.fromCodePoint(code);
    },
  );
  return valid ? value : undefined;
}

/** The bytes of a bytes token: octal and hex escapes are single bytes, everything else is UTF-8. Unicode escapes are refused. */
export function bytesLiteral(token: string): Uint8Array | undefined {
  const { text, raw } = bodyOf(token);
  const encoder = new TextEncoder();
  if (raw) return encoder.encode(text);
  const bytes: number[] = [];
  let last = 0;
  for (const found of text.matchAll(ESCAPE)) {
    bytes.push(...encoder.encode(text.slice(last, found.index)));
    last = found.index + found[0].length;
    const [, octal, hex, short, long, char] = found;
    if (short !== undefined || long !== undefined) return undefined;
    if (char !== undefined) bytes.push(...encoder.encode(CONTROL.get(char) ?? char));
    else bytes.push(octal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(octal, 8) & 255);
  }
  bytes.push(...encoder.encode(text.slice(last)));
  return Uint8Array.from(bytes);
}
