// Texts within generated trees (trees.ts) that are YAML or JSON themselves, and field paths into them: what `replacements` write
// into. Of all that YAML has, since upstream writes such a text anew.
import { chance, pick, rarely, some } from './treeDraw.ts';
import type { Draw } from './treeDraw.ts';
import { json } from './treeJson.ts';
import { SCALARS } from './treeScalars.ts';

/** A text that is being made. */
export interface Making {
  readonly draw: Draw;
  readonly anchors: string[];
  /** Where something stands. */
  readonly paths: string[];
}

export interface Structured {
  readonly text: string;
  /** Field paths into it, of which some lead nowhere. */
  readonly paths: readonly string[];
}

export function structured(draw: Draw): Structured {
  const making: Making = { draw, anchors: [], paths: [] };
  const text = chance(draw, 30) ? json(making) : yaml(making);
  const known = making.paths.length > 0 ? making.paths : ['a'];
  const paths = [0, 1, 2].map(() => {
    const path = pick(draw, known);
    if (chance(draw, 60)) return path;
    return pick(draw, [
      `${path}.new`,
      `${path}.0`,
      'new.deep',
      `${path}.[name=b].v`,
      `${path}.*`,
      `${path}.new.0.x`,
      path.replace(/[^.]+$/, 'other'),
      'l.-',
      '0',
      'a.b.c',
      '[name=a].v',
      `${path}.[=x]`,
    ]);
  });
  return { text, paths };
}

const COMMENTS = ['# c', '#c', '# a: b', '# - x', '#', '# é \u2028 x', '# "q"', '## two'] as const;
const KEYS = [
  'a',
  'b',
  'c',
  'name',
  'v',
  'host',
  '"q"',
  "'s'",
  '1',
  'true',
  '~',
  'x y',
  '"a: b"',
  'a.b',
  '"#h"',
  'é',
  '""',
  '<<',
] as const;
const VALUES = [
  ...SCALARS.filter((text) => !text.includes('\n')),
  'plain',
  'two words',
  'a#b',
  'a b',
  '.5',
  '0b11',
  '0o7',
  '+1',
  '1e400',
  '-0',
  '-0.0',
  '1_0',
  '=',
  '!!str 5',
  '!!int "5"',
  '! 5',
  '!own x',
  '!<tag:yaml.org,2002:int> 5',
  '!!binary aGk=',
  '"x\\ty"',
  "'it''s'",
  '2001-01-01',
  '!!set x',
  '0x10',
] as const;

function yaml(making: Making): string {
  const { draw } = making;
  const head = chance(draw, 15)
    ? pick(draw, [
        '# top\n',
        '# top\n\n',
        '\n# top\n\n# more\n',
        '---\n',
        '# top\n---\n',
        '--- # c\n',
        '%YAML 1.1\n---\n',
        '\n\n',
        '# \n#\n',
      ])
    : '';
  const foot = chance(draw, 20)
    ? pick(draw, [
        '# end\n',
        '\n# end\n',
        '---\nb: 1\n',
        '...\n',
        '\n',
        '  # end\n',
        '---\n"open',
        '\n# one\n\n# two\n',
        '...\n# end\n',
      ])
    : '';
  const root = chance(draw, 80)
    ? map(making, '', 0, '')
    : pick(draw, [
        () => list(making, '', 0, ''),
        () => `${flow(making, 0, '')}\n`,
        () =>
          pick(draw, [
            '',
            ' ',
            'x',
            '~',
            '5\n',
            '# c\n',
            '"q"\n',
            '&a x\n',
            '|\n  x\n',
            '!!map\n',
            '? a\n: b\n',
            'a: {\n',
            '*a\n',
            'a: b: c\n',
            '- a\nb: c\n',
          ]),
      ])();
  const text = head + root + foot;
  const ended = chance(draw, 30) ? text.replace(/\n$/, '') : text;
  return rarely(draw, 20) ? ended.replaceAll('\n', pick(draw, ['\r\n', '\n\n', '\u2028'])) : ended;
}

