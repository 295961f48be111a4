// Rows A26 and A27 of the list of faults on a real kube-apiserver: a validating webhook that denies one object, keeps the
// server waiting, or is down, and `plumbline run` on that cluster. Counts last.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StatusError } from '../../src/kube/client.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { connect } from '../../src/kube/connect.ts';
import { getList, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import { bootstrap } from '../../src/reconcile/entry/bootstrap.ts';
import { getCondition, isReady } from '../../src/reconcile/conditions.ts';
import { GIT_REPOSITORY, KUSTOMIZATION, REQUESTED_AT } from '../../src/reconcile/fluxKinds.ts';
import { fluxCrds } from '../../src/schema/data/flux-crds.ts';
import { spawnLoop } from './loopProcess.ts';
import { reportCounts, reportMissing } from '../counts.ts';
import { writeFiles } from '../folder.ts';
import type { Files } from '../folder.ts';
import { startControlPlane } from './controlPlane.ts';
import { ended } from './ended.ts';
import { gitNow } from './git.ts';
import { startGitServer } from './gitServer.ts';
import { findOracle } from './oracle.ts';
import { HANG, startWebhookServer } from './webhookServer.ts';
import type { WebhookServer } from './webhookServer.ts';

const HOOK = 'policy.example.com';
const DENIED = (words: string): string => `admission webhook "${HOOK}" denied the request: ${words}`;
const WORDS = 'rule 7 of "shop": two is no name, 50% of the time';
const NAMES = ['one', 'two', 'three'];
/** What a webhook may take where nobody says otherwise, and what the row asks for. */
const TIMEOUT_S = 10;
const LIMIT_MS = 90_000;
const POLL_MS = 50;

let passed = 0;
let failed = 0;
function check(what: string, found: unknown, wanted: unknown): void {
  const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (is === should) passed++;
  else {
    failed++;
    console.log(`${what}:\n  found  ${is}\n  wanted ${should}`);
  }
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; await new Promise((done) => setTimeout(done, POLL_MS))) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`not within ${LIMIT_MS / 1000} s: ${what}`);
}

/** A cluster with a webhook, a repository, and how the test looks at both. */
interface World {
  readonly client: KubeClient;
  readonly hook: WebhookServer;
  /** Writes files (null deletes), pushes them and asks for the source. */
  push(files: Files): Promise<void>;
  /** The message of the Kustomization as soon as it has these words. */
  said(words: string): Promise<string>;
  /** Resolves when both Kustomizations are ready with what was pushed last. */
  ready(...names: string[]): Promise<void>;
  /** The values of the three ConfigMaps that the webhook judges; null where one is not there. */
  values(): Promise<(string | null)[]>;
  inventory(): Promise<string[]>;
}

