// Drift at the line as any editor has it, over the engine's protocol with its own embedded cluster and loop: put back, taken
// into the file, left to others. What was edited is committed, and the cluster and the files agree.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApplyWorkspaceEditParams, CodeAction, TextDocumentEdit } from 'vscode-languageserver/node';
import { getPath } from '../../src/model/json.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import { SourceText } from '../../src/model/sourceText.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { openEngine, until } from './editorEngine.ts';
import type { EditorEngine } from './editorEngine.ts';

const URL = 'https://github.com/example/shop.git';
const OVERLAY = 'staging/kustomization.yaml';
const CLUSTER = 'clusters/dev/shop.yaml';
const FILES = {
  'clusters/dev/source.yaml': `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: shop\n  namespace: flux-system\nspec:\n  interval: 1m\n  url: ${URL}\n  ref:\n    branch: main\n`,
  'clusters/dev/sync.yaml': kustomization('sync', 'clusters/dev'),
  [CLUSTER]: kustomization('shop', 'staging'),
  'base/kustomization.yaml': 'resources:\n  - web.yaml\n  - hidden.yaml\n',
  'base/web.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 1\n  selector:\n    matchLabels: {app: web}\n  template:\n    metadata:\n      labels: {app: web}\n    spec:\n      containers:\n        - name: web\n          image: web:1\n',
  'base/hidden.yaml': 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: hidden\nstringData:\n  key: abc\n',
  [OVERLAY]: 'namespace: default\nresources:\n  - ../base\nreplicas:\n  - name: web # the shop\n    count: 2\n',
};
const WEB: ObjectRef = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'default', name: 'web' };
const HIDDEN: ObjectRef = { group: '', version: 'v1', kind: 'Secret', namespace: 'default', name: 'hidden' };
const SHOP: ObjectRef = { ...KUSTOMIZATION, namespace: 'flux-system', name: 'shop' };
const NAME = 'spec.replicas of Deployment default/web in dev';

let engine: EditorEngine;
/** The file and its text after the last edit that the engine asked for. */
let edited: { readonly path: string; readonly text: string } | undefined;
const said: string[] = [];

beforeAll(async () => {
  engine = await openEngine({
    url: URL,
    files: FILES,
    capabilities: { textDocument: { codeAction: { disabledSupport: true } }, workspace: { applyEdit: true } },
  });
  engine.client.onRequest('workspace/applyEdit', ({ edit }: ApplyWorkspaceEditParams) => {
    const [first] = (edit.documentChanges ?? []) as TextDocumentEdit[];
    const path = Object.keys(FILES).find((one) => engine.uri(one) === first?.textDocument.uri);
    const [one] = first?.edits ?? [];
    if (path === undefined || !one || !('newText' in one)) return { applied: false };
    const source = new SourceText(path, engine.read(path));
    const at = ({ line, character }: { line: number; character: number }): number =>
      source.offset({ line: line + 1, column: character + 1 });
    const { start, end } = one.range;
    edited = { path, text: source.text.slice(0, at(start)) + one.newText + source.text.slice(at(end)) };
    return { applied: true };
  });
  engine.client.onRequest('window/showMessageRequest', ({ message }: { message: string }) => {
    said.push(message);
    return null;
  });
  await until(async () => ((await replicas()) === 2 ? true : undefined));
});

afterAll(() => engine.end());

