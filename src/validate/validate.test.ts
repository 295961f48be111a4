import { expect, test } from 'vitest';
import { printFinding } from '../model/finding.ts';
import type { Finding } from '../model/finding.ts';
import type { MapNode } from '../model/node.ts';
import { SourceText } from '../model/sourceText.ts';
import { builtinSchemas } from '../schema/builtin.ts';
import { readYaml } from '../yaml/read.ts';
import { validate } from './validate.ts';
import type { ValidateOptions } from './validate.ts';

const schemas = builtinSchemas();

function findingsOf(text: string, options?: ValidateOptions): Finding[] {
  const { documents } = readYaml(new SourceText('x.yaml', text), 'resource');
  return validate(
    documents.map((node) => ({ node: node as MapNode })),
    schemas,
    options,
  );
}

const messages = (text: string, options?: ValidateOptions): string[] => findingsOf(text, options).map(printFinding);

const deployment = (container: string, more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod}
spec:
  selector: {matchLabels: {app: web}}
${more}  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        ${container}
`;

test('a right object has nothing wrong', () => {
  expect(
    messages(deployment('ports: [{containerPort: 80}]\n        resources: {limits: {cpu: 1, memory: 1Gi}}')),
  ).toEqual([]);
});

test('a wrong type is reported with its rendered path where it is written', () => {
  expect(messages(deployment('ports: [{containerPort: eighty}]'), { name: 'apps-prod' })).toEqual([
    'x.yaml:11:33: spec.template.spec.containers[web].ports[0].containerPort: expected integer, got "eighty", in apps-prod (Deployment prod/web)',
  ]);
});

test('unknown fields come with a suggestion, missing ones stand at their parent', () => {
  expect(messages(deployment('imagePulPolicy: Always'))).toEqual([
    'x.yaml:11:9: spec.template.spec.containers[web].imagePulPolicy: unknown field "imagePulPolicy". Did you mean "imagePullPolicy"?',
  ]);
  expect(
    messages(
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, template: {spec: {containers: []}}}\n',
    ),
  ).toEqual(['x.yaml:4:7: spec: the field "selector" is required']);
});

test('items with the same keys are found, defaults counted', () => {
  expect(messages(deployment('ports: [{containerPort: 80}, {containerPort: 80, protocol: TCP}]'))[0]).toMatch(
    /ports\[1\]: stands twice in the list: containerPort 80, protocol "TCP"/,
  );
});

test('quantities and base64 have a form; values of Secrets are not shown', () => {
  expect(messages(deployment('resources: {limits: {cpu: two}}'))[0]).toMatch(/limits.cpu: "two" is no quantity/);
  expect(messages('apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: secret!}\n')).toEqual([
    'x.yaml:4:11: data.a: text is no base64',
  ]);
});

test('names, labels and annotations follow the rules of the API server', () => {
  const found = messages(
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Web_1\n  labels: {-a: "x y", ok: v1.0}\n  annotations: {a/b/c: x}\n',
  );
  expect(found.map((message) => message.replace(/(must|has).*/s, '$1'))).toEqual([
    'x.yaml:4:9: metadata.name: "Web_1" must',
    'x.yaml:5:12: metadata.labels.-a: the key must',
    'x.yaml:5:16: metadata.labels.-a: "x y" must',
    'x.yaml:6:17: metadata.annotations[a/b/c]: the key has',
  ]);
  expect(
    messages('apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: "system:web"}\n'),
  ).toEqual([]);
});

test('text that substitution will still change is not judged before it', () => {
  const text = deployment('image: "${IMAGE}"', '  replicas: ${N}\n').replace('name: web, ', 'name: "${X}-Y", ');
  expect(messages(text, { substituted: false })).toEqual([]);
  expect(messages(text)).toHaveLength(2);
});

const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: string, enum: [small, large]}
              count: {type: integer, minimum: 1}
              code: {type: string, pattern: "^[A-Z]+$"}
`;
const widget = (spec: string): string =>
  `${CRD}---\napiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: ${spec}\n`;