/** Comments and blank lines before a line. */
function before({ draw }: Making, pad: string): string {
  if (!chance(draw, 14)) return '';
  const at = pick(draw, [pad, pad, pad, `${pad}  `, pad.slice(2), '', `${pad} `]);
  const one = `${at}${pick(draw, COMMENTS)}\n`;
  return pick(draw, [
    one,
    one,
    one,
    `\n${one}`,
    `${one}\n`,
    `${one}${one}`,
    `\n${one}\n`,
    `${one}\n${one}`,
    '\n',
    `${one}${pad}${pick(draw, COMMENTS)}\n`,
    ' \n',
  ]);
}

function behind({ draw }: Making): string {
  return chance(draw, 10) ? ` ${pick(draw, COMMENTS)}` : chance(draw, 3) ? '  ' : '';
}

function key(making: Making, path: string): { readonly text: string; readonly path: string } {
  const { draw } = making;
  const text = chance(draw, 85) ? pick(draw, KEYS.slice(0, 6)) : pick(draw, KEYS);
  const name = text.replace(/^(["'])(.*)\1$/, '$2').replaceAll('.', '\\.');
  return { text, path: path === '' ? name : `${path}.${name}` };
}

function map(making: Making, pad: string, depth: number, path: string): string {
  const { draw } = making;
  const seen = new Set<string>();
  return [0, ...some(draw, 3, () => 1)]
    .map(() => {
      let found = key(making, path);
      for (let i = 0; i < 4 && seen.has(found.path) && !rarely(draw, 50); i++) found = key(making, path);
      if (seen.has(found.path) && !rarely(draw, 50)) return '';
      seen.add(found.path);
      making.paths.push(found.path);
      const top = before(making, pad);
      if (found.text === '<<')
        return `${top}${pad}<<: ${pick(draw, ['{a: 1}', '[{v: 1}, {v: 2, w: 3}]', alias(making) ?? '{b: 2}', 'x'])}\n`;
      if (chance(draw, 3)) {
        const odd = pick(draw, [
          '? {a: b}\n',
          '? [x, y]\n',
          '? - x\n',
          '? long\n',
          '? |\n  lines\n',
          '? "two\\nlines"\n',
          `? ${'k'.repeat(140)}\n`,
          '? &k key\n',
          '?\n',
        ]).replaceAll('\n ', `\n${pad} `);
        return `${top}${pad}${odd}${pad}: ${pick(draw, ['x', '{a: 1}', '- x', 'a: 1', ''])}\n`;
      }
      const colon = rarely(draw, 15) ? ' :' : ':';
      return `${top}${pad}${found.text}${colon}${value(making, pad, depth + 1, found.path)}`;
    })
    .join('');
}

function list(making: Making, pad: string, depth: number, path: string): string {
  const { draw } = making;
  return [0, ...some(draw, 2, () => 1)]
    .map((_, i) => {
      const own = path === '' ? `${i}` : `${path}.${i}`;
      making.paths.push(own);
      const top = before(making, pad);
      const mark = pick(draw, ['-', '-', '-', '- ', '-   ']);
      if (depth < 3 && chance(draw, 40)) {
        const inner = `${pad}${' '.repeat(mark.length + 1)}`;
        const name = pick(draw, ['a', 'b', '"b"', 'b # c', '&n b']);
        const body = chance(draw, 70)
          ? `${inner}name: ${name}\n${inner}v:${value(making, inner, depth + 1, path === '' ? `[name=b].v` : `${path}.[name=b].v`)}`
          : chance(draw, 50)
            ? map(making, inner, depth + 1, own)
            : list(making, inner, depth + 1, own);
        if (path !== '') making.paths.push(`${path}.[name=b].v`, `${path}.*.v`);
        // Comments may stand on the line of the mark.
        return rarely(draw, 60)
          ? `${top}${pad}- ${pick(draw, COMMENTS)}\n${body}`
          : `${top}${pad}${mark} ${body.slice(inner.length)}`;
      }
      return `${top}${pad}${mark}${value(making, `${pad}  `, depth + 1, own)}`;
    })
    .join('');
}

function alias({ draw, anchors }: Making): string | undefined {
  return anchors.length > 0 ? `*${pick(draw, anchors)}` : undefined;
}

function anchor({ draw, anchors }: Making): string {
  if (!chance(draw, 9)) return '';
  const name = `x${anchors.length}`;
  anchors.push(name);
  return ` &${name}`;
}

/** What stands behind a key or a `-`, up to the end of its last line. */
function value(making: Making, pad: string, depth: number, path: string): string {
  const { draw } = making;
  const known = alias(making);
  if (known !== undefined && chance(draw, 15)) return ` ${known}${behind(making)}\n`;
  const name = anchor(making);
  const inner = pad + pick(draw, ['  ', '  ', '  ', '    ', ' ', '   ']);
  if (depth < 4 && chance(draw, 22)) return `${name}${behind(making)}\n${map(making, inner, depth, path)}`;
  if (depth < 4 && chance(draw, 20)) {
    const at = chance(draw, 50) ? inner : pad;
    return `${name}${behind(making)}\n${list(making, at, depth, path)}`;
  }
  if (chance(draw, 15)) return `${name} ${flow(making, depth, path)}${behind(making)}\n`;
  if (chance(draw, 7)) {
    const text = pick(draw, ['|\n', '|-\n', '>\n', '>-\n', '|+\n', '>+\n', '| # c\n', '|2\n', '> # c\n']);
    const lines = pick(draw, [
      ['one'],
      ['one', 'two'],
      ['one', '', 'two'],
      ['one', '  more', 'two'],
      ['# no', 'x'],
      ['a: b'],
      ['one', '', ''],
      ['\ttab'],
      ['one ', 'two'],
      ['é\u2028 #x', 'y'],
    ]);
    return `${name} ${text}${lines.map((line) => (line === '' ? '\n' : `${pad}  ${line}\n`)).join('')}`;
  }
  if (chance(draw, 3)) return `${name}${pick(draw, ['', ' # c', ' '])}\n`;
  if (rarely(draw, 15))
    return `${name} ${pick(draw, ['"two\n', "'two\n", 'two\n'])}${inner}lines${pick(draw, ['"', "'", ''])}\n`;
  return `${name} ${chance(draw, 60) ? pick(draw, ['x', '1', '"q"', 'b']) : pick(draw, VALUES)}${behind(making)}\n`;
}

function flow(making: Making, depth: number, path: string): string {
  const { draw } = making;
  const space = (): string =>
    chance(draw, 12) ? pick(draw, [' ', '\n    ', '  ', ' # c\n    ', '\n    # c\n    ', '\n\n    ']) : '';
  const parts = [...some(draw, 3, (i) => i)].map((i) => {
    if (chance(draw, 50)) {
      const own = path === '' ? `${i}` : `${path}.${i}`;
      return { own, item: flowValue(making, depth + 1, own) };
    }
    return { own: `${path}.${i}`, item: flowValue(making, depth + 1, path) };
  });
  if (chance(draw, 40)) {
    for (const { own } of parts) making.paths.push(own);
    return `[${space()}${parts.map(({ item }) => item + space()).join(`,${pick(draw, [' ', '', ' ', '  '])}${space()}`)}${rarely(draw, 40) ? ',' : ''}]`;
  }
  const names = ['a', 'b', '"q"', 'name', '"x: y"', '? k'];
  const entries = parts.map(({ item }, i) => {
    const name = chance(draw, 92) ? (names[i] ?? 'z') : pick(draw, names);
    making.paths.push(path === '' ? name.replaceAll('"', '') : `${path}.${name.replaceAll('"', '')}`);
    return rarely(draw, 25) ? name : `${name}${space().replace('#', '')}: ${item}${space()}`;
  });
  return `{${space()}${entries.join(`,${pick(draw, [' ', '', ' '])}${space()}`)}}`;
}

function flowValue(making: Making, depth: number, path: string): string {
  const { draw } = making;
  if (depth < 4 && chance(draw, 25)) return flow(making, depth, path);
  const known = alias(making);
  if (known !== undefined && chance(draw, 20)) return `${known} `;
  const name = anchor(making).trim();
  return `${name === '' ? '' : `${name} `}${
    chance(draw, 60)
      ? pick(draw, ['x', '1', '"q"'])
      : pick(
          draw,
          VALUES.filter((text) => !/[,[\]{}]|: |^[?|>&*@`%-]|#/.test(text) || text.startsWith('"')),
        )
  }`;
}
