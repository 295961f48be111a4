// Repositories as they are in the world: without the files that flux bootstrap writes, with generated artifacts, with charts
// that nobody renders yet, with Flux's own controllers, or without any Flux object.
import { expect, test } from 'vitest';
import { getPath, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { getCondition, isReady } from '../../src/reconcile/conditions.ts';
import { ARTIFACT_GENERATOR, EXTERNAL_ARTIFACT, GIT_REPOSITORY } from '../../src/reconcile/fluxKinds.ts';
import { configMap, kustomization, NAMESPACE, openScenario, signal, URL } from './cluster.ts';
import type { Scenario } from './cluster.ts';

const GENERATED = '# This file will be generated.\n';
const BOOTSTRAP = {
  'clusters/staging/flux-system/gotk-components.yaml': GENERATED,
  'clusters/staging/flux-system/gotk-sync.yaml': GENERATED,
  'clusters/staging/flux-system/kustomization.yaml': 'resources:\n  - gotk-components.yaml\n  - gotk-sync.yaml\n',
};

/** A Kustomization whose source is the one that flux bootstrap makes. */
const bootstrapped = (name: string, path: string, ...spec: string[]): string =>
  kustomization(name, path, ...spec).replace('    name: test\n', '    name: flux-system\n');

const fromArtifact = (name: string, artifact: string, path: string): string =>
  kustomization(name, path).replace(
    '    kind: GitRepository\n    name: test\n',
    `    kind: ExternalArtifact\n    name: ${artifact}\n`,
  );

function open(files: Readonly<Record<string, string>>): Promise<Scenario> {
  return openScenario({ ...BOOTSTRAP, ...files });
}

const read = (
  scenario: Scenario,
  gvk: { group: string; version: string; kind: string },
  name: string,
): Promise<JsonObject | undefined> => scenario.client.get({ ...gvk, namespace: NAMESPACE, name }, signal);

async function isNowReady(scenario: Scenario, name: string): Promise<void> {
  await scenario.until(`${name} is ready`, async () => isReady((await scenario.kustomization(name)) ?? {}));
}

async function failure(scenario: Scenario, name: string, reason: string): Promise<string> {
  let message = '';
  await scenario.until(`${name} fails with ${reason}`, async () => {
    const ready = getCondition((await scenario.kustomization(name)) ?? {}, 'Ready');
    message = ready?.message ?? '';
    return ready?.status === 'False' && ready.reason === reason;
  });
  return message;
}

test('what flux bootstrap would write is made in the cluster, and the entry itself follows commits', async () => {
  const scenario = await open({
    'clusters/staging/apps.yaml': bootstrapped('apps', './apps'),
    'apps/one.yaml': configMap('one', 'first'),
  });
  await isNowReady(scenario, 'apps');
  expect(getString(await read(scenario, GIT_REPOSITORY, 'flux-system'), 'spec', 'url')).toBe(URL);
  expect(getString(await scenario.kustomization('flux-system'), 'spec', 'path')).toBe('./clusters/staging');

  await scenario.commit({
    'clusters/staging/more.yaml': bootstrapped('more', './more'),
    'more/two.yaml': configMap('two', 'first'),
  });
  await isNowReady(scenario, 'more');
  await scenario.commit({ 'clusters/staging/more.yaml': null });
  await scenario.until('more is gone', async () => (await scenario.configMap('two')) === undefined);
});

test('an ArtifactGenerator splits the repository, and only what changed gets a new revision', async () => {
  const scenario = await open({
    'clusters/staging/generator.yaml': `apiVersion: source.extensions.fluxcd.io/v1beta1
kind: ArtifactGenerator
metadata:
  name: parts
  namespace: ${NAMESPACE}
spec:
  sources:
    - {alias: repo, kind: GitRepository, name: flux-system}
  artifacts:
    - name: apps
      originRevision: "@repo"
      copy:
        - {from: "@repo/apps/base/**", to: "@artifact/base/"}
        - {from: "@repo/apps/staging/**", to: "@artifact/staging/"}
    - name: infrastructure
      copy:
        - {from: "@repo/infrastructure/**", to: "@artifact/"}
`,
    'clusters/staging/apps.yaml': fromArtifact('apps', 'apps', './staging'),
    'clusters/staging/infrastructure.yaml': fromArtifact('infrastructure', 'infrastructure', './'),
    'apps/base/kustomization.yaml': 'resources: [one.yaml]\n',
    'apps/base/one.yaml': configMap('one', 'first'),
    'apps/staging/kustomization.yaml': 'resources: [../base]\n',
    'infrastructure/two.yaml': configMap('two', 'first'),
  });
  await isNowReady(scenario, 'apps');
  await isNowReady(scenario, 'infrastructure');
  const before = await read(scenario, EXTERNAL_ARTIFACT, 'infrastructure');
  const apps = await read(scenario, EXTERNAL_ARTIFACT, 'apps');
  expect(getString(apps, 'status', 'artifact', 'revision')).toMatch(/^latest@sha256:[0-9a-f]{64}$/);
  expect(getString(apps, 'status', 'artifact', 'metadata', 'org.opencontainers.image.revision')).toMatch(/^main@sha1:/);

  const origin = getString(apps, 'status', 'artifact', 'metadata', 'org.opencontainers.image.revision');
  const built = await scenario.kustomization('apps');
  expect(getString(built, 'status', 'lastAppliedOriginRevision')).toBe(origin);
  expect(getString(built, 'status', 'history', 0, 'metadata', 'originRevision')).toBe(origin);
  expect(
    getString(await scenario.kustomization('infrastructure'), 'status', 'lastAppliedOriginRevision'),
  ).toBeUndefined();

  await scenario.commit({ 'apps/base/one.yaml': configMap('one', 'second') });
  await scenario.until(
    'the change is there',
    async () => getString(await scenario.configMap('one'), 'data', 'value') === 'second',
  );
  expect(getPath(await read(scenario, EXTERNAL_ARTIFACT, 'infrastructure'), 'status')).toEqual(
    getPath(before, 'status'),
  );
  const generator = await read(scenario, ARTIFACT_GENERATOR, 'parts');
  expect(getCondition(generator ?? {}, 'Ready')?.message).toBe('reconciliation succeeded, generated 2 artifact(s)');

  await scenario.commit({ 'clusters/staging/generator.yaml': null });
  await scenario.until(
    'its artifacts are gone',
    async () => (await read(scenario, EXTERNAL_ARTIFACT, 'apps')) === undefined,
  );
});

test('a generator whose copy finds nothing says so', async () => {
  const scenario = await open({
    'clusters/staging/generator.yaml': `apiVersion: source.extensions.fluxcd.io/v1beta1
kind: ArtifactGenerator
metadata: {name: parts, namespace: ${NAMESPACE}}
spec:
  sources:
    - {alias: repo, kind: GitRepository, name: flux-system}
  artifacts:
    - name: apps
      copy:
        - {from: "@repo/nothing/**", to: "@artifact/"}
`,
    'clusters/staging/apps.yaml': fromArtifact('apps', 'apps', './'),
  });
  await scenario.until('the build failed', async () => {
    const ready = getCondition((await read(scenario, ARTIFACT_GENERATOR, 'parts')) ?? {}, 'Ready');
    return (
      ready?.reason === 'BuildFailed' && ready.message.includes("no files match pattern 'nothing/**' in source 'repo'")
    );
  });
});

const CHART = `apiVersion: v1
kind: Namespace
metadata:
  name: cert-manager
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: jetstack
  namespace: cert-manager
spec:
  interval: 1h
  url: https://charts.example.com
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: cert-manager
  namespace: cert-manager
spec:
  interval: 1h
  chart:
    spec:
      chart: cert-manager
      sourceRef:
        kind: HelmRepository
        name: jetstack
`;
const ISSUER = 'apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata:\n  name: letsencrypt\n';

test('charts are applied as objects and hold nothing up; a kind that they would bring says where it comes from', async () => {
  const scenario = await open({
    'clusters/staging/apps.yaml': [
      bootstrapped('charts', './charts', 'wait: true'),
      bootstrapped('issuers', './issuers', 'dependsOn:', '  - name: charts'),
      bootstrapped('apps', './apps', 'dependsOn:', '  - name: charts'),
    ].join('---\n'),
    'charts/cert-manager.yaml': CHART,
    'issuers/issuer.yaml': ISSUER,
    'apps/one.yaml': configMap('one', 'first'),
  });
  await isNowReady(scenario, 'charts');
  await isNowReady(scenario, 'apps');
  expect(await failure(scenario, 'issuers', 'ReconciliationFailed')).toContain(
    'the cluster does not serve ClusterIssuer of cert-manager.io/v1: its definition probably comes with the HelmRelease cert-manager/cert-manager, which is not rendered yet',
  );
});

test('an account that may not read releases is told what is missing all the same', async () => {
  const scenario = await open({
    'clusters/staging/apps.yaml': bootstrapped('issuers', './issuers', 'serviceAccountName: nobody'),
    'issuers/issuer.yaml': ISSUER,
  });
  expect(await failure(scenario, 'issuers', 'ReconciliationFailed')).toContain(
    'the cluster does not serve ClusterIssuer of cert-manager.io/v1: no CustomResourceDefinition for it is there',
  );
});

test('a source that is not fetched yet stalls what reads it', async () => {
  const scenario = await open({
    'clusters/staging/apps.yaml': bootstrapped('apps', './apps').replace('kind: GitRepository', 'kind: OCIRepository'),
    'clusters/staging/more.yaml': bootstrapped('more', './apps'),
    'apps/one.yaml': configMap('one', 'first'),
  });
  expect(await failure(scenario, 'apps', 'UnsupportedSource')).toBe(
    'sources of kind OCIRepository are not fetched by the local loop yet',
  );
});

test("Flux's own controllers are left out, and the rest of its installation is applied", async () => {
  const scenario = await open({
    'clusters/staging/flux-system/gotk-components.yaml': `apiVersion: v1
kind: ServiceAccount
metadata:
  name: kustomize-controller
  namespace: ${NAMESPACE}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: kustomize-controller
  namespace: ${NAMESPACE}
  labels:
    app.kubernetes.io/part-of: flux
spec:
  selector:
    matchLabels: {app: kustomize-controller}
  template:
    metadata:
      labels: {app: kustomize-controller}
    spec:
      containers:
        - {name: manager, image: ghcr.io/fluxcd/kustomize-controller}
`,
    'clusters/staging/apps.yaml': bootstrapped('apps', './apps'),
    'apps/one.yaml': configMap('one', 'first'),
  });
  await isNowReady(scenario, 'apps');
  const account = { group: '', version: 'v1', kind: 'ServiceAccount' };
  expect(await read(scenario, account, 'kustomize-controller')).toBeDefined();
  expect(
    await read(scenario, { group: 'apps', version: 'v1', kind: 'Deployment' }, 'kustomize-controller'),
  ).toBeUndefined();
  const said = scenario.events.find((event) => event.type === 'event' && event.reason === 'Skipped');
  expect(said).toMatchObject({
    message: expect.stringContaining(`Deployment/${NAMESPACE}/kustomize-controller skipped`) as string,
  });
});

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: 80\n';

test.each([
  ['the default namespace', undefined, 'default'],
  ['a namespace of its own', 'demo', 'demo'],
])('one folder of a repository without Flux objects goes to %s', async (_, targetNamespace, namespace) => {
  const scenario = await openScenario(
    {
      'clusters/dev/source.yaml': '',
      'kustomize/kustomization.yaml': 'resources: [web.yaml]\n',
      'kustomize/web.yaml': SERVICE,
    },
    { path: './kustomize', targetNamespace },
  );
  const name =
    scenario.root
      .split('/')
      .at(-1)
      ?.toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') ?? '';
  await isNowReady(scenario, name);
  const web = { group: '', version: 'v1', kind: 'Service', namespace, name: 'web' };
  expect(await scenario.client.get(web, signal)).toBeDefined();

  await scenario.commit({ 'kustomize/web.yaml': SERVICE.replace('80', '8080') });
  await scenario.until(
    'the port follows',
    async () => getPath(await scenario.client.get(web, signal), 'spec', 'ports', 0, 'port') === 8080,
  );
});
