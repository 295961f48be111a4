// What an apply, a prune and a plan must do on any API server: run against the embedded one and, where it is there, a real one.
import { expect, test } from 'vitest';
import { applyStages } from '../../src/apply/applyStages.ts';
import type { ApplyResult, ApplyStagesOptions } from '../../src/apply/applyStages.ts';
import { desiredObject } from '../../src/diff/desired/desired.ts';
import { compareObject } from '../../src/diff/drift.ts';
import { planObjects } from '../../src/diff/plan/planObjects.ts';
import type { Plan } from '../../src/diff/plan/plan.ts';
import { waitForReady } from '../../src/health/wait.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { inventoryOf } from '../../src/model/inventory.ts';
import type { InventoryEntry } from '../../src/model/inventory.ts';
import { getList, getObject, getPath, getString, isJsonObject, setKey } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { MapEntry } from '../../src/model/node.ts';
import type { MapNode, Node } from '../../src/model/node.ts';
import { printRef, refOf } from '../../src/model/objectRef.ts';
import { prune } from '../../src/prune/prune.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';

const schemas = builtinSchemas();
const OWNER = { namespace: 'flux-system', name: 'apps' };
const MANAGER = 'kustomize-controller';
let count = 0;

interface World {
  readonly client: KubeClient;
  /** A namespace of its own for each case. */
  readonly namespace: string;
  apply(objects: readonly JsonObject[], more?: Partial<ApplyStagesOptions>): Promise<ApplyResult>;
  plan(
    objects: readonly JsonObject[],
    more?: { spec?: JsonObject; inventory?: readonly InventoryEntry[]; dryRun?: boolean },
  ): Promise<Plan>;
  live(object: JsonObject): Promise<JsonObject | undefined>;
  configMap(name: string, data: JsonObject, annotations?: JsonObject): JsonObject;
  deployment(name: string, replicas: number, image?: string): JsonObject;
}

async function world(connectNow: () => Promise<KubeClient>): Promise<World> {
  const client = await connectNow();
  const namespace = `case-${process.pid}-${count++}`;
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, { fieldManager: 'test' });
  return {
    client,
    namespace,
    apply: (objects, more = {}) =>
      applyStages(objects, client, {
        owner: OWNER,
        schemas,
        waitReady: async (refs, timeout, signal) =>
          (await waitForReady(refs, client, { timeout }, signal)).message || undefined,
        ...more,
      }),
    plan: (objects, { spec = {}, inventory = [], dryRun = false } = {}) =>
      planObjects({
        kustomization: { metadata: { ...OWNER }, spec: { prune: true, ...spec } },
        revision: 'main@sha1:1',
        manifests: objects.map(manifestOf),
        reader: client,
        server: client.server,
        inventory,
        schemas,
        ...(dryRun ? { dryRun: client } : {}),
      }),
    live: (object) => client.get(refOf(object)),
    configMap: (name, data, annotations) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, ...(annotations ? { annotations } : {}) },
      data,
    }),
    deployment: (name, replicas, image = 'web:1') => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image }] } },
      },
    }),
  };
}

/** A manifest without places: origins are tested where they are made. */
function manifestOf(object: JsonObject): Manifest {
  const origin = { place: undefined, cause: { by: 'resource' } } as const;
  const nodeOf = (value: JsonValue): Node => {
    if (Array.isArray(value)) return { kind: 'list', items: value.map(nodeOf), origin };
    if (!isJsonObject(value)) return { kind: 'scalar', value, text: String(value), style: 'plain', tag: '', origin };
    const entries = Object.keys(value).map((key) => [key, new MapEntry(nodeOf(value[key] as JsonValue))] as const);
    return { kind: 'map', entries: new Map(entries), origin };
  };
  return { node: nodeOf(object) as MapNode };
}

const actions = (result: { changes: ApplyResult['changes'] }): string[] =>
  result.changes.map(({ ref, action }) => `${ref.kind}/${ref.name} ${action}`);
