// Fields of generated trees (trees.ts) that say how others work: vars, configurations, crds and openapi.
import { chance, pick, rarely, some } from './treeDraw.ts';
import type { Draw } from './treeDraw.ts';
import type { Level } from './treeLevel.ts';
import { target } from './treePatches.ts';

const FIELDS = ['', '', '  fieldref:\n    fieldPath: metadata.name\n', '  fieldref: {fieldPath: kind}\n'] as const;
/** Those that few objects have. */
const ODD_FIELDS = [
  '  fieldref: {fieldPath: metadata.namespace}\n',
  '  fieldref: {fieldPath: data.k0}\n',
  '  fieldref: {fieldPath: "spec.ports[0].port"}\n',
  '  fieldref: {fieldPath: spec.replicas}\n',
  '  fieldref: {fieldPath: "spec.template.spec.containers[0].image"}\n',
  '  fieldref: {fieldPath: "metadata.annotations.note"}\n',
  '  fieldref: {fieldPath: "metadata.labels[app]"}\n',
  '  fieldref: {fieldPath: "metadata.annotations[\'x.y/z\']"}\n',
  '  fieldref: {fieldPath: "data.conf\\\\.json"}\n',
  '  fieldref: {fieldPath: "spec.items[1].name"}\n',
  '  fieldref: {fieldPath: "spec.items.0.v"}\n',
  '  fieldref: {fieldPath: spec.f0}\n',
  '  fieldref: {fieldPath: spec}\n',
] as const;

export function vars(level: Level, path: string): string {
  const { draw } = level;
  const items = ['VAR', ...some(draw, 1, () => 'A')].map((name) => {
    const of = target(level);
    const field = pick(draw, rarely(draw, 50) ? [...FIELDS, ...ODD_FIELDS] : FIELDS);
    // A name twice is an error.
    const own = !path.startsWith('base0') && !rarely(draw, 10) ? `${name}_${path}` : name;
    return `- name: ${own}\n  objref:\n    apiVersion: ${of.apiVersion}\n    kind: ${of.kind}\n    name: ${of.name}\n${of.namespace !== undefined && chance(draw, 50) ? `    namespace: ${of.namespace}\n` : ''}${field}`;
  });
  return `vars:\n${items.join('')}`;
}

const CONFIGURATIONS = [
  'namePrefix:\n- path: metadata/name\n- path: spec/f0\n  kind: Foo\n',
  'nameSuffix:\n- path: spec/serviceName\n  kind: StatefulSet\n',
  'namespace:\n- path: metadata/namespace\n  create: true\n- path: spec/namespace\n  kind: Foo\n  create: true\n',
  'namespace:\n- path: subjects\n  kind: RoleBinding\n  group: rbac.authorization.k8s.io\n',
  'commonLabels:\n- path: spec/selector/matchLabels\n  create: true\n  kind: Foo\n',
  'labels:\n- path: spec/podLabels\n  create: true\n  kind: Foo\n',
  'templateLabels:\n- path: spec/tpl/labels\n  create: true\n  kind: Foo\n',
  'commonAnnotations:\n- path: spec/tpl/annotations\n  create: true\n  kind: Foo\n',
  'nameReference:\n- kind: ConfigMap\n  version: v1\n  fieldSpecs:\n  - path: spec/f0\n    kind: Foo\n  - path: spec/ref/name\n    kind: Foo\n',
  'nameReference:\n- kind: Foo\n  group: example.com\n  fieldSpecs:\n  - path: spec/ref\n    kind: Foo\n  - path: data/k0\n    kind: ConfigMap\n',
  'nameReference:\n- kind: Secret\n  fieldSpecs:\n  - path: spec/f1\n    kind: Foo\n',
  'varReference:\n- path: spec/f0\n  kind: Foo\n- path: data\n  kind: ConfigMap\n- path: metadata/annotations\n',
  'images:\n- path: spec/f0\n  kind: Foo\n- path: spec/image\n  kind: Foo\n',
  'replicas:\n- path: spec/size\n  create: true\n  kind: Foo\n',
] as const;

export function configurations(level: Level, path: string): string {
  const { draw, files } = level;
  const isSplit = chance(draw, 10);
  files[`${path}/config.yaml`] = configuration(draw);
  if (isSplit) files[`${path}/configmore.yaml`] = configuration(draw);
  return `configurations:\n- config.yaml\n${isSplit ? '- configmore.yaml\n' : ''}`;
}

