// What the person has switched off, and what builds may fetch and run. Asked of the client where it can be asked, and taken from what it sends otherwise.
import { DidChangeConfigurationNotification } from 'vscode-languageserver/node';
import type { ClientCapabilities, Connection } from 'vscode-languageserver/node';
import type { Permission } from '../workspace/files/fetching.ts';
import type { ControllerSettings } from '../model/controllerSettings.ts';
import { controllerSettingsOf } from './controllerSettings.ts';
import { FEATURES } from './protocol.ts';
import type { Feature } from './protocol.ts';

export interface Settings {
  enabled(feature: Feature): boolean;
}

/** Who is told what the settings say, for the first time once they are known. */
export interface SettingsTaker {
  permit(permission: Permission): void;
  tellController(settings: ControllerSettings): void;
}

/**
 * Follows the settings; `changed` is called after each change, the taker told before. A client that does not answer allows
 * nothing. `start` resolves once they are known.
 */
export function followSettings(
  connection: Connection,
  capabilities: ClientCapabilities,
  changed: () => void,
  taker: SettingsTaker,
): Settings & { start(): Promise<void> } {
  const off = new Set<Feature>();
  const take = (section: unknown): void => {
    for (const feature of FEATURES) {
      const value = field(field(section, feature), 'enabled');
      if (value === false) off.add(feature);
      else off.delete(feature);
    }
    taker.permit(permissionOf(section));
    taker.tellController(controllerSettingsOf(section));
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
    start: async () => {
      if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true)
        void connection.client.register(DidChangeConfigurationNotification.type, { section: 'plumbline' });
      if (canAsk) await ask().catch(() => taker.permit(NOTHING));
      else taker.permit(NOTHING);
    },
  };
}

const NOTHING: Permission = { allowedHosts: [] };

/** A value of another type allows nothing. */
function permissionOf(section: unknown): Permission {
  const hosts = field(field(section, 'remote'), 'allowedHosts');
  const allowedHosts = Array.isArray(hosts) ? hosts.filter((host) => typeof host === 'string') : [];
  const helm = field(section, 'helm');
  if (field(helm, 'enabled') !== true) return { allowedHosts };
  const path = field(helm, 'path');
  return { allowedHosts, helm: typeof path === 'string' && path !== '' ? path : 'helm' };
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
