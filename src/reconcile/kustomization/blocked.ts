// Which Kustomizations wait for which others, noted before a dependency is read and until it was found ready. The status in
// the watch cache comes too late to tell: a dependency that becomes ready in between would be missed.
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { dependenciesOf } from '../../model/dependsOn.ts';
import { KUSTOMIZATION } from '../fluxKinds.ts';

export interface Blocked {
  /** To be called before the dependencies of a Kustomization are read. */
  waits(kustomization: JsonObject): void;
  /** All its dependencies are ready, or it is gone. */
  goesOn(ref: ObjectRef): void;
  /** Those that wait for this Kustomization. */
  by(dependency: ObjectRef): ObjectRef[];
}

export function createBlocked(): Blocked {
  const waiting = new Map<string, { readonly ref: ObjectRef; readonly for: ReadonlySet<string> }>();
  return {
    waits(kustomization) {
      const ref = refOf(kustomization);
      const names = dependenciesOf(kustomization).map(({ namespace, name }) =>
        keyOf({ ...KUSTOMIZATION, namespace, name }),
      );
      waiting.set(keyOf(ref), { ref, for: new Set(names) });
    },
    goesOn: (ref) => void waiting.delete(keyOf(ref)),
    by: (dependency) => [...waiting.values()].filter((one) => one.for.has(keyOf(dependency))).map(({ ref }) => ref),
  };
}
