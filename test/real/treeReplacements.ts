// Replacements of generated trees (trees.ts): sources, targets, paths and options.
import { chance, pick } from './treeDraw.ts';
import type { Id, Level } from './treeLevel.ts';
import { target } from './treePatches.ts';

function pathsIn({ kind }: Id): string[] {
  const paths = [
    'metadata.name',
    'metadata.annotations.r',
    'metadata.labels.app',
    'metadata.annotations.[x.y/z]',
    'metadata.namespace',
    'kind',
  ];
  if (kind === 'ConfigMap') paths.push('data.k0', 'data.k1');
  if (kind === 'Foo') paths.push('spec.f0', 'spec.f1', 'spec');
  if (kind === 'Service') paths.push('spec.type', 'spec.ports.0.name', 'spec.ports.[name=http].name');
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return paths;
  return [
    ...paths,
    'spec.template.spec.containers.[name=c0].image',
    'spec.template.spec.containers.0.image',
    'spec.template.spec.containers.*.image',
    'spec.template.spec.containers.*.env.[name=A].value',
    'spec.template.metadata.labels.app',
    'spec.template.spec.containers.[name=c0].env.[name=NEW].value',
  ];
}

export function replacements(level: Level): string {
  const { draw } = level;
  const from = target(level);
  const to = target(level);
  const extract = chance(draw, 25)
    ? `    options: {delimiter: "${pick(draw, [':', '-', '.'])}", index: ${chance(draw, 15) ? 1 : 0}}\n`
    : '';
  const put = chance(draw, 90)
    ? '    options: {create: true}\n'
    : pick(draw, [
        '',
        '    options: {delimiter: ":", index: 1}\n',
        '    options: {delimiter: "-", index: 5, create: true}\n',
        '    options: {delimiter: ":", index: -1}\n',
      ]);
  const reject = chance(draw, 15) ? `    reject:\n    - kind: ${pick(draw, ['Service', 'Foo', 'ConfigMap'])}\n` : '';
  const source = chance(draw, 85) ? pick(draw, ['metadata.name', 'kind']) : pick(draw, pathsIn(from));
  return `replacements:
- source:
    kind: ${from.kind}
    name: ${from.name}
    fieldPath: ${source}
${extract}  targets:
  - select: ${pick(draw, [`{kind: ${to.kind}, name: ${to.name}}`, `{kind: ${to.kind}}`, `{name: ${to.name}}`])}
${reject}    fieldPaths:
    - ${pick(
      draw,
      pathsIn(to).filter((path) => path !== 'kind'),
    )}
${put}`;
}
