// Builtin transformers, generators and validators as resources in generated trees (trees.ts): inline, as files and as
// directories with a kustomization of their own.
import { chance, indent, pick, some } from './treeDraw.ts';
import type { Draw } from './treeDraw.ts';
import type { Field, Level } from './treeLevel.ts';
import { entry } from './treeReplacements.ts';
import { operations, selector, strategic, target } from './treePatches.ts';
import { NAMESPACES } from './treeResources.ts';
import { textScalar } from './treeScalars.ts';

const head = (kind: string, name: string, extra = ''): string =>
  `apiVersion: builtin\nkind: ${kind}\nmetadata:\n  name: ${name}\n${extra}`;

const specs = (draw: Draw): string =>
  pick(draw, [
    'fieldSpecs:\n- path: metadata/labels\n  create: true\n',
    'fieldSpecs:\n- path: spec/made/deep\n  create: true\n  kind: Foo\n- path: metadata/annotations\n  create: true\n',
    'fieldSpecs:\n- path: spec/template/metadata/labels\n  create: false\n  group: apps\n',
    'fieldSpecs:\n- path: metadata/labels\n  create: true\n  version: v1\n',
    '',
  ]);

const nameSpecs = (draw: Draw): string =>
  pick(draw, [
    'fieldSpecs:\n- path: metadata/name\n',
    'fieldSpecs:\n- path: metadata/name\n  kind: ConfigMap\n- path: spec/f0\n',
    'fieldSpecs:\n- path: metadata/labels/app\n  create: true\n',
    'fieldSpecs:\n- path: spec/template/spec/containers[]/name\n',
  ]);

type Make = (level: Level, name: string) => string;

