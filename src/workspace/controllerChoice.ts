// What a person has told the local controller, as it is now: loops, plans and applies that begin read it here, so that none of
// them does what another does not.
import type { ControllerSettings } from '../model/controllerSettings.ts';
import { equalJson } from '../model/json.ts';
import type { JsonValue } from '../model/json.ts';

export interface ControllerChoice {
  readonly settings: ControllerSettings;
  /** False where that is what was said before. */
  choose(settings: ControllerSettings): boolean;
}

export function createControllerChoice(): ControllerChoice {
  let settings: ControllerSettings = {};
  return {
    get settings() {
      return settings;
    },
    choose: (to) => {
      const isSame = equalJson(wordsOf(settings), wordsOf(to));
      settings = to;
      return !isSame;
    },
  };
}

/** What is left out says the same as what is off. */
function wordsOf(settings: ControllerSettings): JsonValue {
  const { featureGates = new Map<string, boolean>(), ...others } = settings;
  const gates = [...featureGates].map(([name, on]) => `${name}=${String(on)}`).toSorted();
  const said = Object.entries({ ...others, gates }).filter(
    ([, value]) =>
      value !== undefined && value !== false && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return JSON.parse(JSON.stringify(Object.fromEntries(said))) as JsonValue;
}
