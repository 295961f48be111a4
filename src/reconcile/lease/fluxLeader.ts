// Whether Flux's own kustomize-controller works on a cluster, by the Lease with which it elects its leader: two reconcilers of
// the same objects would fight. Writes nothing.
import type { ObjectRef } from '../../model/objectRef.ts';
import { leaseTimes, SKEW_MS } from './leaseTimes.ts';
import { StatusError } from '../../kube/client.ts';
import type { KubeReader } from '../../kube/client.ts';

const LEASE: ObjectRef = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  namespace: 'flux-system',
  name: 'kustomize-controller-leader-election',
};
/** Of a Lease that does not say how long it lasts (fluxcd/pkg, runtime/leaderelection). */
const DURATION_S = 35;

/** Its leader; undefined where none is elected, it has ended, was killed a while ago, or may not be looked for. */
export async function fluxLeader(client: KubeReader, now: number, signal: AbortSignal): Promise<string | undefined> {
  const found = await client.get(LEASE, signal).catch((error: unknown) => {
    // Who may not look there must not be kept from working elsewhere.
    if (error instanceof StatusError && error.code === 403) return undefined;
    throw error;
  });
  const { holder, renewedAt, durationMs } = leaseTimes(found, DURATION_S);
  return holder !== '' && Math.abs(now - renewedAt) < durationMs + SKEW_MS ? holder : undefined;
}