const TRANSFORMERS: readonly Make[] = [
  ({ draw }, name) => head('LabelTransformer', name, `labels:\n  plug: ${textScalar(draw)}\n${specs(draw)}`),
  ({ draw }, name) => head('AnnotationsTransformer', name, `annotations:\n  plug: ${textScalar(draw)}\n${specs(draw)}`),
  ({ draw }, name) =>
    head(
      'NamespaceTransformer',
      name,
      `  namespace: ${pick(draw, [...NAMESPACES, 'plug'])}\n${chance(draw, 30) ? 'unsetOnly: true\n' : ''}${chance(draw, 40) ? `setRoleBindingSubjects: ${pick(draw, ['none', 'allServiceAccounts', 'defaultOnly'])}\n` : ''}${chance(draw, 50) ? 'fieldSpecs:\n- path: metadata/namespace\n  create: true\n- path: metadata/name\n  kind: Namespace\n  create: true\n- path: subjects\n  kind: RoleBinding\n' : ''}`,
    ),
  ({ draw }, name) => head('PrefixTransformer', name, `prefix: ${pick(draw, ['plug-', '"9"'])}\n${nameSpecs(draw)}`),
  ({ draw }, name) => head('SuffixTransformer', name, `suffix: ${pick(draw, ['-plug', '"-9"'])}\n${nameSpecs(draw)}`),
  ({ draw }, name) =>
    head(
      'ImageTagTransformer',
      name,
      `imageTag:\n  name: ${pick(draw, ['web', 'nginx', 'db'])}\n  newTag: ${pick(draw, ['v9', '"9"'])}\n${chance(draw, 40) ? 'fieldSpecs:\n- path: spec/f0\n- path: spec/image\n  kind: Foo\n' : ''}`,
    ),
  (level, name) => {
    const { draw, known } = level;
    const scaled = known.filter(({ kind }) => kind === 'Deployment');
    const of = scaled.length > 0 ? pick(draw, scaled).name : known.length > 0 ? pick(draw, known).name : 'x';
    return head(
      'ReplicaCountTransformer',
      name,
      `replica:\n  name: ${of}\n  count: 4\nfieldSpecs:\n- path: spec/replicas\n  create: true\n${scaled.length > 0 && chance(draw, 40) ? '  kind: Deployment\n' : ''}`,
    );
  },
  (level, name) => {
    const of = target(level);
    const isJson = chance(level.draw, 50);
    const text = isJson ? operations(level.draw, of) : strategic(level.draw, of);
    return head(
      'PatchTransformer',
      name,
      `patch: |-\n${indent(text, '  ')}${isJson || chance(level.draw, 50) ? `target: ${selector(level.draw, of)}\n` : ''}`,
    );
  },
  (level, name) => {
    const text = strategic(level.draw, target(level));
    return head('PatchStrategicMergeTransformer', name, `patches: |-\n${indent(text, '  ')}`);
  },
  (level, name) => {
    const { draw } = level;
    const of = target(level);
    const [group, version] = of.apiVersion.includes('/') ? of.apiVersion.split('/') : ['', of.apiVersion];
    return head(
      'PatchJson6902Transformer',
      name,
      `target:\n  group: "${group}"\n  version: ${version}\n  kind: ${of.kind}\n  name: ${of.name}\njsonOp: |-\n${indent(operations(draw, of), '  ')}`,
    );
  },
  ({ draw, known }, name) => {
    const of = known.length > 0 ? pick(draw, known) : { kind: 'Foo', name: 'x' };
    return head(
      'ReplacementTransformer',
      name,
      `replacements:\n- source: {kind: ${of.kind}, name: ${of.name}}\n  targets:\n  - select: {kind: ${pick(draw, ['ConfigMap', 'Deployment', 'Foo'])}}\n    fieldPaths: [metadata.annotations.plug]\n    options: {create: true}\n`,
    );
  },
  ({ draw }, name) =>
    head(
      'ValueAddTransformer',
      name,
      `value: ${pick(draw, ['added', '"1"', '""', 'a/b'])}\ntargets:\n- fieldPath: ${pick(draw, ['metadata/labels/va', 'metadata/annotations/va', 'metadata/namespace', 'spec/f0', 'data/k0'])}\n${chance(draw, 40) ? `  filePathPosition: ${pick(draw, ['1', '2', '9'])}\n` : ''}${chance(draw, 60) ? `  selector: {kind: ${pick(draw, ['ConfigMap', 'Deployment', 'Foo'])}}\n` : ''}`,
    ),
  (level, name) => head('ReplacementTransformer', name, `replacements:\n${entry(level)}`),
  ({ draw }, name) =>
    head(
      'SortOrderTransformer',
      name,
      `sortOptions:\n  order: ${pick(draw, ['legacy', 'fifo', 'legacy\n  legacySortOptions:\n    orderFirst: [Foo]\n    orderLast: [ConfigMap]'])}\n`,
    ),
  ({ draw }, name) =>
    head(
      'ImageTagTransformer',
      name,
      `imageTag:\n  name: ${pick(draw, ['web', 'nginx', 'db', 'registry.example.com:5000/web'])}\n  ${pick(draw, ['newName: other', 'digest: sha256:25a0c4b4', 'tagSuffix: -x', 'newName: n\n  newTag: "1"', 'newTag: ""'])}\n${chance(draw, 60) ? `fieldSpecs:\n- path: ${pick(draw, ['spec/template/spec/containers[]/image', 'spec/template/spec/containers/image', 'spec/containers[]/image', 'spec/image', 'spec'])}\n${chance(draw, 30) ? '  create: true\n' : ''}` : ''}`,
    ),
  ({ draw }, name) =>
    head(
      pick(draw, ['LabelTransformer', 'AnnotationsTransformer']),
      name,
      `labels: {plug: a, app: b}\nannotations: {plug: a, "x.y/z": "1"}\nfieldSpecs:\n- path: ${pick(draw, ['spec/items[]/labels', 'spec/items/labels', 'spec/template/metadata/labels', 'metadata/annotations', 'spec/sel', 'a\\/b/c'])}\n  create: ${chance(draw, 60)}\n`,
    ),
  (level, name) => {
    const of = target(level);
    const text = strategic(level.draw, of);
    return head(
      'PatchTransformer',
      name,
      `patch: |-\n${indent(text, '  ')}target: {kind: ${of.kind}, name: ${of.name}}\noptions: {${pick(level.draw, ['allowNameChange: true', 'allowKindChange: true', 'allowNameChange: false'])}}\n`,
    );
  },
  ({ draw }, name) =>
    head(
      'NamespaceTransformer',
      name,
      `  namespace: ${pick(draw, NAMESPACES)}\nunsetOnly: ${chance(draw, 60)}\nsetRoleBindingSubjects: ${pick(draw, ['none', 'allServiceAccounts', 'defaultOnly'])}\nfieldSpecs:\n- path: ${pick(draw, ['metadata/namespace', 'spec/ref/namespace', 'subjects/namespace', 'metadata/labels/ns'])}\n  create: true\n`,
    ),
  (_level, name) => head('HashTransformer', name),
  ({ draw }, name) =>
    head(
      'PrefixSuffixTransformer',
      name,
      `prefix: ps-\nsuffix: -ps\nfieldSpecs:\n- path: metadata/name\n${chance(draw, 30) ? '  kind: Secret\n' : ''}`,
    ),
];

