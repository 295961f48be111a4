// The first words that an editor and the engine exchange, for tests that speak to it over its protocol.
import { pathToFileURL } from 'node:url';
import type { ClientCapabilities, MessageConnection } from 'vscode-languageserver/node';

export interface FirstWords {
  readonly trusted: boolean;
  readonly capabilities?: ClientCapabilities;
}

/** Opens the folder. The connection listens already. */
export async function initialize(
  client: MessageConnection,
  folder: string,
  { trusted, capabilities = {} }: FirstWords,
): Promise<void> {
  await client.sendRequest('initialize', {
    processId: null,
    rootUri: null,
    capabilities,
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'test' }],
    initializationOptions: { trusted },
  });
  await client.sendNotification('initialized', {});
}
