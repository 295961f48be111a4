// Patches of generated trees (trees.ts): both forms, inline and in files, with targets and directives.
import { chance, indent, pick, rarely, some } from './treeDraw.ts';
import type { Draw } from './treeDraw.ts';
import type { Id, Level } from './treeLevel.ts';
import { scalar } from './treeScalars.ts';

/** Something that exists, mostly. */
export function target({ draw, known }: Level): Id {
  const missing: Id = { apiVersion: 'v1', kind: 'ConfigMap', name: 'missing', namespace: undefined };
  return known.length === 0 || rarely(draw) ? missing : pick(draw, known);
}

/** A strategic merge patch for an object, by what its kind has. */
export function strategic(draw: Draw, { apiVersion, kind, name, namespace }: Id): string {
  const pod = (pad: string): string =>
    pick(draw, [
      `containers:\n- name: c0\n  image: patched:2\n`,
      `containers:\n- name: new\n  image: web:9\n- name: c0\n  $patch: delete\n`,
      `containers:\n- name: c0\n  env:\n  - name: A\n    value: patched\n  - name: Z\n    value: "2"\n`,
      `containers:\n- name: c0\n  ports:\n  - containerPort: 80\n    protocol: TCP\n    name: p\n`,
      `volumes:\n- name: v\n  configMap: null\n  emptyDir: {}\n`,
      `$setElementOrder/containers:\n- name: c1\n- name: c0\ncontainers:\n- name: c1\n  image: z\n`,
      `containers:\n- $patch: replace\n- name: only\n  image: o\n`,
      `containers:\n- $patch: delete\n  name: c0\n- name: c1\n  image: kept\n`,
      `containers:\n- name: c0\n  $patch: replace\n  image: whole\n`,
      `containers:\n- name: c0\n  $patch: merge\n  image: merged\n`,
      `volumes:\n- name: v\n  $retainKeys: [name, emptyDir]\n  emptyDir: {}\n`,
      `$deleteFromPrimitiveList/hostAliases: [a]\ntolerations:\n- key: a\n  operator: Exists\n`,
      `containers:\n- name: c0\n  env:\n  - name: B\n    valueFrom: null\n    value: plain\n  - name: A\n    $patch: delete\n`,
      `containers:\n- name: c0\n  args: [new]\n  command: ["sh", "-c", ${scalar(draw, 8)}]\n`,
      `containers:\n- name: c0\n  volumeMounts:\n  - name: v\n    mountPath: /v\n  envFrom:\n  - secretRef: {name: web}\n`,
      `initContainers: null\nserviceAccountName: patched\nimagePullSecrets:\n- name: more\n`,
      `containers: []\n`,
      `containers:\n- name: c0\n  ports:\n  - containerPort: 80\n    $patch: delete\n  - containerPort: 81\n`,
      `topologySpreadConstraints:\n- maxSkew: 1\n  topologyKey: zone\n  whenUnsatisfiable: DoNotSchedule\n`,
      `hostAliases:\n- ip: 127.0.0.1\n  hostnames: [a]\nnodeSelector: {a: "1"}\n`,
    ])
      .trimEnd()
      .replaceAll('\n', `\n${pad}`);
  const bodies: (() => string)[] = [
    () => `metadata:\n  labels: {patched: "yes"}\n  annotations:\n    p: ${scalar(draw, 6)}\n`,
    () => `metadata:\n  labels: null\n`,
    () => `metadata:\n  annotations:\n    note: null\n`,
    () => (chance(draw, 20) ? '$patch: delete\n' : 'metadata:\n  annotations:\n    note: null\n    n: "3"\n'),
    () => `spec:\n  added: ${scalar(draw, 4)}\n`,
    () => 'spec:\n  $patch: replace\n  x: 1\n',
    () => 'data:\n  k0: changed\n  added: "1"\n',
    () => 'data: null\n',
    () => 'data: {}\n',
    () => 'data:\n  k0: first\n  k0: second\n',
    () => `data:\n  k0: null\n  k1: ${scalar(draw, 4)}\n`,
    () => `metadata:\n  finalizers: [a/b, c/d]\n  ownerReferences:\n  - uid: "1"\n    name: o\n`,
    () => `metadata:\n  labels:\n    app: ${scalar(draw, 6)}\n`,
    () => 'metadata:\n  $patch: replace\n',
    () => 'metadata:\n  labels:\n    $patch: replace\n    only: "1"\n',
    () => 'metadata:\n  annotations:\n    $patch: delete\n',
    () => '$patch: replace\nspec: {all: new}\n',
    () => 'spec:\n  items:\n  - name: a\n    id: 1\n    v: patched\n  - name: z\n',
    () => `spec: {${chance(draw, 10) ? 'f0' : 'f3'}: {deep: {a: 1, b: [x]}}, f1: null, f2: {}}\n`,
    () => `spec:\n  f0: ${scalar(draw, 4)}\n  f1: ${scalar(draw, 4)}\n`,
    () => 'spec:\n  $setElementOrder/items: [{name: z}, {name: a}]\n',
    () => 'metadata:\n  $deleteFromPrimitiveList/finalizers: [a/b]\n',
    () => '',
  ];
  const workloads = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'];
  const podBody = (): string => `spec:\n  template:\n    spec:\n      ${pod('      ')}\n`;
  if (workloads.includes(kind))
    bodies.unshift(podBody, podBody, podBody, () => 'spec:\n  replicas: 7\n  selector: null\n');
  if (kind === 'Service')
    bodies.unshift(
      () => 'spec:\n  ports:\n  - port: 80\n    targetPort: 8080\n  - port: 443\n    name: s\n',
      () => 'spec:\n  ports:\n  - $patch: delete\n    port: 80\n',
      () =>
        'spec:\n  ports:\n  - port: 80\n    protocol: TCP\n    nodePort: 30000\n  - port: 80\n    protocol: UDP\n    name: u\n',
      () => 'spec:\n  ports:\n  - $patch: replace\n  - port: 1\n',
    );
  const body = pick(draw, bodies)();
  const metadata = `  name: ${rarely(draw, 2) ? 'patched-name' : name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}`;
  const head = `apiVersion: ${apiVersion}\nkind: ${kind}\n`;
  return body.startsWith('metadata:\n')
    ? `${head}metadata:\n${metadata}${body.slice(10)}`
    : `${head}metadata:\n${metadata}${body}`;
}

