// Patches of generated trees (trees.ts): both forms, inline and in files, with targets and directives.
import { chance, indent, pick, some } from './treeDraw.ts';
import type { Draw } from './treeDraw.ts';
import type { Id, Level } from './treeLevel.ts';
import { scalar } from './treeScalars.ts';

/** Something that exists, mostly. */
export function target({ draw, known }: Level): Id {
  const missing: Id = { apiVersion: 'v1', kind: 'ConfigMap', name: 'missing', namespace: undefined };
  return known.length === 0 || chance(draw, 1) ? missing : pick(draw, known);
}

/** A strategic merge patch for an object, by what its kind has. */
function strategic(draw: Draw, { apiVersion, kind, name, namespace }: Id): string {
  const pod = (pad: string): string =>
    pick(draw, [
      `containers:\n- name: c0\n  image: patched:2\n`,
      `containers:\n- name: new\n  image: web:9\n- name: c0\n  $patch: delete\n`,
      `containers:\n- name: c0\n  env:\n  - name: A\n    value: patched\n  - name: Z\n    value: "2"\n`,
      `containers:\n- name: c0\n  ports:\n  - containerPort: 80\n    protocol: TCP\n    name: p\n`,
      `volumes:\n- name: v\n  configMap: null\n  emptyDir: {}\n`,
      `$setElementOrder/containers:\n- name: c1\n- name: c0\ncontainers:\n- name: c1\n  image: z\n`,
      `containers:\n- $patch: replace\n- name: only\n  image: o\n`,
    ])
      .trimEnd()
      .replaceAll('\n', `\n${pad}`);
  const bodies: (() => string)[] = [
    () => `metadata:\n  labels: {patched: "yes"}\n  annotations:\n    p: ${scalar(draw, 6)}\n`,
    () => `metadata:\n  labels: null\n`,
    () => `metadata:\n  annotations:\n    note: null\n`,
    () => '$patch: delete\n',
    () => `spec:\n  added: ${scalar(draw, 4)}\n`,
    () => 'spec:\n  $patch: replace\n  x: 1\n',
    () => 'data:\n  k0: changed\n  added: "1"\n',
    () => 'data: null\n',
  ];
  const workloads = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'];
  const podBody = (): string => `spec:\n  template:\n    spec:\n      ${pod('      ')}\n`;
  if (workloads.includes(kind))
    bodies.unshift(podBody, podBody, podBody, () => 'spec:\n  replicas: 7\n  selector: null\n');
  if (kind === 'Service')
    bodies.unshift(
      () => 'spec:\n  ports:\n  - port: 80\n    targetPort: 8080\n  - port: 443\n    name: s\n',
      () => 'spec:\n  ports:\n  - $patch: delete\n    port: 80\n',
    );
  const body = pick(draw, bodies)();
  const metadata = `  name: ${name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}`;
  const head = `apiVersion: ${apiVersion}\nkind: ${kind}\n`;
  return body.startsWith('metadata:\n')
    ? `${head}metadata:\n${metadata}${body.slice(10)}`
    : `${head}metadata:\n${metadata}${body}`;
}

function operations(draw: Draw, { kind }: Id): string {
  const hasPods = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(kind);
  const one = [
    () => `- op: add\n  path: /metadata/annotations\n  value: {j: "1"}\n`,
    () => `- op: add\n  path: /spec\n  value:\n    a: ${scalar(draw, 6)}\n    b: [1, x]\n`,
    () => `- op: add\n  path: /data\n  value: {"a~b": c}\n- op: test\n  path: /data/a~0b\n  value: c\n`,
    () => `- op: copy\n  from: /metadata/name\n  path: /copied\n`,
    () => `- op: add\n  path: /made\n  value: {a: 1}\n- op: move\n  from: /made/a\n  path: /moved\n`,
    () => `- op: replace\n  path: /metadata/name\n  value: renamed\n`,
  ];
  const ofPods = [
    () => `- op: add\n  path: /spec/template/spec/containers/-\n  value: {name: j, image: j:1}\n`,
    () => `- op: replace\n  path: /spec/template/spec/containers/0/image\n  value: j:2\n`,
    () => `- op: add\n  path: /spec/template/spec/containers/0\n  value: {name: first, image: "f"}\n`,
    () => `- op: remove\n  path: /metadata/labels\n`,
  ];
  if (hasPods) one.unshift(...ofPods);
  return pick(draw, one)();
}

function selector(draw: Draw, { apiVersion, kind, name, namespace }: Id): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return pick(draw, [
    `{kind: ${kind}, name: ${name}}`,
    `{kind: ${kind}}`,
    `{name: "${name.slice(0, 2)}.*"}`,
    `{group: "${group}", version: v1, kind: ${kind}${namespace === undefined ? '' : `, namespace: ${namespace}`}}`,
    `{labelSelector: "app=web"}`,
    `{kind: "${kind}|Foo", annotationSelector: "note"}`,
    `{labelSelector: "tier,app in (web, x)", kind: ${kind}}`,
  ]);
}

export function patches(level: Level, path: string): string {
  const { draw, files } = level;
  const items = [0, ...some(draw, 1, (i) => i + 1)].map((i) => {
    const of = target(level);
    const isJson = chance(draw, 40);
    const text = isJson ? operations(draw, of) : strategic(draw, of);
    const at = isJson || chance(draw, 40) ? `  target: ${selector(draw, of)}\n` : '';
    const allowed = chance(draw, 15) ? '  options: {allowNameChange: true, allowKindChange: true}\n' : '';
    if (chance(draw, 50)) {
      files[`${path}/patch${i}.yaml`] = text;
      return `- path: patch${i}.yaml\n${at}${allowed}`;
    }
    return `- patch: |-\n${indent(text, '    ')}${at}${allowed}`;
  });
  return `patches:\n${items.join('')}`;
}

export function patchesStrategicMerge(level: Level, path: string): string {
  level.files[`${path}/psm.yaml`] =
    some(level.draw, 1, () => `${strategic(level.draw, target(level))}---\n`).join('') +
    strategic(level.draw, target(level));
  return 'patchesStrategicMerge:\n- psm.yaml\n';
}

export function patchesJson6902(level: Level): string {
  const of = target(level);
  const [group, version] = of.apiVersion.includes('/') ? of.apiVersion.split('/') : ['', of.apiVersion];
  return `patchesJson6902:\n- target:\n    group: "${group}"\n    version: ${version}\n    kind: ${of.kind}\n    name: ${of.name}\n  patch: |-\n${indent(operations(level.draw, of), '    ')}`;
}
