// Wrong input for generated trees (trees.ts): one line changed in some file, which both programs have to refuse, or to take in
// the same way.
import { chance, pick } from './treeDraw.ts';
import type { Draw } from './treeDraw.ts';
import type { Tree } from './treeLevel.ts';

type Spoil = (line: string, draw: Draw) => string;

const SPOILS: readonly Spoil[] = [
  (line) => line.replace(/:( |$)/, '$1'),
  (line) => line.replace(/^( *)/, '$1 '),
  (line) => line.replace(/: .*$/, ':'),
  (line) => line.replace(/: .*$/, ': [1]'),
  (line) => line.replace(/: .*$/, ': {a: b}'),
  (line) => line.replace(/: .*$/, ': 5'),
  (line) => line.replace(/: .*$/, ': true'),
  (line) => line.replace(/: .*$/, ': ~'),
  (line) => line.replace(/: .*$/, ': ""'),
  (line) => line.replace(/\w(?=:)/, 'Z'),
  (line) => `${line}\n${line}`,
  () => '',
  (line) => line.replace(/^( *)- /, '$1'),
  (line) => line.replace(/^( *)/, '$1- '),
  (line) => `${line} "`,
  (line) => `\t${line}`,
  (line) => line.replace('.yaml', '.yml'),
  (line) => line.replace(/\w+$/, 'other'),
];

/** Changes one line of one file. */
export function spoil(draw: Draw, files: Tree): void {
  const path = pick(
    draw,
    Object.keys(files).filter((each) => chance(draw, 50) || each.endsWith('kustomization.yaml')),
  );
  const text = files[path];
  if (text === undefined) return;
  const lines = text.split('\n');
  const at = lines.indexOf(pick(draw, lines));
  lines[at] = pick(draw, SPOILS)(lines[at] ?? '', draw);
  files[path] = lines.join('\n');
}