function kustomization(name: string, path: string): string {
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: ${name}\n  namespace: flux-system\nspec:\n  interval: 10m\n  path: ./${path}\n  prune: true\n  sourceRef:\n    kind: GitRepository\n    name: shop\n`;
}

async function replicas(): Promise<JsonValue | undefined> {
  return getPath(await engine.kube.get(WEB), 'spec', 'replicas');
}

function change(ref: ObjectRef, patch: Parameters<EditorEngine['kube']['patch']>[2]): Promise<unknown> {
  return engine.kube.patch(ref, 'application/merge-patch+json', patch, { fieldManager: 'kubectl-edit' });
}

/** What is offered at the first line of a file that contains the words. */
async function fixes(path: string, words: string): Promise<CodeAction[]> {
  const line = engine
    .read(path)
    .split('\n')
    .findIndex((one) => one.includes(words));
  const range = { start: { line, character: 4 }, end: { line, character: 4 } };
  const params = { textDocument: { uri: engine.uri(path) }, range, context: { diagnostics: [] } };
  return (await engine.client.sendRequest<CodeAction[] | null>('textDocument/codeAction', params)) ?? [];
}

async function choose(action: CodeAction | undefined): Promise<void> {
  if (typeof action?.command !== 'object') throw new Error('nothing of it can be chosen');
  const { command, arguments: args } = action.command;
  await engine.client.sendRequest('workspace/executeCommand', { command, arguments: args });
}

function offered(path: string, words: string): Promise<CodeAction[]> {
  return until(async () => {
    const found = await fixes(path, words);
    return found.length === 3 ? found : undefined;
  });
}

const nothingOffered = (path: string, words: string): Promise<true> =>
  until(async () => ((await fixes(path, words)).length === 0 ? true : undefined));

test('a drifted value is put back', async () => {
  expect(await fixes(OVERLAY, 'count')).toEqual([]);
  await change(WEB, { spec: { replicas: 7 } });
  const actions = await offered(OVERLAY, 'count');
  expect(actions.map(({ title }) => title)).toEqual([
    `Revert ${NAME} to 2`,
    `Adopt the live value 7 of ${NAME} into ${OVERLAY}:6`,
    `Ignore drift of ${NAME}: add it to spec.ignore of Kustomization shop`,
  ]);
  await choose(actions[0]);
  expect(await replicas()).toBe(2);
  await nothingOffered(OVERLAY, 'count');
});

test('a live value is adopted, and is what Git says after the commit', async () => {
  await change(WEB, { spec: { replicas: 5 } });
  const [, adopt] = await offered(OVERLAY, 'count');
  await choose(adopt);
  expect(edited).toEqual({ path: OVERLAY, text: FILES[OVERLAY].replace('count: 2', 'count: 5') });
  await engine.commit('five', { [OVERLAY]: edited?.text ?? '' });
  await nothingOffered(OVERLAY, 'count');
  expect(await replicas()).toBe(5);
});

test('a field is left to others from the commit on', async () => {
  await change(WEB, { spec: { replicas: 9 } });
  const [, , ignore] = await offered(OVERLAY, 'count');
  await choose(ignore);
  expect(edited?.path).toBe(CLUSTER);
  expect(edited?.text.slice(FILES[CLUSTER].length)).toBe(
    '  ignore:\n  - paths:\n    - /spec/replicas\n    target:\n      group: apps\n      kind: Deployment\n      name: web\n      namespace: default\n',
  );
  await engine.commit('whoever', { [CLUSTER]: edited?.text ?? '' });
  await nothingOffered(OVERLAY, 'count');
  await until(async () => (getPath(await engine.kube.get(SHOP), 'spec', 'ignore') === undefined ? undefined : true));
  // The commit that brings the rule may have put the value back before it was there: from now on it holds.
  await change(WEB, { spec: { replicas: 9 } });
  await engine.commit('another image', { 'base/web.yaml': FILES['base/web.yaml'].replace('web:1', 'web:2') });
  await until(async () => (JSON.stringify(await engine.kube.get(WEB)).includes('web:2') ? true : undefined));
  expect(await replicas()).toBe(9);
  expect(await fixes(OVERLAY, 'count')).toEqual([]);
});

test('a value of a Secret is in no title, is not adopted, and can be put back', async () => {
  await change(HIDDEN, { data: { key: 'b3RoZXI=' } });
  const actions = await offered('base/hidden.yaml', 'key');
  expect(JSON.stringify(actions)).not.toMatch(/b3RoZXI|abc|YWJj/);
  expect(actions.map(({ disabled }) => disabled?.reason)).toEqual([undefined, 'it is a value of a Secret', undefined]);
  await choose(actions[0]);
  expect(getPath(await engine.kube.get(HIDDEN), 'data', 'key')).toBe('YWJj');
  expect(said).toEqual([]);
});
