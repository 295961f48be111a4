// Remote resources in the editor, over the protocol: nothing is fetched until the settings name the host.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import type { Diagnostic } from 'vscode-languageserver/node';
import { initialize } from '../../test/initialize.ts';
import { serve } from './serve.ts';

const OBJECT = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: from-afar\n';

test.each([true, false])('a remote resource, in a folder whose trust is %s', async (trusted) => {
  let asked = 0;
  const web = createServer((_, response) => void ((asked += 1), response.end(OBJECT)));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(web.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-remote-'));
  mkdirSync(join(folder, 'app'));
  writeFileSync(join(folder, 'app/kustomization.yaml'), `resources:\n  - http://${host}/object.yaml\n`);
  const stop = new AbortController();
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const deps = { env: { PLUMBLINE_HOME: join(folder, '.home') }, self: { node: process.execPath, args: [] } };
  const ended = serve(toServer, toClient, deps, stop.signal);
  const client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  try {
    const told = await openFolder(folder, trusted, client);
    expect(await told(/Restricted Mode|not among the allowed hosts/)).toMatch(
      /setting plumbline\.remote\.allowedHosts/,
    );
    await client.sendNotification('workspace/didChangeConfiguration', {
      settings: { plumbline: { remote: { allowedHosts: [host] } } },
    });
    if (trusted) {
      await told(/^$/);
      const { text } = await client.sendRequest<{ text: string }>('plumbline/preview', { root: 'app' });
      expect(text).toContain('name: from-afar');
    } else {
      await told(/being fetched/);
      await told(/Restricted Mode/);
    }
    expect(asked).toBe(trusted ? 1 : 0);
  } finally {
    client.dispose();
    stop.abort();
    await ended;
    web.close();
    rmSync(folder, { recursive: true });
  }
});

/** Opens a folder; what is said of its kustomization can be waited for. */
async function openFolder(
  folder: string,
  trusted: boolean,
  client: ReturnType<typeof createMessageConnection>,
): Promise<(what: RegExp) => Promise<string>> {
  let said = '';
  let waiting: () => void = () => undefined;
  client.onNotification('textDocument/publishDiagnostics', ({ diagnostics }: { diagnostics: Diagnostic[] }) => {
    said = diagnostics.map(({ message }) => message).join('\n');
    waiting();
  });
  client.listen();
  await initialize(client, folder, { trusted });
  return (what) =>
    new Promise((resolve) => {
      waiting = () => (what.test(said) ? resolve(said) : undefined);
      waiting();
    });
}
