// DaemonSets: one pod on the one node.
import { getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import { runReconciler } from './controller.ts';
import type { ReconcileContext } from './controller.ts';
import { DAEMON_SET, POD } from './kinds.ts';
import { isDeleting, isReady, MANAGER, ownedBy, podOf, setStatus, templateHash } from './owned.ts';

const REVISION_LABEL = 'controller-revision-hash';

export const daemonSets = runReconciler({ kind: DAEMON_SET, owns: [POD], reconcile });

function reconcile(set: JsonObject, { access }: ReconcileContext): undefined {
  if (isDeleting(set)) return undefined;
  const revision = templateHash(getObject(set, 'spec', 'template') ?? {});
  const all = ownedBy(access, set, POD).filter((pod) => !isDeleting(pod));
  const current = all.filter((pod) => getString(pod, 'metadata', 'labels', REVISION_LABEL) === revision);
  const onDelete = getString(set, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  const kept = onDelete ? all : current;
  for (const pod of all) if (!kept.includes(pod)) access.delete(refOf(pod));
  const [pod] = kept;
  const running =
    pod ??
    access.create(
      podOf(set, getObject(set, 'spec', 'template') ?? {}, {
        generateName: `${getString(set, 'metadata', 'name') ?? ''}-`,
        labels: { [REVISION_LABEL]: revision },
      }),
      MANAGER,
    );
  const ready = isReady(running) ? 1 : 0;
  setStatus(access, set, {
    currentNumberScheduled: 1,
    desiredNumberScheduled: 1,
    numberMisscheduled: 0,
    numberReady: ready,
    observedGeneration: getPath(set, 'metadata', 'generation') ?? 1,
    updatedNumberScheduled: getString(running, 'metadata', 'labels', REVISION_LABEL) === revision ? 1 : 0,
    ...(ready > 0 ? { numberAvailable: ready } : { numberUnavailable: 1 }),
  });
  return undefined;
}
