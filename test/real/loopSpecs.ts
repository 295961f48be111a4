// What generated scenarios set in the spec of a Kustomization, and the files and objects that some of it needs. Knows nothing of
// how a step is run.
import * as fc from 'fast-check';
import type { JsonObject } from '../../src/model/json.ts';

const of = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
/** A field with one of these values; null removes it. */
const field = (name: string, ...values: readonly JsonObject[keyof JsonObject][]): fc.Arbitrary<JsonObject> =>
  of(...values, null).map((value) => ({ [name]: value }));
const flag = (name: string): fc.Arbitrary<JsonObject> => fc.boolean().map((value) => ({ [name]: value }));

const VARIABLES = 'variables';

export const firstSpec = fc.record({ prune: fc.boolean(), wait: fc.boolean(), force: fc.boolean() });

/** A merge patch of a spec. */
export const spec: fc.Arbitrary<JsonObject> = fc.oneof(
  flag('suspend'),
  flag('prune'),
  flag('wait'),
  flag('force'),
  fc.record({ path: of('./alpha', './beta', './nothing', './') }),
  field('targetNamespace', 'TOKEN-app', 'TOKEN-two'),
  field('commonMetadata', { labels: { team: 'a' } }, { annotations: { note: 'b' } }),
  field(
    'postBuild',
    { substitute: { value: 'v1' } },
    { substitute: { value: 'v2' } },
    { substituteFrom: [{ kind: 'ConfigMap', name: VARIABLES }] },
    { substituteFrom: [{ kind: 'ConfigMap', name: VARIABLES, optional: true }], substitute: { other: 'o' } },
  ),
  field('namePrefix', 'pre-'),
  field('nameSuffix', '-post'),
  fc.record({ deletionPolicy: of('MirrorPrune', 'Delete', 'Orphan', 'WaitForTermination') }),
  field('ignore', [{ paths: ['/data/shared'], target: { kind: 'ConfigMap' } }], [{ paths: ['/spec/minReadySeconds'] }]),
  field(
    'patches',
    [
      {
        target: { kind: 'ConfigMap' },
        patch: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: any}\ndata: {patched: "yes"}\n',
      },
    ],
    [{ target: { kind: 'Deployment' }, patch: '- {op: add, path: /spec/paused, value: true}\n' }],
    [{ target: { kind: 'Service' }, patch: '- {op: remove, path: /spec/absent}\n' }],
  ),
  field('images', [{ name: 'nginx', newTag: '2.0' }], [{ name: 'nginx', newName: 'other' }]),
  field('components', ['../parts/noted'], ['../parts/absent']),
  field(
    'dependsOn',
    [{ name: 'alpha' }],
    [{ name: 'alpha', readyExpr: 'dep.spec.prune == true' }],
    [{ name: 'absent' }],
  ),
  field(
    'healthChecks',
    [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'one', namespace: 'TOKEN-app' }],
    [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'base-alpha', namespace: 'TOKEN-app' }],
  ),
  field(
    'healthCheckExprs',
    [{ apiVersion: 'v1', kind: 'ConfigMap', current: "data.shared != 'value-1'", failed: "data.shared == 'value-3'" }],
    [{ apiVersion: 'v1', kind: 'ConfigMap', current: 'has(data)' }],
  ),
);

/** The component that `components` names. */
export const COMPONENT = {
  path: 'parts/noted/kustomization.yaml',
  text: `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
commonAnnotations: {noted: by-component}
`,
};

/** A kustomization.yaml with a generated ConfigMap, whose name follows its content. */
export function layoutText(resources: readonly string[], variant: number): string {
  const lines = ['apiVersion: kustomize.config.k8s.io/v1beta1', 'kind: Kustomization', 'resources:'];
  lines.push(...resources.map((path) => `- ${path}`));
  lines.push('configMapGenerator:', `- {name: made, namespace: TOKEN-app, literals: [a=${variant}]}`);
  if (variant === 2) lines.push('labels: [{pairs: {laid: out}}]');
  if (variant === 3) lines.push('images: [{name: nginx, newTag: "3.0"}]');
  return `${lines.join('\n')}\n`;
}

/** What `postBuild.substituteFrom` reads. */
export function variablesObject(variant: number): JsonObject {
  const metadata = { name: VARIABLES, namespace: 'TOKEN-flux' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: `from-${variant}` } };
}
