// Replacements of generated trees (trees.ts): sources, targets, paths and options.
import { chance, pick, rarely, some } from './treeDraw.ts';
import type { Draw } from './treeDraw.ts';
import type { Id, Level } from './treeLevel.ts';
import { target } from './treePatches.ts';
import { ODD_TEXTS, textScalar } from './treeScalars.ts';

function pathsIn({ kind }: Id): string[] {
  const paths = [
    'metadata.name',
    'metadata.annotations.r',
    'metadata.labels.app',
    'metadata.annotations.[x.y/z]',
    'metadata.namespace',
    'kind',
  ];
  if (kind === 'ConfigMap')
    paths.push(
      'data.k0',
      'data.k1',
      'data.k0',
      'data.k1',
      'metadata.annotations.r',
      'data.conf\\.json.host',
      'data.conf\\.json.n.1.a',
      'data.conf\\.yaml.host',
      'data.conf\\.yaml.list.[name=b].v',
      'data.conf\\.yaml.list.*.v',
      'data.conf\\.yaml.made.deep',
      'data.conf\\.yaml.single',
      'data.conf\\.yaml.block',
      'data.conf\\.yaml.list.[name=new].v',
      'data.conf\\.yaml.list.0.v',
      'data.[conf.yaml].host',
      'data.conf\\.json.n.[=1]',
      'data.conf\\.json.o.[a=b].c',
    );
  if (kind === 'Foo')
    paths.push(
      'spec.f0',
      'spec.f1',
      'spec',
      'spec.items.[name=a].v',
      'spec.items.*.v',
      'spec.items.-',
      'spec.ref',
      ...FOO_PATHS,
    );
  if (kind === 'Service')
    paths.push(
      'spec.type',
      'spec.ports.0.name',
      'spec.ports.[name=http].name',
      'spec.ports.[port=80].name',
      'spec.ports.*.port',
      'spec.selector.app',
      'spec.ports.[name=http].targetPort',
    );
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return paths;
  return [
    ...paths,
    'spec.template.spec.containers.[name=c0].image',
    'spec.template.spec.containers.0.image',
    'spec.template.spec.containers.*.image',
    'spec.template.spec.containers.*.env.[name=A].value',
    'spec.template.metadata.labels.app',
    'spec.template.spec.containers.[name=c0].env.[name=NEW].value',
    'spec.template.spec.containers.[image=web.*].image',
    'spec.template.spec.volumes.[name=v].configMap.name',
    'spec.template.metadata.annotations.[a/b]',
    'spec.template.spec.containers.[name=c0].args.[=x]',
    'spec.template.spec.containers.[name=c0].args.0',
    'spec.template.spec.containers.[name=c0].args.-',
    '.spec.serviceName',
  ];
}

const FOO_PATHS = [
  'spec.items.[name=a|b].v',
  'spec.items.[id=1].v',
  'spec.items.2.name',
  'spec.items.[name=new].v',
  'spec.made.0.x',
  'spec.made.[a=b].c',
  '.spec.f0',
  'spec.f1.deep',
  'spec.f2. x ',
  'spec.ref.key',
  'spec.[a.b].c',
] as const;

/** Elements of lists that are not made where there is none, and what an object is known by. */
const FRAGILE = /\.(?:\*|\d+)(?:\.|$)|^metadata\.name/;

export function replacements(level: Level, path: string): string {
  const { draw } = level;
  if (chance(draw, 15)) {
    level.files[`${path}/replacement.yaml`] = entry(level).replaceAll(/^(?:- | {2})/gm, '');
    return `replacements:\n- path: replacement.yaml\n`;
  }
  return `replacements:\n${entry(level)}${chance(draw, 25) ? entry(level) : ''}`;
}

/** A number is refused. */
function fixedText(draw: Draw): string {
  if (chance(draw, 40)) return pick(draw, ODD_TEXTS);
  const text = textScalar(draw);
  return /^["']|^[a-wz]/.test(text) && !/^(?:true|yes)/.test(text) ? text : rarely(draw, 20) ? text : `"${text}"`;
}

const groupOf = ({ apiVersion }: Id): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

/** An entry of `replacements`. */
export function entry(level: Level): string {
  const { draw } = level;
  const from = target(level);
  const to = target(level);
  const extract = chance(draw, 25)
    ? `    options: {delimiter: "${pick(draw, [':', '-', '.'])}", index: ${chance(draw, 1) ? 1 : 0}}\n`
    : '';
  const put = chance(draw, 97)
    ? '    options: {create: true}\n'
    : pick(draw, [
        '',
        '    options: {delimiter: ":", index: 1}\n',
        '    options: {delimiter: "-", index: 5, create: true}\n',
        '    options: {delimiter: ":", index: -1}\n',
        '    options: {delimiter: "/", index: 0, create: true}\n',
        '    options: {delimiter: "", index: 3}\n',
      ]);
  const reject = chance(draw, 15)
    ? `    reject:\n    - ${pick(draw, ['kind: Service', 'kind: Foo', 'kind: ConfigMap', 'name: web.*', 'labelSelector: app=web', '{kind: Foo, name: x}', '{name: db}\n    - {kind: Secret}\n    - {labelSelector: "app in (web)"}', 'annotationSelector: note', '{namespace: one}', '{kind: Foo, labelSelector: app=web}'])}\n`
    : '';
  const isWhole = (to.texts ?? []).length > 0 && chance(draw, 3);
  const odd = isWhole ? pick(draw, ['metadata.labels', 'spec', 'data']) : pick(draw, pathsIn(from));
  const source = chance(draw, 97) && !isWhole ? pick(draw, ['metadata.name', 'kind']) : odd;
  const fixed = chance(draw, 15) ? `- sourceValue: ${fixedText(draw)}\n` : undefined;
  const head = `- source:\n    kind: ${from.kind}\n    name: ${from.name}\n${chance(draw, 10) ? `    group: "${groupOf(from)}"\n    version: v1\n` : ''}${from.namespace !== undefined && chance(draw, 5) ? `    namespace: ${from.namespace}\n` : ''}    fieldPath: ${source}\n${extract}`;
  const usual = pathsIn(to).filter((path) => path !== 'kind' && (!FRAGILE.test(path) || chance(draw, 8)));
  const texts = (to.texts ?? []).map((path) => JSON.stringify(path));
  const paths = texts.length > 0 && chance(draw, 60) ? texts : usual;
  const targets = [0, ...some(draw, 1, (i) => i)].map(
    () =>
      `  - select: ${pick(draw, [`{kind: ${to.kind}, name: ${to.name}}`, `{kind: ${to.kind}}`, `{name: ${to.name}}`, `{labelSelector: app=web}`, `{kind: "${to.kind.slice(0, 3)}.*"}`, `{kind: ${to.kind}, name: "${to.name.slice(0, 2)}.*"}`, `{name: ${to.name}, version: v1}`, `{kind: ${to.kind}, annotationSelector: "note!=x"}`, `{kind: ${to.kind}, group: "${groupOf(to)}"}`])}\n${reject}    fieldPaths:\n    - ${pick(draw, paths)}\n${chance(draw, 20) ? `    - ${pick(draw, paths)}\n` : ''}${put}`,
  );
  return `${fixed ?? head}  targets:\n${targets.join('')}`;
}
