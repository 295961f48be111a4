// Texts within generated trees (treeTexts.ts) that are JSON: white space of all sorts, numbers and texts of odd forms.
import { chance, pick, rarely, some } from './treeDraw.ts';
import type { Making } from './treeTexts.ts';

const NUMBERS = [
  '0',
  '1',
  '-1',
  '1.0',
  '1e3',
  '1E400',
  '-0',
  '-0.0',
  '12345678901234567890',
  '9007199254740993',
  '1.5e-7',
  '1e21',
  '1e20',
  '0.1',
  '100000000000000000000',
  '1.10',
] as const;
const STRINGS = [
  '""',
  '"x"',
  '"<a&b>"',
  '"\\u00e9"',
  '"é"',
  '"\\u2028"',
  '"a\\nb"',
  '"\\"q\\""',
  '"\\/"',
  '"1"',
  '"true"',
  '"\\ud83d\\ude00"',
  '"\u{1F600}"',
  '"\\t"',
  '"\\b\\f"',
  '"a: b"',
  '"a # b"',
  '" x "',
  '"\\u007f"',
  '"$(VAR)"',
] as const;

export function json(making: Making): string {
  const { draw } = making;
  const style = pick(draw, ['none', 'spaces', 'lines', 'odd'] as const);
  const text = jsonValue(making, style, 0, '', chance(draw, 85) ? 'map' : 'list');
  return rarely(draw, 30)
    ? pick(draw, [
        ` ${text}`,
        `${text}\n`,
        `\n${text}\n\n`,
        `\t${text}`,
        `${text} # c`,
        `${text}\n---\n{}`,
        `${text},`,
        `# c\n${text}`,
        text.slice(0, -1),
      ])
    : text;
}

type JsonStyle = 'none' | 'spaces' | 'lines' | 'odd';

function jsonValue(making: Making, style: JsonStyle, depth: number, path: string, kind?: 'map' | 'list'): string {
  const { draw } = making;
  const isNested = kind !== undefined || (depth < 4 && chance(draw, 35));
  if (!isNested) return chance(draw, 50) ? pick(draw, STRINGS) : pick(draw, [...NUMBERS, 'true', 'false', 'null']);
  const isMap = kind === undefined ? chance(draw, 65) : kind === 'map';
  const pad = '  '.repeat(depth + 1);
  const odd = (): string => pick(draw, ['', ' ', '\n', '\n  ', '\t', '\n\t']);
  const [from, between, to] =
    style === 'lines'
      ? [`\n${pad}`, `,\n${pad}`, `\n${pad.slice(2)}`]
      : style === 'odd'
        ? [odd(), `,${odd()}`, odd()]
        : ['', style === 'none' ? ',' : ', ', ''];
  const parts = some(draw, 3, (i) => i).map((i) => {
    const name = isMap
      ? pick(draw, ['a', 'b', 'host', 'name', 'é', 'a.b', '<<', '']) + (chance(draw, 60) ? '' : `${i}`)
      : `${i}`;
    const own = path === '' ? name.replaceAll('.', '\\.') : `${path}.${name.replaceAll('.', '\\.')}`;
    making.paths.push(own);
    const item = jsonValue(making, style, depth + 1, own);
    return isMap
      ? `${JSON.stringify(name)}${style === 'odd' && chance(draw, 30) ? ' ' : ''}:${style === 'none' ? '' : ' '}${item}`
      : item;
  });
  const body = parts.length === 0 ? '' : `${from}${parts.join(between)}${to}`;
  return isMap ? `{${body}}` : `[${body}]`;
}