const GENERATORS: readonly Make[] = [
  ({ draw, known, files }, name) => {
    known.push({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace: undefined });
    void files;
    return head(
      'ConfigMapGenerator',
      name,
      `${pick(draw, ['literals:\n- A=1\n- b=two words\n', 'literals: ["x=y"]\noptions: {disableNameSuffixHash: true}\n', 'literals: [q="1"]\noptions:\n  labels: {l: "1"}\n', ''])}${chance(draw, 20) ? 'behavior: create\n' : ''}`,
    );
  },
  ({ draw, known }, name) => {
    known.push({ apiVersion: 'v1', kind: 'Secret', name, namespace: undefined });
    return head('SecretGenerator', name, `literals:\n- A=1\n${chance(draw, 40) ? 'type: example.com/plug\n' : ''}`);
  },
  ({ draw }, name) =>
    head(
      'IAMPolicyGenerator',
      name,
      `cloud: gke\nkubernetesService:\n  name: k8s-sa\n${chance(draw, 50) ? '  namespace: one\n' : ''}serviceAccount:\n  name: gsa\n  projectId: proj\n`,
    ),
];

/** Configurations, put where the field can name them. */
function plugins(field: string, makes: readonly Make[], most: number): Field {
  return (level, path) => {
    const { draw, files } = level;
    const items = [0, ...some(draw, most, (i) => i + 1)].map((i) => {
      const text = pick(draw, makes)(level, `${field}-${path}-${i}`);
      const place = pick(draw, [0, 0, 1, 2]);
      if (place === 0) return `- |-\n${indent(text.trimEnd(), '  ')}\n`;
      const at = `${path}/${field}${i}`;
      if (place === 1) {
        files[`${at}.yaml`] = text;
        return `- ${field}${i}.yaml\n`;
      }

      files[`${at}/plugin.yaml`] = text;
      files[`${at}/kustomization.yaml`] = `resources: [plugin.yaml]\n${chance(draw, 20) ? 'namePrefix: p-\n' : ''}`;
      return `- ${field}${i}\n`;
    });
    return `${field}:\n${items.join('')}`;
  };
}

export const transformerPlugins: Field = plugins('transformers', TRANSFORMERS, 1);
export const generatorPlugins: Field = plugins('generators', GENERATORS, 1);
/** Validators may change nothing; few of these would. */
export const validatorPlugins: Field = plugins(
  'validators',
  [
    ({ draw }, name) =>
      head(
        'LabelTransformer',
        name,
        `labels:\n  ${chance(draw, 96) ? 'validated-by' : 'v'}: x\nfieldSpecs:\n- path: metadata/labels\n  create: ${chance(draw, 15)}\n`,
      ),
    ({ draw }, name) =>
      head('PrefixTransformer', name, `prefix: ${chance(draw, 96) ? '""' : 'v-'}\nfieldSpecs:\n- path: no/such\n`),
    ({ draw }, name) =>
      head(
        'AnnotationsTransformer',
        name,
        `annotations: {a: b}\nfieldSpecs:\n- path: ${chance(draw, 96) ? 'no/such' : 'metadata/annotations'}\n`,
      ),
  ],
  0,
);
