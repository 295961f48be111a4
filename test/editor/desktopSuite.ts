// The story's core through the editor's own API, inside its extension host. What eyes see (rows, colours, the order on
// the screen) is the browser suite's; this one shows that a desktop editor renders, explains, checks and follows.
import * as vscode from 'vscode';

const OVERLAY = 'apps/web/overlays/staging/kustomization.yaml';
const BASE = 'apps/web/base/deployment.yaml';
const PATIENCE_MS = 60_000;
const PREVIEW = vscode.Uri.from({
  scheme: 'plumbline-preview',
  path: '/web-staging.rendered.yaml',
  query: 'flux:flux-system/web-staging',
});

/** Called by the editor's test host. Prints a line for each step; throws at the first that fails. */
export async function run(): Promise<void> {
  const say = (line: string): void => console.log(line);
  let passed = 0;
  for (const [name, step] of STEPS) {
    try {
      await step();
      passed += 1;
      say(`✔ ${name}`);
    } catch (error) {
      say(`✗ ${name}: ${error instanceof Error ? error.message : String(error)}`);
      say(`${passed} passed, 1 failed, ${STEPS.length - passed - 1} skipped`);
      throw error;
    }
  }
  say(`${passed} passed, 0 failed, 0 skipped`);
}

const STEPS: readonly (readonly [string, () => Promise<void>])[] = [
  ['the extension is active and its commands are there', active],
  [
    'the preview renders the sample',
    async () => void (await until(async () => ((await previewText()).includes('replicas: 2') ? true : undefined))),
  ],
  ['the preview follows an unsaved edit', followsEdit],
  ['a hover says where a value came from', hovers],
  ['a mistake is a diagnostic where it was written', diagnoses],
];

async function active(): Promise<void> {
  const extension = vscode.extensions.getExtension('plumbline.plumbline');
  if (!extension) throw new Error('the extension is not installed');
  await extension.activate();
  const commands = new Set(await vscode.commands.getCommands(true));
  for (const id of ['plumbline.reconcile', 'plumbline.openPreview', 'plumbline.showPlan', 'plumbline.diff'])
    if (!commands.has(id)) throw new Error(`no command ${id}`);
}

async function followsEdit(): Promise<void> {
  const document = await vscode.workspace.openTextDocument(fileUri(OVERLAY));
  await vscode.window.showTextDocument(document);
  await replace(document, 'count: 2', 'count: 4');
  await until(async () => ((await previewText()).includes('replicas: 4') ? true : undefined));
  if (!document.isDirty) throw new Error('the edit was saved');
}

async function hovers(): Promise<void> {
  const document = await vscode.workspace.openTextDocument(fileUri(BASE));
  const at = document.positionAt(document.getText().indexOf('replicas: ') + 'replicas: '.length);
  const text = await until(async () => {
    const found = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, at);
    const words = found
      .flatMap((hover) => hover.contents.map((content) => (typeof content === 'string' ? content : content.value)))
      .join('\n');
    return words.includes('spec.replicas') ? words : undefined;
  });
  if (!text.includes('shop-staging/web') || !text.includes('overridden')) throw new Error(text);
}

async function diagnoses(): Promise<void> {
  const document = await vscode.workspace.openTextDocument(fileUri(BASE));
  await replace(document, 'containerPort: 8080', 'containerPort: eighty');
  const line = document.getText().slice(0, document.getText().indexOf('eighty')).split('\n').length - 1;
  await until(async () =>
    vscode.languages
      .getDiagnostics(document.uri)
      .find((one) => one.source === 'plumbline' && one.range.start.line === line),
  );
}

async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const start = document.getText().indexOf(from);
  if (start < 0) throw new Error(`${document.uri.path} does not contain ${from}`);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(
    document.uri,
    new vscode.Range(document.positionAt(start), document.positionAt(start + from.length)),
    to,
  );
  await vscode.workspace.applyEdit(edit);
}

async function previewText(): Promise<string> {
  return (await vscode.workspace.openTextDocument(PREVIEW)).getText();
}

function fileUri(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder) throw new Error('no folder is open');
  return vscode.Uri.joinPath(folder, path);
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const limit = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > limit) throw new Error(`not within ${PATIENCE_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
