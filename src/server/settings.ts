// What the person has switched off. Asked of the client where it can be asked, and taken from what it sends otherwise.
import { DidChangeConfigurationNotification } from 'vscode-languageserver/node';
import type { ClientCapabilities, Connection } from 'vscode-languageserver/node';
import { FEATURES } from './protocol.ts';
import type { Feature } from './protocol.ts';

export interface Settings {
  enabled(feature: Feature): boolean;
}

/** Follows the settings; `changed` is called after each change. */
export function followSettings(
  connection: Connection,
  capabilities: ClientCapabilities,
  changed: () => void,
): Settings & { start(): void } {
  const off = new Set<Feature>();
  const take = (section: unknown): void => {
    for (const feature of FEATURES) {
      const value = field(field(section, feature), 'enabled');
      if (value === false) off.add(feature);
      else off.delete(feature);
    }
    changed();
  };
  const canAsk = capabilities.workspace?.configuration === true;
  const ask = async (): Promise<void> => take(await connection.workspace.getConfiguration('plumbline'));
  connection.onDidChangeConfiguration(({ settings }: { settings: unknown }) => {
    if (canAsk) void ask().catch(() => undefined);
    else take(field(settings, 'plumbline'));
  });
  return {
    enabled: (feature) => !off.has(feature),
    start: () => {
      if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true)
        void connection.client.register(DidChangeConfigurationNotification.type, { section: 'plumbline' });
      if (canAsk) void ask().catch(() => undefined);
    },
  };
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