function configuration(draw: Draw): string {
  const one = (): string => (chance(draw, 60) ? pick(draw, CONFIGURATIONS) : oddConfiguration(draw));
  const parts = [...new Set([one(), ...some(draw, 2, one)])];
  // One field twice in a file is an error of its own.
  const seen = new Set<string>();
  const texts = parts.filter((text) => {
    const field = text.slice(0, text.indexOf(':'));
    return !seen.has(field) && seen.add(field);
  });
  return texts.join('');
}

const ODD_PATHS = [
  'metadata/labels',
  'metadata/annotations/x.y\\/z',
  'metadata/annotations/note',
  'spec/items/v',
  'spec/items[]/v',
  'spec/items[]/new',
  'spec/items',
  'spec/ref/name',
  'spec/ref',
  'spec/f0',
  'spec/f1/deep',
  'spec',
  '/spec/f1',
  'spec/f0/',
  'spec//f0',
  'spec/made/deep',
  'spec/template/spec/containers/image',
  'spec/template/spec/containers[]/env[]/value',
  'spec/template/spec/containers[]/env/name',
  'spec/template/metadata/labels',
  'data',
  'data/k0',
  'data/conf.yaml',
  'metadata/name',
  'metadata/namespace',
  'spec/ports/port',
  'spec/ports[]/name',
  'nope/deep',
  'made[]/x',
] as const;

/** Field specs where none usually are: lists, escaped slashes, what is no text. */
function oddConfiguration(draw: Draw): string {
  const field = pick(draw, FIELD_SPECS);
  const kind = (): string =>
    pick(draw, [
      '',
      '  kind: Foo\n',
      '  kind: ConfigMap\n',
      '  kind: Deployment\n  group: apps\n',
      '  version: v1\n',
      '  group: ""\n  kind: Service\n',
    ]);
  const spec = (): string =>
    `- path: ${pick(draw, ODD_PATHS)}\n${kind()}${chance(draw, 40) ? `  create: ${pick(draw, ['true', 'true', 'false'])}\n` : ''}`;
  const specs = spec() + some(draw, 1, spec).join('');
  if (field !== 'nameReference') return `${field}:\n${specs}`;
  const of = pick(draw, [
    'ConfigMap\n  version: v1',
    'Secret',
    'Foo\n  group: example.com',
    'Deployment',
    'Service',
    'ServiceAccount',
  ]);
  return `nameReference:\n- kind: ${of}\n  fieldSpecs:\n${specs.replaceAll(/^/gm, '  ').replace(/ +$/, '')}`;
}

const FIELD_SPECS = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'templateLabels',
  'commonAnnotations',
  'nameReference',
  'nameReference',
  'varReference',
  'images',
  'replicas',
] as const;

export function crds({ draw, files }: Level, path: string): string {
  const property = pick(draw, [
    `"f0": {"type": "object", "x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "ConfigMap", "x-kubernetes-object-ref-name-key": "${chance(draw, 10) ? '' : 'name'}"}`,
    '"ref": {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "Secret", "type": "object"}',
    '"ref": {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "ConfigMap", "x-kubernetes-object-ref-name-key": "key"}',
    '"sel": {"x-kubernetes-label-selector": "", "type": "object"}',
    '"note": {"x-kubernetes-annotation": "", "type": "object"}',
    '"f1": {"x-kubernetes-identity": "", "type": "string"}',
  ]);
  files[`${path}/crd.json`] =
    `{"example.com/v1.Foo": {"Schema": {"description": "d", "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"$ref": "k8s.io/Meta"}, "spec": {"$ref": "example.com/v1.FooSpec"}}}, "Dependencies": []}, "example.com/v1.FooSpec": {"Schema": {"properties": {${property}}}, "Dependencies": []}}\n`;
  return 'crds:\n- crd.json\n';
}

export function openapi({ draw, files }: Level, path: string): string {
  if (chance(draw, 20)) return 'openapi:\n  version: v1.21.2\n';
  const key = pick(draw, ['name', 'id']);
  const items = pick(draw, [
    `"x-kubernetes-patch-merge-key": "${key}", "x-kubernetes-patch-strategy": "merge"`,
    `"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name", "id"], "x-kubernetes-patch-strategy": "merge"`,
    `"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["${key}"]`,
    `"x-kubernetes-patch-strategy": "replace"`,
  ]);
  files[`${path}/schema.json`] =
    `{"definitions": {"com.example.v1.Foo": {"type": "object", "properties": {"spec": {"$ref": "#/definitions/com.example.v1.FooSpec"}}, "x-kubernetes-group-version-kind": [{"group": "example.com", "kind": "Foo", "version": "v1"}]}, "com.example.v1.FooSpec": {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object"}, ${items}}}}}}\n`;
  return 'openapi:\n  path: schema.json\n';
}
