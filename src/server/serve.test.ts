// The language server over its own protocol, in this process: what an editor sees of a small repository.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import type { CodeAction, Diagnostic, Hover, MessageConnection } from 'vscode-languageserver/node';
import { initialize } from '../../test/initialize.ts';
import { serve } from './serve.ts';

const FILES = {
  'base/kustomization.yaml': 'resources:\n  - deployment.yaml\n',
  'base/deployment.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 2\n  selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      containers:\n        - name: web\n          image: web:1\n',
  'prod/kustomization.yaml': 'namespace: prod\nresources:\n  - ../base\nreplicas:\n  - name: web\n    count: 5\n',
};

let folder: string;
let stop: AbortController;
let ended: Promise<void>;
let client: MessageConnection;
let diagnostics: Map<string, Diagnostic[]>;
let waiting: Set<() => void>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-serve-'));
  for (const [path, text] of Object.entries(FILES)) write(path, text);
  stop = new AbortController();
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  ended = serve(
    toServer,
    toClient,
    { env: { PLUMBLINE_HOME: join(folder, '.home') }, self: { node: process.execPath, args: [] } },
    stop.signal,
  );
  client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  diagnostics = new Map();
  waiting = new Set();
  client.onNotification('textDocument/publishDiagnostics', (params: { uri: string; diagnostics: Diagnostic[] }) => {
    diagnostics.set(params.uri, params.diagnostics);
    changed();
  });
  client.onNotification('plumbline/previewChanged', changed);
  client.onNotification('plumbline/views', changed);
  client.listen();
  await initialize(client, folder, { trusted: false });
});

