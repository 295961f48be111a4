// Sources that a Kustomization may not read, as somebody told the controller (kustomize-controller, getSource). Reads nothing.
import type { ControllerSettings } from '../../model/controllerSettings.ts';
import { isGateOn } from '../../model/featureGates.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import { EXTERNAL_ARTIFACT, sourceRefOf } from '../fluxKinds.ts';

/** The controller's sentence; undefined where it may be read. */
export function sourceDenied(kustomization: JsonObject, settings: ControllerSettings): string | undefined {
  const { kind, namespace, name } = sourceRefOf(kustomization);
  const denied = (why: string): string => `can't access '${kind}/${namespace}/${name}', ${why}`;
  if (settings.noCrossNamespaceRefs === true && namespace !== refOf(kustomization).namespace)
    return denied('cross-namespace references have been blocked');
  if (kind === EXTERNAL_ARTIFACT.kind && !isGateOn(settings, 'ExternalArtifact'))
    return denied('ExternalArtifact feature gate is disabled');
  return undefined;
}
