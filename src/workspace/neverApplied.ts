// What a Kustomization says that no controller would ever apply, whatever is in the cluster: the plan says it as the loop does.
import type { ControllerSettings } from '../model/controllerSettings.ts';
import type { JsonObject } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import { ignoreFault, readIgnoreRules } from '../diff/ignoreRules.ts';
import { expressionFault } from '../reconcile/expressionFault.ts';
import { sourceRefOf } from '../reconcile/fluxKinds.ts';
import { namesOf } from './waits.ts';

/** One sentence in the controller's words; undefined where nothing stands in the way. */
export function neverApplied(kustomization: JsonObject, settings: ControllerSettings): string | undefined {
  return (
    expressionFault(kustomization) ?? crossing(kustomization, settings) ?? ignoreFault(readIgnoreRules(kustomization))
  );
}

/** A source or a dependency of another namespace, where that is refused. */
function crossing(kustomization: JsonObject, settings: ControllerSettings): string | undefined {
  if (settings.noCrossNamespaceRefs !== true) return undefined;
  const { kind, namespace, name } = sourceRefOf(kustomization);
  const own = refOf(kustomization).namespace;
  const blocked = 'cross-namespace references have been blocked';
  if (namespace !== own) return `can't access '${kind}/${namespace}/${name}', ${blocked}`;
  const other = namesOf(kustomization).find((label) => !label.startsWith(`${own}/`));
  return other === undefined ? undefined : `can't access dependency '${other}', ${blocked}`;
}