export function operations(draw: Draw, { apiVersion, kind, namespace }: Id): string {
  const hasPods = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(kind);
  const one = [
    () => `- op: add\n  path: /metadata/annotations\n  value: {j: "1"}\n`,
    () => `- op: add\n  path: /spec\n  value:\n    a: ${scalar(draw, 6)}\n    b: [1, x]\n`,
    () => `- op: add\n  path: /data\n  value: {"a~b": c}\n- op: test\n  path: /data/a~0b\n  value: c\n`,
    () => `- op: copy\n  from: /metadata/name\n  path: /copied\n`,
    () => `- op: add\n  path: /made\n  value: {a: 1}\n- op: move\n  from: /made/a\n  path: /moved\n`,
    () =>
      chance(draw, 20)
        ? `- op: replace\n  path: /metadata/name\n  value: renamed\n`
        : `- op: copy\n  from: /metadata/name\n  path: /metadata/renamed\n`,
    () => `- op: add\n  path: /spec\n  value: {f0: 1}\n- op: replace\n  path: /spec/f0\n  value: ${scalar(draw, 4)}\n`,
    () => `${rarely(draw, 10) ? '' : '- op: add\n  path: /spec\n  value: {f0: 1}\n'}- op: remove\n  path: /spec/f0\n`,
    () =>
      `- op: test\n  path: ${chance(draw, 50) ? '/apiVersion\n  value: ' + apiVersion : '/kind\n  value: ' + kind}\n- op: add\n  path: /tested\n  value: ${scalar(draw, 4)}\n`,
    () => `[{"op": "add", "path": "/json", "value": {"a": [1, 2.0, 1e3, "x"], "b": null}}]\n`,
    () =>
      `- op: add\n  path: /l\n  value: [1, 2, 3]\n- op: remove\n  path: /l/-1\n- op: add\n  path: /l/1\n  value: mid\n- op: replace\n  path: /l/0\n  value: ~\n`,
    () => `- op: copy\n  from: /metadata\n  path: /spec\n`,
    () =>
      `- {op: add, path: /metadata/labels, value: {l: "1", n: "2"}}\n- {op: move, from: /metadata/labels/l, path: /metadata/labels/m}\n`,
    () => `- op: add\n  path: /big\n  value: 12345678901234567890\n- op: add\n  path: /float\n  value: 1234567.0\n`,
    () =>
      namespace === undefined && !rarely(draw, 20)
        ? `- op: add\n  path: /metadata/annotations\n  value: {moved: ${scalar(draw, 6)}}\n`
        : `- op: replace\n  path: /metadata/namespace\n  value: moved\n`,
    // The hash of a generated object of another kind is that of upstream's parser nodes (docs/differences.md).
    () =>
      kind === 'Foo' && chance(draw, 30)
        ? `- op: test\n  path: /kind\n  value: Foo\n- op: replace\n  path: /kind\n  value: Bar\n`
        : `- op: add\n  path: /metadata/labels\n  value: {k: ${scalar(draw, 6)}}\n`,
    () => `- op: add\n  path: /metadata/x.y~1z\n  value: added\n`,
    () =>
      `${rarely(draw, 5) ? '- op: test\n  path: /spec/missing\n  value: null\n' : ''}- op: add\n  path: /after\n  value: ""\n`,
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

export function selector(draw: Draw, { apiVersion, kind, name, namespace }: Id): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return pick(draw, [
    `{kind: ${kind}, name: ${name}}`,
    `{kind: ${kind}}`,
    `{name: "${name.slice(0, 2)}.*"}`,
    `{group: "${group}", version: v1, kind: ${kind}${namespace === undefined ? '' : `, namespace: ${namespace}`}}`,
    `{labelSelector: "app=web"}`,
    `{kind: "${kind}|Foo", annotationSelector: "note"}`,
    `{labelSelector: "tier,app in (web, x)", kind: ${kind}}`,
    `{labelSelector: "!tier, app!=db"}`,
    `{labelSelector: "app notin (db)", namespace: "${namespace ?? 'default'}"}`,
    `{annotationSelector: "note!=x", kind: ${kind}}`,
    `{name: ".*-[0-9]", kind: "Config.*|Deploy.*"}`,
    `{version: "v[12].*"}`,
    '{}',
  ]);
}

export function patches(level: Level, path: string): string {
  const { draw, files } = level;
  const items = [0, ...some(draw, 1, (i) => i + 1)].map((i) => {
    const of = target(level);
    const isJson = chance(draw, 40);
    const text = isJson ? operations(draw, of) : strategic(draw, of);
    const wanted = isJson || chance(draw, 40) ? `  target: ${selector(draw, of)}\n` : '';
    const allowed = chance(draw, 15)
      ? pick(draw, [
          '  options: {allowNameChange: true, allowKindChange: true}\n',
          '  options: {allowNameChange: true}\n',
          '  options: {allowKindChange: true}\n',
        ])
      : '';
    // Names and kinds may change, but not those of several objects to one, and kinds not those of generated objects, whose hash would be of upstream's parser nodes.
    const at =
      allowed !== '' && wanted !== '' && !rarely(draw, 50)
        ? `  target: {kind: ${of.kind}, name: ${of.name}}\n`
        : wanted;
    if (chance(draw, 45)) {
      files[`${path}/patch${i}.yaml`] = text;
      return `- path: patch${i}.yaml\n${at}${allowed}`;
    }
    if (chance(draw, 5)) return `- patch: ${JSON.stringify(text)}\n${at}${allowed}`;
    return `- patch: |-\n${indent(text, '    ')}${at}${allowed}`;
  });
  return `patches:\n${items.join('')}`;
}

export function patchesStrategicMerge(level: Level, path: string): string {
  level.files[`${path}/psm.yaml`] =
    some(level.draw, 1, () => `${strategic(level.draw, target(level))}---\n`).join('') +
    strategic(level.draw, target(level));
  const inline = chance(level.draw, 30) ? `- |-\n${indent(strategic(level.draw, target(level)), '  ')}` : '';
  return `patchesStrategicMerge:\n- psm.yaml\n${inline}`;
}

export function patchesJson6902(level: Level): string {
  const of = target(level);
  const [group, version] = of.apiVersion.includes('/') ? of.apiVersion.split('/') : ['', of.apiVersion];
  return `patchesJson6902:\n- target:\n    group: "${group}"\n    version: ${version}\n    kind: ${of.kind}\n    name: ${of.name}\n  patch: |-\n${indent(operations(level.draw, of), '    ')}`;
}
