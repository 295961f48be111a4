// The feature gates of kustomize-controller 1.9 (internal/features), as somebody switched them, and what they are without a word.
import type { ControllerSettings } from './controllerSettings.ts';
import { parseGoBool } from './goBool.ts';

/**
 * Every gate with its default here. Two differ from the controller's: a person waits for the local loop, which therefore leaves
 * a health check for a newer revision, and it makes the ExternalArtifacts itself.
 */
const GATES = {
  AdditiveCELDependencyCheck: false,
  CacheSecretsAndConfigMaps: false,
  CancelHealthCheckOnNewRevision: true,
  DirectSourceFetch: false,
  DisableConfigWatchers: false,
  DisableFailFastBehavior: false,
  DisableStatusPollerCache: true,
  ExternalArtifact: true,
  GroupChangeLog: false,
  MigrateAPIVersion: false,
  ObjectLevelWorkloadIdentity: false,
  StrictPostBuildSubstitutions: true,
} as const;

type FeatureGate = keyof typeof GATES;

export function isGateOn(settings: ControllerSettings | undefined, gate: FeatureGate): boolean {
  return settings?.featureGates?.get(gate) ?? GATES[gate];
}

/** The controller does not start with a gate that it does not know: its sentence about the first one. */
export function gateFault({ featureGates }: ControllerSettings): string | undefined {
  const unknown = [...(featureGates?.keys() ?? [])].find((name) => !Object.hasOwn(GATES, name));
  return unknown === undefined ? undefined : `feature-gate '${unknown}' not supported`;
}

/** `Name=true,Other=false`, of each word anew (k8s.io/component-base/cli/flag, MapStringBool). A sentence where that cannot be read. */
export function readFeatureGates(words: readonly string[]): ReadonlyMap<string, boolean> | string {
  const gates = new Map<string, boolean>();
  for (const pair of words.flatMap((word) => word.split(',')).filter((one) => one !== '')) {
    const at = pair.indexOf('=');
    if (at < 0) return 'malformed pair, expect string=bool';
    const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    const state = parseGoBool(value);
    if (state === undefined)
      return `invalid value of ${name}: ${value}, err: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
    gates.set(name, state);
  }
  return gates;
}
