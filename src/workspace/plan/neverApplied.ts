// What a Kustomization says that no controller would ever apply, whatever is in the cluster: the plan says it as the loop does.
import type { ControllerSettings } from '../../model/controllerSettings.ts';
import { gateFault } from '../../model/featureGates.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import { ignoreFault, readIgnoreRules } from '../../diff/ignoreRules.ts';
import { expressionFault } from '../../reconcile/kustomization/expressionFault.ts';
import { sourceDenied } from '../../reconcile/kustomization/sourceDenied.ts';
import { namesOf } from './waits.ts';

/** One sentence in the controller's words; undefined where nothing stands in the way. */
export function neverApplied(kustomization: JsonObject, settings: ControllerSettings): string | undefined {
  return (
    gateFault(settings) ??
    expressionFault(kustomization) ??
    sourceDenied(kustomization, settings) ??
    crossing(kustomization, settings) ??
    ignoreFault(readIgnoreRules(kustomization))
  );
}

/** A dependency of another namespace, where that is refused. */
function crossing(kustomization: JsonObject, settings: ControllerSettings): string | undefined {
  if (settings.noCrossNamespaceRefs !== true) return undefined;
  const { namespace } = refOf(kustomization);
  const other = namesOf(kustomization).find((label) => !label.startsWith(`${namespace}/`));
  return other && `can't access dependency '${other}', cross-namespace references have been blocked`;
}