const configMap = (name: string, value: string, namespace = 'shop'): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: ${namespace}}\ndata: {value: ${value}}\n`;
const all = (value: string): Record<string, string> =>
  Object.fromEntries(NAMES.map((name) => [`guarded/${name}.yaml`, configMap(name, value)]));
const beside = (value: string): Record<string, string> => ({ 'beside/x.yaml': configMap('x', value, 'default') });

function refTo(kind: typeof KUSTOMIZATION, name: string): ObjectRef {
  return { ...kind, namespace: 'flux-system', name };
}

function worldOf(client: KubeClient, hook: WebhookServer, root: string): World {
  const work = join(root, 'work');
  gitNow(root, 'init', '-q', '--bare', '-b', 'main', 'shop.git');
  gitNow(root, 'init', '-q', '-b', 'main', work);
  let revision = '';
  const get = (ref: ObjectRef): Promise<JsonObject | undefined> => client.get(ref);
  const guarded = (): Promise<JsonObject | undefined> => get(refTo(KUSTOMIZATION, 'guarded'));
  return {
    client,
    hook,
    async push(files) {
      writeFiles(work, files);
      gitNow(work, 'add', '-A');
      gitNow(work, 'commit', '-q', '-m', 'change');
      gitNow(work, 'push', '-q', join(root, 'shop.git'), 'main');
      revision = `main@sha1:${gitNow(work, 'rev-parse', 'HEAD')}`;
      const source = refTo(GIT_REPOSITORY, 'shop');
      if (!(await get(source))) return;
      const metadata = { annotations: { [REQUESTED_AT]: revision } };
      await client.patch(source, 'application/merge-patch+json', { metadata }, { fieldManager: 'flux' });
    },
    said: (words) =>
      until(words, async () => {
        const message = getCondition((await guarded()) ?? {}, 'Ready')?.message;
        return message?.includes(words) === true ? message : undefined;
      }),
    async ready(...names) {
      for (const name of names)
        await until(`${name} is ready`, async () => {
          const found = await get(refTo(KUSTOMIZATION, name));
          return found && isReady(found) && getString(found, 'status', 'lastAppliedRevision') === revision
            ? true
            : undefined;
        });
    },
    values: () =>
      Promise.all(
        NAMES.map(async (name) => {
          const found = await get({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name });
          return getString(found, 'data', 'value') ?? null;
        }),
      ),
    inventory: async () =>
      (getList(await guarded(), 'status', 'inventory', 'entries') ?? [])
        .map((entry) => getString(entry, 'id')?.split('_')[1] ?? '')
        .toSorted(),
  };
}

/** The webhook judges ConfigMaps of the namespace `shop`, and of another one in which it is waited for. */
async function configure({ client, hook }: World): Promise<void> {
  await client.create(
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'policy' },
      webhooks: [
        {
          name: HOOK,
          clientConfig: { url: hook.url, caBundle: Buffer.from(hook.caPem).toString('base64') },
          rules: [
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              operations: ['CREATE', 'UPDATE', 'DELETE'],
              resources: ['configmaps'],
            },
          ],
          namespaceSelector: {
            matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop', 'canary'] }],
          },
          failurePolicy: 'Fail',
          timeoutSeconds: TIMEOUT_S,
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    },
    { fieldManager: 'test' },
  );
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'canary' } }, { fieldManager: 'test' });
  hook.judge = () => WORDS;
  const canary = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'canary', namespace: 'canary' } };
  await until('the webhook is asked', async () => {
    try {
      await client.apply(canary, { fieldManager: 'test', dryRun: true });
      return undefined;
    } catch (error) {
      return error instanceof StatusError && error.message === DENIED(WORDS) ? true : undefined;
    }
  });
}

async function createFluxObjects(client: KubeClient, url: string): Promise<void> {
  const namespace = 'flux-system';
  const objects: JsonObject[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: 'shop', namespace },
      spec: { interval: '1h', url: `${url}/shop.git`, ref: { branch: 'main' } },
    },
    ...['guarded', 'beside'].map((name) => ({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name, namespace },
      spec: {
        interval: '1h',
        retryInterval: '1s',
        path: `./${name}`,
        prune: true,
        sourceRef: { kind: 'GitRepository', name: 'shop' },
      },
    })),
  ];
  for (const object of objects) await client.create(object, { fieldManager: 'flux' });
}

async function denied({ hook, push, said, ready, values, inventory }: World): Promise<void> {
  hook.judge = ({ name }) => (name === 'two' ? WORDS : undefined);
  check(
    'A26: the words and the object at a first apply',
    await said('denied'),
    `ConfigMap/shop/two dry-run failed: ${DENIED(WORDS)}\nNamespace/shop created\n`,
  );
  check('A26: nothing of the stage is applied', await values(), [null, null, null]);
  check('A26: the stage before it is, and is owned', await inventory(), ['shop']);
  await ready('beside');
  hook.judge = () => undefined;
  await ready('guarded');
  check('A26: it heals by itself', await values(), ['first', 'first', 'first']);

  hook.judge = ({ name, dryRun }) => (name === 'two' && !dryRun ? WORDS : undefined);
  await push({ ...all('second'), ...beside('second') });
  check(
    'A26: the words and the object where the dry-run had passed',
    await said('denied'),
    `ConfigMap/shop/two apply failed: ${DENIED(WORDS)}\nConfigMap/shop/one configured\nConfigMap/shop/three configured\n`,
  );
  await ready('beside');
  check('A26: what was under way beside it is applied', await values(), ['second', 'first', 'second']);
  check('A26: nothing is lost from the inventory', await inventory(), ['one', 'shop', 'three', 'two']);
  hook.judge = () => undefined;
  await ready('guarded');
  check('A26: it heals by itself after an apply', await values(), ['second', 'second', 'second']);

  hook.judge = ({ name, operation }) => (name === 'three' && operation === 'DELETE' ? WORDS : undefined);
  await push({ 'guarded/three.yaml': null, 'guarded/one.yaml': configMap('one', 'third') });
  check(
    'A26: the words and the object of a deletion',
    await said('denied'),
    `delete failed, errors: ConfigMap/shop/three delete failed: ${DENIED(WORDS)};`,
  );
  check(
    'A26: what may not be deleted stays, and stays owned',
    [await values(), await inventory()],
    [
      ['third', 'second', 'second'],
      ['one', 'shop', 'three', 'two'],
    ],
  );
  hook.judge = () => undefined;
  await ready('guarded');
  check(
    'A26: it is deleted by itself',
    [await values(), await inventory()],
    [
      ['third', 'second', null],
      ['one', 'shop', 'two'],
    ],
  );
}

const unreachable = ({ url }: WebhookServer): string =>
  `Internal error occurred: failed calling webhook "${HOOK}": failed to call webhook: Post "${url}?timeout=${TIMEOUT_S}s": `;

async function unanswered({ hook, push, said, ready, values, inventory }: World): Promise<void> {
  const before = await values();
  hook.judge = ({ name }) => (name === 'two' ? HANG : undefined);
  await push({
    'guarded/one.yaml': configMap('one', 'fourth'),
    'guarded/two.yaml': configMap('two', 'fourth'),
    ...beside('fourth'),
  });
  // While the server waits for the webhook, what it does not judge goes on.
  await ready('beside');
  const late = await said(`failed calling webhook "${HOOK}"`);
  check(
    'A27: a webhook that hangs is named, with the object',
    late,
    `ConfigMap/shop/two dry-run failed (InternalError): ${unreachable(hook)}context deadline exceeded
