// Whether Flux's own kustomize-controller is installed in a cluster, and which Flux that is. One watch; asks nothing besides.
import { DisposableStore } from '../../model/disposable.ts';
import type { Disposable } from '../../model/disposable.ts';
import { getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { FluxController } from '../state.ts';

const NAMESPACE = 'flux-system';
const NAME = 'kustomize-controller';
/** Flux's manifests say it of each of their objects. */
const VERSION_LABEL = 'app.kubernetes.io/version';

/** Tells it whenever it may be another one. Where the account may not look, nothing is told. */
export function followFluxController(client: KubeClient, tell: (flux: FluxController | undefined) => void): Disposable {
  const store = new DisposableStore();
  let disposed = false;
  const open = async (): Promise<void> => {
    const type = await client.resourceType({ group: 'apps', version: 'v1', kind: 'Deployment' }).catch(() => undefined);
    if (disposed || !type) return;
    const cache = store.add(client.watch(type, { namespace: NAMESPACE, fieldSelector: `metadata.name=${NAME}` }));
    let last: string | undefined;
    const look = (): void => {
      const found = cache.get(NAMESPACE, NAME);
      const flux = found && controllerOf(found);
      if (flux?.version === last) return;
      last = flux?.version;
      tell(flux);
    };
    store.add(cache.onChange(look));
  };
  void open();
  return {
    dispose: () => {
      disposed = true;
      store.dispose();
    },
  };
}

/** Undefined where it is scaled to nothing: it reconciles nothing then. */
function controllerOf(deployment: JsonObject): FluxController | undefined {
  if (getPath(deployment, 'spec', 'replicas') === 0) return undefined;
  return { version: (getString(deployment, 'metadata', 'labels', VERSION_LABEL) ?? '').replace(/^v/, '') };
}
