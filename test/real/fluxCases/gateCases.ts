// What the feature gates of kustomize-controller change: played with all of them switched, on both sides.
import type { JsonObject } from '../../../src/model/json.ts';
import { configMap } from './fluxCase.ts';
import type { FluxCase } from './fluxCase.ts';

/** ExternalArtifact is left off, as it is there without a word. */
export const SWITCHED_GATES = [
  'AdditiveCELDependencyCheck=true',
  'CacheSecretsAndConfigMaps=true',
  'CancelHealthCheckOnNewRevision=true',
  'DirectSourceFetch=true',
  'DisableConfigWatchers=true',
  'DisableFailFastBehavior=true',
  'DisableStatusPollerCache=false',
  'GroupChangeLog=true',
  'MigrateAPIVersion=true',
  'ObjectLevelWorkloadIdentity=true',
  'StrictPostBuildSubstitutions=false',
].join(',');

const gated = (
  name: string,
  spec: JsonObject,
  files: Readonly<Record<string, string>>,
  more: Partial<FluxCase> = {},
): FluxCase => ({
  name: `gates: ${name}`,
  repository: (repo) => repo.commit(files),
  kustomizations: { app: spec },
  steps: [{}],
  ...more,
});
const ONE = { 'app/one.yaml': configMap('one') };
const depending = (name: string, first: JsonObject, readyExpr: string): FluxCase =>
  gated(name, {}, ONE, {
    kustomizations: { first, app: { namePrefix: 'x-', dependsOn: [{ name: 'first', readyExpr }] } },
  });

const scaler = (version: string, target: string, metadata = ''): JsonObject & { readonly metadata: JsonObject } => ({
  apiVersion: `autoscaling/${version}`,
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'TOKEN-app', ...(metadata === '' ? {} : { annotations: { by: metadata } }) },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target }, maxReplicas: 3 },
});
const definition = (stored: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.TOKEN.example.com}
spec:
  group: TOKEN.example.com
  scope: Namespaced
  names: {kind: Gadget, plural: gadgets, singular: gadget, listKind: GadgetList}
  versions:
    - {name: v1alpha1, served: true, storage: ${String(stored === 'v1alpha1')}, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: string}, b: {type: string}}}}}}}
    - {name: v1, served: true, storage: ${String(stored === 'v1')}, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: string}, b: {type: string}, c: {type: string, default: x}}}}}}}
`;
const gadget = (version: string, name = 'g'): string =>
  `apiVersion: TOKEN.example.com/${version}\nkind: Gadget\nmetadata: {name: ${name}, namespace: TOKEN-app}\nspec: {a: one}\n`;
const byOther = (version: string): JsonObject => ({
  apiVersion: `TOKEN.example.com/${version}`,
  kind: 'Gadget',
  metadata: { name: 'g', namespace: 'TOKEN-app' },
  spec: { b: 'other' },
});

export const gateCases: readonly FluxCase[] = [
  depending('an expression that holds, of a dependency that is not ready', { path: './nowhere' }, 'true'),
  depending('an expression that holds, of a dependency that is ready', {}, 'dep.metadata.name == "first"'),
  depending('an expression that does not hold', {}, 'false'),
  gated(
    'variables that are not set are empty',
    { postBuild: { substitute: { a: 'x' } } },
    {
      'app/one.yaml': configMap('one', { value: '${a}${nowhere}', other: '${nowhere:=y}' }),
    },
  ),
  gated('no variables at all', { postBuild: {} }, { 'app/one.yaml': configMap('one', { value: '${nowhere}' }) }),
  gated(
    'a failure does not end the wait for the others',
    {
      wait: true,
      timeout: '30s',
      healthCheckExprs: [
        { apiVersion: 'TOKEN.example.com/v1', kind: 'Gadget', current: 'false', failed: 'metadata.name == "failed"' },
      ],
    },
    {
      'app/definition.yaml': definition('v1'),
      'app/failed.yaml': gadget('v1', 'failed'),
      'app/waiting.yaml': gadget('v1', 'waiting'),
    },
    { steps: [] },
  ),
  gated(
    'all that is waited for has failed',
    {
      wait: true,
      timeout: '30s',
      healthCheckExprs: [{ apiVersion: 'TOKEN.example.com/v1', kind: 'Gadget', current: 'false', failed: 'true' }],
    },
    { 'app/definition.yaml': definition('v1'), 'app/g.yaml': gadget('v1') },
    { steps: [] },
  ),
  gated(
    'Git goes to another version',
    {},
    { 'app/definition.yaml': definition('v1alpha1'), 'app/g.yaml': gadget('v1alpha1') },
    {
      steps: [
        { apply: { manager: 'other', object: byOther('v1alpha1') } },
        { files: { 'app/g.yaml': gadget('v1'), 'app/definition.yaml': definition('v1') } },
        { apply: { manager: 'other', object: byOther('v1alpha1') } },
        {},
      ],
    },
  ),
  gated(
    'somebody else writes at another version',
    {},
    { 'app/web.yaml': JSON.stringify(scaler('v2', 'web')) },
    { steps: [{ apply: { manager: 'other', object: scaler('v1', 'web', 'other') } }, {}] },
  ),
  gated('an account for the keys of a cloud', { decryption: { provider: 'sops', serviceAccountName: 'a' } }, ONE),
  gated('an artifact from elsewhere', { sourceRef: { kind: 'ExternalArtifact', name: 'x' } }, ONE),
];