test.each([
  ['{size: small, count: 3, code: AB}', []],
  ['{size: big}', ['spec.size: "big" must be one of small, large']],
  ['{size: small, count: 0}', ['spec.count: 0 must be at least 1']],
  ['{size: small, code: ab}', ['spec.code: "ab" must match ^[A-Z]+$']],
  ['{}', ['spec: the field "size" is required']],
])('a CRD in the same rendering gives the type of its kind: %s', (spec, expected) => {
  expect(messages(widget(spec)).map((message) => message.replace(/^x.yaml:\d+:\d+: /, ''))).toEqual(expected);
});

test('kinds that nobody knows are passed over; slips in known groups get a hint', () => {
  expect(messages('apiVersion: other.io/v1\nkind: Thing\nmetadata: {name: t}\nspec: {a: 1}\n')).toEqual([]);
  expect(messages('apiVersion: apps/v1\nkind: Deploymnt\nmetadata: {name: t}\n')).toEqual([
    'x.yaml:2:7: kind: apps/v1 has no kind Deploymnt in this version of Kubernetes. Did you mean Deployment?',
  ]);
  expect(messages('apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: t}\n')).toEqual([]);
});

test('an object that is merged into another one need not be complete', () => {
  const partial =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, annotations: {kustomize.toolkit.fluxcd.io/ssa: Merge}}\nspec: {replicas: 2}\n';
  expect(messages(partial)).toEqual([]);
});

test.each(['reconcile: disabled', 'ssa: Ignore'])(
  'what Flux leaves out cannot be refused for its name: %s',
  (control) => {
    const severities = (more: string): string[] =>
      findingsOf(
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a_B, annotations: {kustomize.toolkit.fluxcd.io/${control}}}\n${more}`,
      ).map(({ severity }) => severity);
    expect(severities('')).toEqual(['warning']);
    // Flux reads it all the same.
    expect(severities('data: {a: 1}\n')).toEqual(['warning', 'error']);
  },
);

test('text that hides is shown; an object without an apiVersion is none', () => {
  expect(messages('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "a\\u202e"}\n')[0]).toContain(
    '"a\\u202e" must be',
  );
  expect(messages('kind: ConfigMap\nmetadata: {name: a}\n')).toEqual([
    'x.yaml:1:1: the field "apiVersion" is required',
  ]);
});

test('a pattern that would take for ever in a backtracking engine is judged at once', () => {
  const slow = CRD.replace('"^[A-Z]+$"', '"^(a+)+$"');
  expect(
    messages(
      `${slow}---\napiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: small, code: ${'a'.repeat(60)}b}\n`,
    ),
  ).toHaveLength(1);
});

test.each([
  ['data: {a: 1}', 'data.a: expected string, got 1; put it in quotes'],
  ['immutable: "true"', 'immutable: expected boolean, got "true"; remove the quotes'],
  [
    'data: {a b: c}',
    'data[a b]: the key must be letters, digits, "-", "_" and ".", at most 253, and not start with ".."',
  ],
  [`data: {a: ${'x'.repeat(1024 * 1024 + 1)}}`, 'the data is larger than 1 MiB, which no object may hold: divide it'],
])('a ConfigMap that the API server would refuse says how to mend it', (field, expected) => {
  const found = messages(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n${field}\n`);
  expect(found.map((message) => message.replace(/^x\.yaml:\d+:\d+: /, ''))).toEqual([expected]);
});

test('what SOPS has encrypted is not judged', () => {
  expect(
    messages(
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: "ENC[AES256_GCM,data:x]"}\nsops: {mac: x}\n',
    ),
  ).toEqual([]);
});

test('a rule of the CRD is told where the value was written, or where it is missing', () => {
  const schema = `{type: object, properties: {spec: {type: object, properties: {min: {type: integer}, max: {type: integer, default: 5}},
    x-kubernetes-validations: [{rule: self.min <= self.max, message: min is more than max, fieldPath: .min}]}}}`;
  const crd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gauges.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: gauges, kind: Gauge, singular: gauge, listKind: GaugeList}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: ${schema}}}]
`;
  const gauge = (spec: string): string =>
    `---\napiVersion: example.com/v1\nkind: Gauge\nmetadata: {name: g}\nspec: ${spec}\n`;
  expect(messages(crd + gauge('{min: 1}'))).toEqual([]);
  expect(messages(crd + gauge('{min: 9}'))).toEqual(['x.yaml:14:13: spec.min: min is more than max']);
});
