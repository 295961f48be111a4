// Apply Plan as an editor has it: the engine over its protocol, with its own embedded cluster and loop. What was offered is
// applied, unsaved text included, while it is still the plan; else it is refused and nothing changes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MessageConnection } from 'vscode-languageserver/node';
import type { KubeClient } from '../../src/kube/client.ts';
import { getPath, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { ApplyPlanResult, PlanOffer, PlanResult } from '../../src/server/protocol.ts';
import { GIT_REPOSITORY, KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { openEngine, until } from './editorEngine.ts';
import type { EditorEngine } from './editorEngine.ts';

const URL = 'https://github.com/example/maps.git';
const map = (name: string, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: default\ndata:\n  value: ${value}\n`;
const kustomization = (path: string): string =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: maps\n  namespace: flux-system\nspec:\n  interval: 10m\n  path: ./${path}\n  prune: true\n  sourceRef:\n    kind: GitRepository\n    name: maps\n`;
const FILES = {
  'clusters/dev/source.yaml': `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: maps\n  namespace: flux-system\nspec:\n  interval: 1m\n  url: ${URL}\n  ref:\n    branch: main\n`,
  'clusters/dev/maps.yaml': kustomization('maps'),
  'maps/kustomization.yaml': 'resources:\n  - one.yaml\n  - two.yaml\n',
  'maps/one.yaml': map('one', 'first'),
  'maps/two.yaml': map('two', 'first'),
};

let engine: EditorEngine;
let client: MessageConnection;
let kube: KubeClient;

beforeAll(async () => {
  engine = await openEngine({ url: URL, files: FILES });
  ({ client, kube } = engine);
  await valueIs('one', 'first');
  await until(async () => (ready(await maps()) ? true : undefined));
});

afterAll(() => engine.end());

const live = (name: string): Promise<JsonObject | undefined> =>
  kube.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name });
const maps = (): Promise<JsonObject | undefined> =>
  kube.get({ ...KUSTOMIZATION, namespace: 'flux-system', name: 'maps' });
const revision = async (): Promise<string> =>
  getString(
    await kube.get({ ...GIT_REPOSITORY, namespace: 'flux-system', name: 'maps' }),
    'status',
    'artifact',
    'revision',
  ) ?? '';
const ready = (object: JsonObject | undefined): boolean =>
  getPath(object, 'status', 'lastAppliedRevision') !== undefined;
const valueIs = (name: string, value: string): Promise<true> =>
  until(async () => (getString(await live(name), 'data', 'value') === value ? true : undefined));
const offer = (): Promise<PlanOffer> => client.sendRequest('plumbline/offerPlan', { cluster: 'dev', token: 't' });
const apply = ({ id }: PlanOffer): Promise<ApplyPlanResult> =>
  client.sendRequest('plumbline/applyPlan', { offer: id, token: 't' });
const reconcile = (): Promise<void> =>
  client.sendRequest('plumbline/reconcile', {
    cluster: 'dev',
    ref: { ...KUSTOMIZATION, namespace: 'flux-system', name: 'maps' },
    withSource: true,
  });
const type = (path: string, text: string): Promise<void> => engine.type(path, text);
const close = (path: string): Promise<void> => engine.close(path);
const save = (path: string, text: string): void => engine.save(path, text);
const commit = (message: string, files: Readonly<Record<string, string>>): Promise<void> =>
  engine.commit(message, files);

test('nothing to change is no question', async () => {
  expect(await offer()).toMatchObject({
    changes: false,
    question: 'No changes: the cluster "dev" has what the files say.',
  });
});

test('what is offered names what goes, and is applied with its unsaved text; the next commit ends it', async () => {
  await type('maps/one.yaml', map('one', 'typed'));
  await type('maps/kustomization.yaml', 'resources:\n  - one.yaml\n');
  const offered = await offer();
  expect(offered).toMatchObject({
    changes: true,
    question: 'Apply to the embedded cluster "dev": 1 configure, 1 prune?',
    button: 'Apply to dev',
    destructive: true,
  });
  expect(offered.detail).toContain('Deleted:\n  • ConfigMap default/two');
  expect(offered.detail).toContain('2 not saved');
  const { text, clusters } = await client.sendRequest<PlanResult>('plumbline/plan', { offer: offered.id });
  expect(text).toContain('"first" -> "typed"');
  expect(clusters).toEqual([{ name: 'dev', line: 0 }]);

  expect(await apply(offered)).toEqual({
    kind: 'ready',
    message: 'Applied to dev: 1 kustomization ready. The loop stays at these files until the next commit.',
  });
  expect(getString(await live('one'), 'data', 'value')).toBe('typed');
  expect(await live('two')).toBeUndefined();
  expect(await revision()).toMatch(/^worktree@sha256:/);

  await close('maps/one.yaml');
  await close('maps/kustomization.yaml');
  await commit('after', { 'maps/one.yaml': map('one', 'committed') });
  await valueIs('one', 'committed');
  await valueIs('two', 'first');
  expect(await revision()).toMatch(/^main@sha1:/);
});

test('what Git has comes back when it is asked for', async () => {
  await type('maps/one.yaml', map('one', 'tried'));
  expect(await apply(await offer())).toMatchObject({ kind: 'ready' });
  await close('maps/one.yaml');
  await reconcile();
  await valueIs('one', 'committed');
});

test('a plan that empties a Kustomization says so, and deletes all of it once it is confirmed', async () => {
  await type('maps/kustomization.yaml', 'namePrefix: none-\n');
  const offered = await offer();
  expect(offered.detail).toContain('nothing is rendered any more: all 2 objects of the Kustomization are deleted');
  expect(await apply(offered)).toMatchObject({ kind: 'ready' });
  expect([await live('one'), await live('two')]).toEqual([undefined, undefined]);
  await close('maps/kustomization.yaml');
  await commit('fill again', { 'maps/one.yaml': map('one', 'again'), 'maps/two.yaml': map('two', 'again') });
  await valueIs('one', 'again');
  await commit('as before', { 'maps/one.yaml': map('one', 'committed') });
  await valueIs('one', 'committed');
});

test('it is refused when the files are others by now', async () => {
  await type('maps/one.yaml', map('one', 'a'));
  const offered = await offer();
  await close('maps/one.yaml');
  await type('maps/one.yaml', map('one', 'b'));
  const { kind, message } = await apply(offered);
  expect([kind, message]).toEqual(['stale', 'Nothing is applied: maps/one.yaml has changed since the plan was made']);
  const { text, clusters } = await client.sendRequest<PlanResult>('plumbline/plan', { offer: offered.id });
  // What is said is of then.
  expect([text.split('\n')[0]?.replace(/^\d\d:\d\d · /, ''), clusters]).toEqual([message, []]);
  expect(getString(await live('one'), 'data', 'value')).toBe('committed');
  await close('maps/one.yaml');
});

test('it is refused when the cluster is another by now', async () => {
  await type('maps/one.yaml', map('one', 'c'));
  const offered = await offer();
  await kube.delete({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' }, {});
  const { kind, message } = await apply(offered);
  expect([kind, message]).toEqual([
    'stale',
    expect.stringContaining('the cluster has changed since the plan was made ('),
  ]);
  await close('maps/one.yaml');
  await reconcile();
  await valueIs('one', 'committed');
});

test('it is refused while the plan has errors, with the first of them', async () => {
  await type('maps/one.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata: [\n');
  await expect(offer()).rejects.toThrow('the plan has errors, and nothing is applied while it has: flux-system/maps:');
  await close('maps/one.yaml');
});

test('what the loop begins with comes in before its first round at the new files', async () => {
  await type('clusters/dev/maps.yaml', kustomization('others'));
  save('others/kustomization.yaml', 'resources:\n  - three.yaml\n');
  save('others/three.yaml', map('three', 'moved'));
  const offered = await offer();
  expect(offered.question).toBe('Apply to the embedded cluster "dev": 1 create, 2 prune?');
  expect(await apply(offered)).toMatchObject({ kind: 'ready' });
  expect(getString(await live('three'), 'data', 'value')).toBe('moved');
  expect([await live('one'), await live('two')]).toEqual([undefined, undefined]);
});