afterEach(async () => {
  client.dispose();
  stop.abort();
  await ended;
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function changed(): void {
  for (const check of waiting) check();
}

/** Resolves when the condition holds, looked at after each message of the server. */
function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  return new Promise((resolve) => {
    const check = async (): Promise<void> => {
      // A look that is still under way when the test ends is cut off with the connection.
      const found = await Promise.resolve(look()).catch(() => undefined);
      if (found === undefined) return;
      waiting.delete(start);
      resolve(found);
    };
    const start = (): void => void check();
    waiting.add(start);
    start();
  });
}

const uri = (path: string): string => pathToFileURL(join(folder, path)).href;
const open = (path: string, text: string): Promise<void> =>
  client.sendNotification('textDocument/didOpen', {
    textDocument: { uri: uri(path), languageId: 'yaml', version: 1, text },
  });
const edit = (path: string, text: string): Promise<void> =>
  client.sendNotification('textDocument/didChange', {
    textDocument: { uri: uri(path), version: 2 },
    contentChanges: [{ text }],
  });
const preview = async (root: string): Promise<string | undefined> => {
  const { text } = await client.sendRequest<{ text: string }>('plumbline/preview', { root });
  return text.includes('kind:') ? text : undefined;
};

test('the preview follows an unsaved edit', async () => {
  expect(await until(() => preview('prod'))).toContain('replicas: 5');
  await open('prod/kustomization.yaml', FILES['prod/kustomization.yaml']);
  await edit('prod/kustomization.yaml', FILES['prod/kustomization.yaml'].replace('count: 5', 'count: 7'));
  expect(await until(async () => ((await preview('prod')) ?? '').match(/replicas: 7/)?.[0])).toBe('replicas: 7');
});

test('a hover in a base says what the overlay made of the value, with a link', async () => {
  await until(() => preview('prod'));
  await open('base/deployment.yaml', FILES['base/deployment.yaml']);
  const hover = await client.sendRequest<Hover>('textDocument/hover', {
    textDocument: { uri: uri('base/deployment.yaml') },
    position: { line: 5, character: 12 },
  });
  const { value } = hover.contents as { value: string };
  expect(value).toContain('`5` `spec.replicas` of Deployment prod/web');
  expect(value).toContain(`(${uri('prod/kustomization.yaml')}#L`);
  expect(value).toMatch(/`2` .*base\/deployment.*overridden/);
});

test('a mistake gets a squiggle where it was written, and the last good preview stays', async () => {
  await until(() => preview('prod'));
  await open('prod/kustomization.yaml', FILES['prod/kustomization.yaml']);
  await edit('prod/kustomization.yaml', FILES['prod/kustomization.yaml'].replace('../base', '../bsae'));
  const [first] = await until(() => {
    const found = diagnostics.get(uri('prod/kustomization.yaml')) ?? [];
    return found.length > 0 ? found : undefined;
  });
  expect(first).toMatchObject({ severity: 1, source: 'plumbline', range: { start: { line: 2 } } });
  const text = await preview('prod');
  expect(text).toMatch(/^# prod: .*bsae/);
  expect(text).toContain('replicas: 5');
});

test.each([
  ['a wrong type', 'base/deployment.yaml', 'replicas: 2', 'replicas: two', 6],
  ['an unknown field', 'base/deployment.yaml', 'replicas: 2', 'replicsa: 2', 6],
  [
    'a patch that matches nothing',
    'prod/kustomization.yaml',
    'replicas:',
    'patches:\n  - patch: |-\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata:\n        name: wbe\nreplicas:',
    5,
  ],
  ['a missing file', 'base/kustomization.yaml', 'deployment.yaml', 'deploymnet.yaml', 2],
  ['broken YAML', 'base/deployment.yaml', 'kind: Deployment', 'kind: [Deployment', 2],
])('%s is told where it was written', async (_, path, from, to, line) => {
  await until(() => preview('prod'));
  const text = FILES[path as keyof typeof FILES];
  await open(path, text);
  await edit(path, text.replace(from, to));
  const found = await until(() => diagnostics.get(uri(path))?.find((one) => one.severity === 1));
  // Broken YAML is noticed where it can go no further, on the line or after it.
  expect(found.range.start.line + 1).toBeGreaterThanOrEqual(line);
  expect(found.range.start.line + 1).toBeLessThanOrEqual(line + 4);
  expect([...diagnostics.keys()].filter((one) => (diagnostics.get(one) ?? []).length > 0)).toEqual([uri(path)]);
});

test("a Secret's values are in no preview and no hover", async () => {
  await until(() => preview('prod'));
  const text = `${FILES['prod/kustomization.yaml']}secretGenerator:\n  - name: login\n    literals:\n      - password=hunter2\n`;
  await open('prod/kustomization.yaml', text);
  const rendered = await until(async () =>
    ((await preview('prod')) ?? '').includes('kind: Secret') ? preview('prod') : undefined,
  );
  expect(rendered).toContain('password: •••');
  expect(rendered).not.toMatch(/hunter2|aHVudGVyMg/);
  const line = text.split('\n').findIndex((one) => one.includes('hunter2'));
  const hover = await client.sendRequest<Hover | null>('textDocument/hover', {
    textDocument: { uri: uri('prod/kustomization.yaml') },
    position: { line, character: 12 },
  });
  expect(JSON.stringify(hover)).not.toMatch(/hunter2|aHVudGVyMg/);
});

test('without trust no cluster is reached', async () => {
  await until(() => preview('prod'));
  await expect(
    client.sendRequest('plumbline/createCluster', { name: 'dev', provider: 'embedded', token: 't' }),
  ).rejects.toThrow(/^This folder is in Restricted Mode/);
});

interface Spot {
  readonly targetUri?: string;
  readonly uri?: string;
  readonly range: { readonly start: { readonly line: number } };
}
const at = (method: string, path: string, line: number, character: number): Promise<Spot[]> =>
  client.sendRequest(method, {
    textDocument: { uri: uri(path) },
    position: { line, character },
    context: { includeDeclaration: false },
  });

test('definition: from a path and a field of a kustomization, and from the preview', async () => {
  await until(() => preview('prod'));
  const target = async (path: string, line: number, character: number): Promise<string | undefined> =>
    (await at('textDocument/definition', path, line, character))[0]?.targetUri;
  expect(await target('prod/kustomization.yaml', 2, 6)).toBe(uri('base/kustomization.yaml'));
  expect(await target('prod/kustomization.yaml', 4, 11)).toBe(uri('base/deployment.yaml'));
  const lines = ((await preview('prod')) ?? '').split('\n');
  const found = await client.sendRequest<Spot[]>('textDocument/definition', {
    textDocument: { uri: 'plumbline-preview:/prod.rendered.yaml?prod' },
    position: { line: lines.indexOf('  replicas: 5'), character: 12 },
  });
  expect(found.map(({ targetUri }) => targetUri)).toEqual([uri('prod/kustomization.yaml')]);
});

test('references: of a value the rendered fields, of a name the files that mention it', async () => {
  await until(() => preview('prod'));
  const fields = await at('textDocument/references', 'base/deployment.yaml', 5, 12);
  expect(fields.map((one) => one.uri)).toEqual(['plumbline-preview:/prod.rendered.yaml?prod']);
  const mentions = await at('textDocument/references', 'base/deployment.yaml', 3, 9);
  expect(mentions.map((one) => one.uri)).toEqual([uri('prod/kustomization.yaml')]);
});

test('lenses, hints and links of unsaved text; each can be switched off', async () => {
  await until(() => preview('prod'));
  const text = `# a comment\n${FILES['base/deployment.yaml']}`;
  await open('base/deployment.yaml', FILES['base/deployment.yaml']);
  await edit('base/deployment.yaml', text);
  const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const hints = (): Promise<{ position: { line: number }; label: { value: string }[] }[] | null> =>
    client.sendRequest('textDocument/inlayHint', { textDocument: { uri: uri('base/deployment.yaml') }, range: whole });
  const found = await hints();
  expect(found?.map(({ position, label }) => [position.line, label[0]?.value])).toEqual([[6, '→ 5 in prod']]);
  const lenses = await client.sendRequest<{ command: { title: string; arguments: unknown[] } }[]>(
    'textDocument/codeLens',
    { textDocument: { uri: uri('prod/kustomization.yaml') } },
  );
  expect(lenses.map(({ command }) => command.title)).toEqual(['reaches 1 object in 1 kustomization']);
  const links = await client.sendRequest<{ target: string }[]>('textDocument/documentLink', {
    textDocument: { uri: uri('base/kustomization.yaml') },
  });
  expect(links.map(({ target }) => target)).toEqual([uri('base/deployment.yaml')]);
  await client.sendNotification('workspace/didChangeConfiguration', {
    settings: { plumbline: { inlayHints: { enabled: false } } },
  });
  expect(await hints()).toBeNull();
});

test('a line of a source and a line of the preview find each other', async () => {
  await until(() => preview('prod'));
  const line = ((await preview('prod')) ?? '').split('\n').indexOf('  replicas: 5');
  expect(
    await client.sendRequest('plumbline/toPreview', {
      uri: uri('base/deployment.yaml'),
      position: { line: 5, character: 2 },
      root: 'prod',
    }),
  ).toMatchObject({ start: { line } });
  const places = await client.sendRequest<Spot[]>('plumbline/toSource', {
    root: 'prod',
    position: { line, character: 4 },
  });
  expect(places.map((one) => one.uri)).toEqual([uri('prod/kustomization.yaml'), uri('base/deployment.yaml')]);
});

const DEPLOYMENT = FILES['base/deployment.yaml'];
const PROD = FILES['prod/kustomization.yaml'];

test.each([
  ['an unknown field', 'base/deployment.yaml', DEPLOYMENT, 'replicas: 2', 'replica: 2', 'Change replica to replicas'],
  ['a field of kustomize', 'prod/kustomization.yaml', PROD, 'namespace:', 'namespce:', 'Change namespce to namespace'],
  ['a path', 'prod/kustomization.yaml', PROD, '../base', '../bsae', 'Change ../bsae to ../base'],
  ['a name', 'prod/kustomization.yaml', PROD, 'name: web', 'name: wbe', 'Change wbe to web'],
  [
    'a kind',
    'base/deployment.yaml',
    DEPLOYMENT,
    'kind: Deployment',
    'kind: Deploymnet',
    'Change Deploymnet to Deployment',
  ],
  ['quotes', 'base/deployment.yaml', DEPLOYMENT, 'replicas: 2', "replicas: '2'", "Change '2' to 2"],
])('%s with an obvious slip has a fix that mends it', async (_, path, right, good, bad, title) => {
  await until(() => preview('prod'));
  const wrong = right.replace(good, bad);
  await open(path, right);
  await edit(path, wrong);
  const [first] = await until(() => {
    const found = diagnostics.get(uri(path)) ?? [];
    return found.length > 0 ? found : undefined;
  });
  const actions = await client.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri: uri(path) },
    range: first?.range,
    context: { diagnostics: diagnostics.get(uri(path)) },
  });
  expect(actions.map((action) => action.title)).toEqual([title]);
  const [change] = actions[0]?.edit?.changes?.[uri(path)] ?? [];
  const lines = wrong.split('\n');
  const { line, character } = change?.range.start ?? { line: 0, character: 0 };
  const text = lines[line] ?? '';
  lines[line] = text.slice(0, character) + (change?.newText ?? '') + text.slice(change?.range.end.character);
  expect(lines.join('\n')).toBe(right);
});
