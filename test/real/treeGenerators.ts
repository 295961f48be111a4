// Generators of generated trees (trees.ts): every source, behavior and option.
import { chance, pick, rarely, some } from './treeDraw.ts';
import type { Draw } from './treeDraw.ts';
import type { Field, Level } from './treeLevel.ts';
import { NAMESPACES } from './treeResources.ts';

function generated({ draw, files }: Level, path: string, key: string): string {
  const sources = [
    () =>
      `  literals:\n${[0, ...some(draw, 2, (i) => i + 1)].map((i) => `  - ${pick(draw, ['A=1', 'B="quoted"', "C='single'", 'D=a=b', 'E=', '"F=x y"', 'G=true', 'H=line\\nbreak', '"A=x="', "B='\"'", 'C=  lead', 'D=# no', 'E=é', '"F=two\\nlines"', 'G=$(VAR)', 'H=null'])}`.replace(/([A-H])=/, `$1${i}=`)).join('\n')}\n`,
    () => {
      files[`${path}/${key}.txt`] = pick(draw, [
        'text\n',
        'no end',
        'a: 1\nb: 2\n',
        '  lead\n\n',
        'trailing \nx\n',
        'é\n',
        '',
        'tab\there\n',
        'a\r\nb\r\n',
        '{"a": [1, 2.50]}\n',
        `${'long words in one line '.repeat(6)}\n`,
        '\n\nlead\n',
        ' \n',
        '\ufeffbom\n',
        '# comment\nx: |\n  y\n',
        'a\u0000b',
        'null',
      ]);
      return `  files:\n  - ${pick(draw, ['', 'renamed=', 'k.conf=', '', `${key}.txt\n  - second=`])}${key}.txt\n`;
    },
    () => {
      files[`${path}/${key}.env`] = pick(draw, [
        'X=1\nY=two words\n',
        '# c\n\nX="q"\n',
        'X=\nZ=a=b\n',
        "X='s'\n  Y=2\n",
        '\ufeffX=1\n',
        'X= spaced \n\n  # c\n',
        'X=1\r\nY=2\r\n',
        'X="a b"  \nY=#1\n',
        '',
      ]);
      return chance(draw, 10) ? `  env: ${key}.env\n` : `  envs:\n  - ${key}.env\n`;
    },
  ];
  return `${pick(draw, sources)()}${chance(draw, 20) ? (sources[0]?.() ?? '').replace('  literals', chance(draw, 100) ? '  literals' : '') : ''}`.replace(
    /( {2}literals:\n(?: {2}- .*\n)+)( {2}literals:\n(?: {2}- .*\n)+)$/,
    '$1',
  );
}

function options(draw: Draw): string {
  if (!chance(draw, 25)) return '';
  return `  options:\n${pick(draw, ['    disableNameSuffixHash: true\n', '    labels: {own: "1"}\n', '    annotations: {a: b}\n    immutable: true\n', '    labels: {own: "1", other: "2"}\n    disableNameSuffixHash: false\n', '    annotations: {long: "x\\ny"}\n'])}`;
}

function generatorsOf(field: string, kind: string, type: (draw: Draw) => string): Field {
  return (level, path) => {
    const { draw } = level;
    // Those of the same field are not there to merge into.
    const before = [...level.known];
    const items = [0, ...some(draw, 1, (i) => i + 1)].map((i) => {
      const existing = (rarely(draw, 20) ? level.known : before).filter((id) => id.kind === kind);
      const behavior =
        existing.length > 0 && !path.startsWith('base') && chance(draw, 50)
          ? pick(draw, ['merge', 'replace'])
          : chance(draw, 10)
            ? 'create'
            : undefined;
      const of = behavior === 'merge' || behavior === 'replace' ? pick(draw, existing) : undefined;
      const name = of?.name ?? (!rarely(draw, 20) ? `gen-${path}${i}` : pick(draw, ['web', 'db', 'cfg']));
      const any = chance(draw, of ? 1 : 15) ? pick(draw, NAMESPACES) : undefined;
      const namespace = of?.namespace ?? any;
      if (!of) level.known.push({ apiVersion: 'v1', kind, name, namespace });
      const text = `- name: ${name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}${behavior === undefined ? '' : `  behavior: ${behavior}\n`}`;
      return `${text}${type(draw)}${generated(level, path, `${kind.toLowerCase()}${i}`)}${options(draw)}`;
    });
    return `${field}:\n${items.join('')}`;
  };
}

export function configMaps(level: Level, path: string): string {
  return generatorsOf('configMapGenerator', 'ConfigMap', () => '')(level, path);
}

export function secrets(level: Level, path: string): string {
  return generatorsOf('secretGenerator', 'Secret', (draw) => (chance(draw, 25) ? '  type: example.com/t\n' : ''))(
    level,
    path,
  );
}