`,
  );
  check('A27: nothing is changed meanwhile', [await values(), await inventory()], [before, ['one', 'shop', 'two']]);
  hook.judge = () => undefined;
  await ready('guarded');
  check('A27: it heals by itself', await values(), ['fourth', 'fourth', null]);

  await hook.down();
  await push({ 'guarded/one.yaml': configMap('one', 'fifth'), 'guarded/two.yaml': null, ...beside('fifth') });
  const refused = await said(`failed calling webhook "${HOOK}"`);
  check(
    'A27: a webhook that is down is named, with the object',
    refused,
    `ConfigMap/shop/one dry-run failed (InternalError): ${unreachable(hook)}dial tcp ${new URL(hook.url).host}: connect: connection refused
`,
  );
  await ready('beside');
  check(
    'A27: nothing is changed or deleted',
    [await values(), await inventory()],
    [
      ['fourth', 'fourth', null],
      ['one', 'shop', 'two'],
    ],
  );
  await hook.up();
  await ready('guarded');
  check(
    'A27: it heals by itself when the webhook is back',
    [await values(), await inventory()],
    [
      ['fifth', null, null],
      ['one', 'shop'],
    ],
  );
}

async function run(): Promise<void> {
  const plane = await startControlPlane();
  if (!plane) throw new Error('the control plane did not start');
  const root = mkdtempSync(join(tmpdir(), 'plumbline-webhooks-'));
  const closing: (() => unknown)[] = [() => plane.dispose(), () => rmSync(root, { recursive: true, force: true })];
  try {
    const [git, hook] = [await startGitServer(root), await startWebhookServer()];
    closing.push(
      () => git.dispose(),
      () => hook.dispose(),
    );
    const client = await connect({ kubeconfig: plane.kubeconfig, log: silentLog });
    closing.push(() => client.dispose());
    await bootstrap(client, fluxCrds(), undefined, AbortSignal.timeout(LIMIT_MS));
    const world = worldOf(client, hook, root);
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';
    await world.push({ 'guarded/namespace.yaml': namespace, ...all('first'), ...beside('first') });
    await configure(world);
    await createFluxObjects(client, git.url);
    const loop = spawnLoop({ program: 'sources', kubeconfig: plane.kubeconfig, home: join(root, 'home') });
    closing.push(() => ended(loop));
    await denied(world);
    await unanswered(world);
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

const missing = ['git', 'etcd', 'kube-apiserver'].find((name) => findOracle(name) === undefined);
if (missing !== undefined) {
  reportMissing(missing);
} else {
  try {
    await run();
  } catch (error) {
    failed++;
    console.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  reportCounts({ passed, failed });
}