const planned = (plan: Plan): string[] =>
  plan.entries.map(
    ({ ref, action, reason }) => `${ref.kind}/${ref.name} ${action}${reason === '' ? '' : `: ${reason}`}`,
  );
const annotation = (key: string, value: string): JsonObject => ({ [`kustomize.toolkit.fluxcd.io/${key}`]: value });
const JOB = (namespace: string, image: string): JsonObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'migrate', namespace },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image }] } } },
});

/** Registers the cases; `start` gives a client of a running server. */
export function applyCases(connectNow: () => Promise<KubeClient>): void {
  const inWorld = (name: string, run: (world: World) => Promise<void>): void =>
    test(name, async () => {
      const own = await world(connectNow);
      try {
        await run(own);
      } finally {
        own.client.dispose();
      }
    });

  inWorld(
    'A22: applies definitions first, waits for them, and writes nothing the second time',
    async ({ apply, live, namespace }) => {
      const group = `${namespace}.example.com`;
      const versions = [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
            },
          },
        },
      ];
      const crd = {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `widgets.${group}` },
        spec: {
          group,
          scope: 'Namespaced',
          names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
          versions,
        },
      };
      const widget = {
        apiVersion: `${group}/v1`,
        kind: 'Widget',
        metadata: { name: 'w', namespace: `${namespace}-new` },
        spec: { size: 3 },
      };
      const objects = [widget, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${namespace}-new` } }, crd];
      const first = await apply(objects);
      expect(first.failures).toEqual([]);
      expect(actions(first)).toEqual([
        `CustomResourceDefinition/widgets.${group} created`,
        `Namespace/${namespace}-new created`,
        'Widget/w created',
      ]);
      const before = getString(await live(widget), 'metadata', 'resourceVersion');
      expect(actions(await apply(objects)).map((line) => line.split(' ')[1])).toEqual([
        'unchanged',
        'unchanged',
        'unchanged',
      ]);
      expect(getString(await live(widget), 'metadata', 'resourceVersion')).toBe(before);
    },
  );

  inWorld('owns the same fields as the real controller', async ({ apply, live, deployment }) => {
    const web = deployment('web', 2);
    expect((await apply([web])).failures).toEqual([]);
    const entry = (getList(await live(web), 'metadata', 'managedFields') ?? []).find(
      (one) => getString(one, 'manager') === MANAGER,
    );
    expect(getPath(entry, 'operation')).toBe('Apply');
    expect(getPath(entry, 'fieldsV1', 'f:spec')).toEqual({
      'f:replicas': {},
      'f:selector': {},
      'f:strategy': {},
      'f:template': {
        'f:metadata': { 'f:labels': { 'f:app': {} } },
        'f:spec': {
          'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {}, 'f:name': {}, 'f:resources': {} } },
        },
      },
    });
    expect(getObject(await live(web), 'metadata', 'labels')).toEqual({
      'kustomize.toolkit.fluxcd.io/name': 'apps',
      'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
    });
  });

  inWorld(
    'takes over what kubectl owned: its fields and its bookkeeping go',
    async ({ apply, plan, live, configMap, client }) => {
      const old = configMap('c', { a: '1', b: '2' }, { 'kubectl.kubernetes.io/last-applied-configuration': '{}' });
      await client.create(old, { fieldManager: 'kubectl-client-side-apply' });
      const objects = [configMap('c', { a: '1' })];
      for (const dryRun of [false, true]) {
        const [entry] = (await plan(objects, { dryRun })).entries;
        expect(entry?.action).toBe('configure');
        expect(entry?.changes.map(({ path, before, after }) => [path, before, after])).toContainEqual([
          'data.b',
          '2',
          undefined,
        ]);
      }
      expect(actions(await apply(objects))).toEqual(['ConfigMap/c configured']);
      const now = await live(old);
      expect(getObject(now, 'data')).toEqual({ a: '1' });
      expect(
        getPath(now, 'metadata', 'annotations', 'kubectl.kubernetes.io/last-applied-configuration'),
      ).toBeUndefined();
      expect(actions(await apply(objects))).toEqual(['ConfigMap/c unchanged']);
    },
  );

  inWorld('A1: fields of other managers stay', async ({ apply, live, configMap, client }) => {
    await client.create(configMap('c', { a: '1', b: '2' }), { fieldManager: 'operator' });
    await apply([configMap('c', { a: '3' })]);
    expect(getObject(await live(configMap('c', {})), 'data')).toEqual({ a: '3', b: '2' });
  });

  inWorld(
    'ssa: Merge keeps what kubectl set; IfNotPresent and Ignore leave objects alone',
    async ({ apply, plan, live, configMap, client }) => {
      for (const name of ['merge', 'present', 'ignore'])
        await client.create(configMap(name, { a: '1', b: '2' }), { fieldManager: 'kubectl-create' });
      const objects = [
        configMap('merge', { a: '3' }, annotation('ssa', 'merge')),
        configMap('present', { a: '3' }, annotation('ssa', 'IfNotPresent')),
        configMap('ignore', { a: '3' }, annotation('ssa', 'Ignore')),
        configMap('new', { a: '3' }, annotation('ssa', 'IfNotPresent')),
      ];
      expect(planned(await plan(objects))).toEqual([
        'ConfigMap/ignore skip: ssa is Ignore in Git',
        'ConfigMap/merge configure',
        'ConfigMap/new create',
        'ConfigMap/present skip: it exists, and ssa is IfNotPresent',
      ]);
      expect(actions(await apply(objects))).toEqual([
        'ConfigMap/ignore skipped',
        'ConfigMap/merge configured',
        'ConfigMap/new created',
        'ConfigMap/present skipped',
      ]);
      expect(getObject(await live(configMap('merge', {})), 'data')).toEqual({ a: '3', b: '2' });
      expect(getObject(await live(configMap('present', {})), 'data')).toEqual({ a: '1', b: '2' });
    },
  );

  inWorld(
    'what has just lost ssa: Merge is not settled: the next apply takes over from kubectl',
    async ({ apply, configMap, client }) => {
      await client.create(configMap('c', { a: '1', b: '2' }), { fieldManager: 'kubectl-create' });
      await apply([configMap('c', { a: '1' }, annotation('ssa', 'Merge'))]);
      const settled: string[] = [];
      const onConfirmed = (desired: JsonObject): void => void settled.push(refOf(desired).name);
      await apply([configMap('c', { a: '1' })], { onConfirmed });
      expect(settled).toEqual([]);
      expect(actions(await apply([configMap('c', { a: '1' })], { onConfirmed }))).toEqual(['ConfigMap/c configured']);
      expect(settled).toEqual(['c']);
    },
  );

  inWorld('a live object with reconcile: disabled is left alone', async ({ apply, configMap, client }) => {
    await client.create(configMap('c', { a: '1' }, annotation('reconcile', 'Disabled')), { fieldManager: 'operator' });
    expect(actions(await apply([configMap('c', { a: '3' })]))).toEqual(['ConfigMap/c skipped']);
  });

  inWorld(
    'A3: an immutable change fails without force, and replaces with it',
    async ({ apply, plan, live, namespace }) => {
      await apply([JOB(namespace, 'one')]);
      const uid = getString(await live(JOB(namespace, '')), 'metadata', 'uid');
      const [failure] = (await apply([JOB(namespace, 'two')])).failures;
      expect(failure?.message).toContain(`Job/${namespace}/migrate dry-run failed (Invalid): `);
      for (const dryRun of [false, true]) {
        const [entry] = (await plan([JOB(namespace, 'two')], { spec: { force: true }, dryRun })).entries;
        expect([entry?.action, entry?.dangers?.map(({ message }) => message)]).toEqual([
          'replace',
          ['a Job is deleted and run again'],
        ]);
      }
      const forced = await apply([JOB(namespace, 'two')], { force: true });
      expect([actions(forced), forced.failures]).toEqual([['Job/migrate created'], []]);
      expect(getString(await live(JOB(namespace, '')), 'metadata', 'uid')).not.toBe(uid);
    },
  );

  inWorld('the force annotation is enough, also on the live object', async ({ apply, live, namespace }) => {
    const first = JOB(namespace, 'one');
    setKey(getObject(first, 'metadata') ?? {}, 'annotations', annotation('force', 'enabled'));
    await apply([first]);
    const uid = getString(await live(first), 'metadata', 'uid');
    expect((await apply([{ ...JOB(namespace, 'two'), metadata: first['metadata'] ?? {} }])).failures).toEqual([]);
    expect(getString(await live(first), 'metadata', 'uid')).not.toBe(uid);
  });

  inWorld('A3: force never deletes for a mistake', async ({ apply, live, deployment, namespace }) => {
    const service = (port: number): JsonObject => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's', namespace },
      spec: { selector: { a: 'b' }, ports: [{ port }] },
    });
    await apply([service(80), deployment('web', 1)]);
    const uid = getString(await live(service(80)), 'metadata', 'uid');
    const result = await apply([service(99_999), deployment('web', 2)], { force: true });
    expect(result.changes).toEqual([]);
    expect(result.failures.map((failure) => failure.ref && printRef(failure.ref))).toEqual([`Service/${namespace}/s`]);
    expect(getString(await live(service(80)), 'metadata', 'uid')).toBe(uid);
    expect(getPath(await live(deployment('web', 1)), 'spec', 'replicas')).toBe(1);
  });

  inWorld(
    'A4: one bad object: nothing of its stage is applied, the stages before it are told',
    async ({ apply, live, configMap, namespace }) => {
      const bad: JsonObject = { ...configMap('bad', {}), data: { 'not a key!': 'x' } };
      const result = await apply([
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${namespace}-b` } },
        configMap('good', { a: '1' }),
        bad,
      ]);
      expect(actions(result)).toEqual([`Namespace/${namespace}-b created`]);
      expect(result.failures).toHaveLength(1);
      expect(result.failures[0]?.message).toContain(`ConfigMap/${namespace}/bad dry-run failed (Invalid)`);
      expect(await live(configMap('good', {}))).toBeUndefined();
    },
  );

  inWorld(
    'spec.ignore: a field that others own is neither drift nor taken back',
    async ({ apply, live, deployment, client }) => {
      const ignore = [{ paths: ['/spec/replicas'], target: { kind: 'Deployment' } }];
      await apply([deployment('web', 2)]);
      await client.apply(
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: getObject(deployment('web', 2), 'metadata') ?? {},
          spec: { replicas: 7 },
        },
        { fieldManager: 'scaler', force: true },
      );
      expect(actions(await apply([deployment('web', 2)], { ignore }))).toEqual(['Deployment/web unchanged']);
      expect(actions(await apply([deployment('web', 2, 'web:2')], { ignore }))).toEqual(['Deployment/web configured']);
      expect(getPath(await live(deployment('web', 2)), 'spec', 'replicas')).toBe(7);
    },
  );

  inWorld(
    'prunes what left the inventory, in reverse order, and only what is ours',
    async ({ apply, plan, live, configMap, client, namespace }) => {
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sa', namespace } };
      const kept = configMap('kept', {}, annotation('prune', 'Disabled'));
      const before = inventoryOf((await apply([account, configMap('ours', {}), kept])).changes);
      await client.create(configMap('theirs', {}), { fieldManager: 'operator' });
      const inventory = [
        ...before,
        { id: `${namespace}_theirs__ConfigMap`, v: 'v1' },
        { id: `${namespace}_gone__ConfigMap`, v: 'v1' },
      ];
      expect(planned(await plan([], { inventory }))).toEqual([
        'ConfigMap/theirs orphan: it does not carry our owner labels',
        'ConfigMap/ours prune',
        'ConfigMap/kept orphan: prune is disabled on it',
        'ServiceAccount/sa prune',
      ]);
      const refs = inventory.map((entry) => ({
        group: '',
        version: 'v1',
        namespace,
        name: entry.id.split('_')[1] ?? '',
        kind: entry.id.split('_').at(-1) ?? '',
      }));
      const result = await prune(refs, client, OWNER);
      expect(actions(result)).toEqual([
        'ConfigMap/theirs skipped',
        'ConfigMap/ours deleted',
        'ConfigMap/kept skipped',
        'ConfigMap/gone deleted',
        'ServiceAccount/sa deleted',
      ]);
      expect([result.survivors, result.failures]).toEqual([[], []]);
      expect([await live(configMap('ours', {})), await live(account)]).toEqual([undefined, undefined]);
      expect(await live(kept)).toBeDefined();
    },
  );

  inWorld(
    'plans field by field, predicted and confirmed alike',
    async ({ apply, plan, client, configMap, deployment }) => {
      await apply([configMap('same', { a: '1' }), deployment('web', 7)]);
      await client.patch(
        refOf(deployment('web', 1)),
        'application/merge-patch+json',
        { spec: { replicas: 5 } },
        { fieldManager: 'kubectl-scale' },
      );
      for (const dryRun of [false, true]) {
        const result = await plan(
          [configMap('same', { a: '1' }), deployment('web', 3, 'web:2'), configMap('new', { k: 'v' })],
          { dryRun },
        );
        expect(result.confirmed).toBe(dryRun);
        expect(planned(result)).toEqual([
          'ConfigMap/new create',
          'ConfigMap/same unchanged',
          'Deployment/web configure',
        ]);
        const web = result.entries[2];
        expect(web?.changes.map(({ path, before, after }) => [path, before, after])).toEqual([
          ['spec.replicas', 5, 3],
          ['spec.template.spec.containers[web].image', 'web:1', 'web:2'],
        ]);
        expect(web?.changes.map((change) => change.owner?.manager)).toEqual(['kubectl-scale', undefined]);
      }
    },
  );

  inWorld(
    'what was just applied is unchanged and no drift, whatever the server filled in',
    async ({ apply, plan, live, deployment, namespace }) => {
      const metadata = (name: string): JsonObject => ({ name, namespace });
      const env = [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }];
      const template = {
        metadata: { labels: { a: 'b' } },
        spec: {
          containers: [
            {
              name: 'c',
              image: 'i',
              env,
              ports: [{ containerPort: 80 }],
              resources: { limits: { cpu: 0.5, memory: '1024Mi' } },
            },
          ],
        },
      };
      const claims = [
        {
          metadata: { name: 'd' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ];
      const objects: JsonObject[] = [
        deployment('web', 1),
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: metadata('s'),
          spec: { selector: { a: 'b' }, ports: [{ port: 80 }] },
        },
        {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          metadata: metadata('db'),
          spec: { serviceName: 's', selector: { matchLabels: { a: 'b' } }, template, volumeClaimTemplates: claims },
        },
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: metadata('n'),
          spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] },
        },
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata: metadata('r'),
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
          subjects: [{ kind: 'User', name: 'jane' }],
        },
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          metadata: metadata('c'),
          spec: {
            schedule: '* * * * *',
            jobTemplate: {
              spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } },
            },
          },
        },
        {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: metadata('q'),
          spec: { hard: { cpu: 1, memory: '1.5Gi' } },
        },
      ];
      expect((await apply(objects)).failures).toEqual([]);
      for (const dryRun of [false, true])
        expect(
          (await plan(objects, { dryRun })).entries
            .filter(({ action }) => action !== 'unchanged')
            .map(({ ref, changes }) => [ref.kind, changes]),
        ).toEqual([]);
      for (const object of objects)
        expect(
          compareObject(desiredObject(object, { owner: OWNER, schemas }), (await live(object)) ?? {}, { schemas }),
        ).toEqual([]);
    },
  );

  inWorld('never shows a value of a Secret', async ({ apply, plan, namespace }) => {
    const secret = (value: string): JsonObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace },
      stringData: { password: value, user: 'me' },
    });
    await apply([secret('hunter2')]);
    for (const dryRun of [false, true]) {
      const result = await plan([secret('correct-horse')], { dryRun });
      const text = JSON.stringify(result);
      for (const value of ['hunter2', 'correct-horse'])
        expect([text.includes(value), text.includes(btoa(value))]).toEqual([false, false]);
      expect(result.entries[0]?.changes).toMatchObject([
        { path: 'data.password', before: '••• (changed)', after: '••• (changed)' },
      ]);
    }
  });

  inWorld('the words of a server about a Secret show none of its values', async ({ plan, namespace }) => {
    const secret = (name: string, more: JsonObject): JsonObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace },
      ...more,
    });
    const values = ['hunter2-is-no-json', '4711471', 'no-base64-either!'];
    const result = await plan(
      [
        secret('docker', {
          type: 'kubernetes.io/dockerconfigjson',
          data: { '.dockerconfigjson': btoa('hunter2-is-no-json') },
        }),
        secret('number', { data: { password: 4711471 } }),
        secret('raw', { data: { password: 'no-base64-either!' } }),
      ],
      { dryRun: true },
    );
    expect(result.findings.map(({ object }) => object).slice(-2)).toEqual(
      ['number', 'raw'].map((name) => `Secret/${namespace}/${name}`),
    );
    const text = JSON.stringify([result.findings, result.entries]);
    for (const value of values) expect([text.includes(value), text.includes(btoa(value))]).toEqual([false, false]);
  });

  inWorld(
    'a plan knows kinds and namespaces that it makes itself, and finds what the server refuses',
    async ({ plan, configMap, namespace }) => {
      const elsewhere = { ...configMap('c', {}), metadata: { name: 'c', namespace: `${namespace}-later` } };
      const result = await plan(
        [
          elsewhere,
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${namespace}-later` } },
          { ...configMap('bad', {}), data: { 'not a key!': 'x' } },
        ],
        { dryRun: true },
      );
      expect(result.entries.map(({ ref, action }) => `${ref.kind}/${ref.name} ${action}`)).toEqual([
        `Namespace/${namespace}-later create`,
        'ConfigMap/bad create',
        'ConfigMap/c create',
      ]);
      expect(result.findings.map((finding) => [finding.code, finding.object])).toEqual([
        ['apply-refused', `ConfigMap/${namespace}/bad`],
      ]);
    },
  );

  inWorld('A10: cancelled in the middle: what was done is told', async ({ apply, configMap }) => {
    const stop = new AbortController();
    const objects = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => configMap(name, {}));
    const client = await connectNow();
    const result = await applyStages(
      objects,
      client,
      { owner: OWNER, waitReady: async () => undefined, onChange: () => stop.abort(new Error('enough')) },
      stop.signal,
    );
    client.dispose();
    const told = actions(result).map((action) => action.replace('created', 'unchanged'));
    expect(told).not.toEqual([]);
    expect(result.failures[0]?.message).toBe('enough');
    const next = actions(await apply(objects));
    expect(next).toEqual(expect.arrayContaining([...told, 'ConfigMap/h created']));
  });

  inWorld('A10: cancelled between two stages: the next one does not begin', async ({ apply, configMap, namespace }) => {
    const stop = new AbortController();
    const first = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${namespace}-first` } };
    const objects = [first, configMap('a', {})];
    const client = await connectNow();
    const result = await applyStages(
      objects,
      client,
      {
        owner: OWNER,
        waitReady: async () => {
          stop.abort(new Error('enough'));
          throw stop.signal.reason;
        },
      },
      stop.signal,
    );
    client.dispose();
    expect([actions(result), result.failures.map(({ message }) => message)]).toEqual([
      [`Namespace/${namespace}-first created`],
      ['enough'],
    ]);
    expect(actions(await apply(objects))).toEqual([`Namespace/${namespace}-first unchanged`, 'ConfigMap/a created']);
  });
}
