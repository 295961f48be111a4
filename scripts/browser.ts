// `npm start -- --browser`: the editor in a browser, with this checkout as its extension, on a folder.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './freePort.ts';
import { installCodeServer, startCodeServer } from './codeServer.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: browser.ts FOLDER');

process.stderr.write('► looking for code-server (the first time it is installed from npm: some minutes)\n');
const failure = installCodeServer();
if (failure !== undefined) {
  process.stderr.write(`plumbline: ${failure}\n`);
  process.exit(2);
}
const data = mkdtempSync(join(tmpdir(), 'plumbline-browser-'));
const extensions = join(data, 'extensions');
mkdirSync(extensions, { recursive: true });
// A window of this folder alone: its README, and nothing of what the editor would like to be tried out.
const settings = { 'workbench.startupEditor': 'readme', 'workbench.secondarySideBar.defaultVisibility': 'hidden' };
mkdirSync(join(data, 'user', 'User'), { recursive: true });
writeFileSync(join(data, 'user', 'User', 'settings.json'), JSON.stringify(settings));
symlinkSync(root, join(extensions, 'plumbline'), 'dir');
const server = await startCodeServer({ folder, port: await freePort(), userData: join(data, 'user'), extensions });
process.stdout.write(`✔ ${server.url}/?folder=${encodeURIComponent(folder)}\n  Ctrl+C ends the editor.\n`);
server.process.on('exit', (code) => {
  rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code ?? 1);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.process.kill(signal));
