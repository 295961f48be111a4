// What the person tells the local controller, read from the settings: with the names of kustomize-controller's own flags.
import type { ControllerSettings } from '../model/controllerSettings.ts';
import { isJsonObject } from '../model/json.ts';
import type { JsonValue } from '../model/json.ts';

/** A value of another type says nothing. */
export function controllerSettingsOf(section: unknown): ControllerSettings {
  const plumbline = section as JsonValue | undefined;
  const controller = isJsonObject(plumbline) ? plumbline['controller'] : undefined;
  if (!isJsonObject(controller)) return {};
  const account = controller['defaultServiceAccount'];
  return {
    defaultServiceAccount: typeof account === 'string' && account.trim() !== '' ? account.trim() : undefined,
    noCrossNamespaceRefs: controller['noCrossNamespaceRefs'] === true,
    overrideManagers: textsOf(controller['overrideManagers']),
    customStageKinds: textsOf(controller['customApplyStageKinds']),
    featureGates: gatesOf(controller['featureGates']),
  };
}

function gatesOf(value: JsonValue | undefined): ReadonlyMap<string, boolean> {
  if (!isJsonObject(value)) return new Map();
  return new Map(Object.entries(value).flatMap(([name, on]) => (typeof on === 'boolean' ? [[name, on]] : [])));
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one) => (typeof one === 'string' && one.trim() !== '' ? [one.trim()] : []));
}
