// The one node of the embedded cluster. Its name and its runtime say that nothing runs on it.
import type { Disposable } from '../../model/disposable.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Clock } from '../../model/clock.ts';
import type { ObjectAccess } from '../access.ts';
import { timeOf } from './controller.ts';
import { NODE } from './kinds.ts';

export const NODE_NAME = 'embedded';

/** Creates the node where it is missing. A node that the user deleted comes back at the next start. */
export function node(access: ObjectAccess, clock: Clock): Disposable {
  const ref = { ...NODE, namespace: '', name: NODE_NAME };
  if (!access.get(ref)) {
    const made = access.create(
      {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: NODE_NAME, labels: { 'kubernetes.io/hostname': NODE_NAME, 'kubernetes.io/os': 'linux' } },
        spec: {},
      },
      'kubelet',
    );
    const ready = access.update({ ...made, status: statusOf(timeOf(clock.now())) }, 'kubelet', 'status');
    access.update({ ...ready, spec: {} }, 'kube-controller-manager');
  }
  return { dispose: () => undefined };
}

function statusOf(time: string): JsonObject {
  const capacity = { cpu: '8', memory: '16Gi', pods: '1000' };
  return {
    capacity,
    allocatable: capacity,
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'a stand-in for a kubelet: no containers run',
        lastHeartbeatTime: time,
        lastTransitionTime: time,
      },
    ],
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: NODE_NAME },
    ],
    nodeInfo: {
      architecture: 'amd64',
      bootID: '',
      containerRuntimeVersion: 'none://0',
      kernelVersion: '',
      kubeProxyVersion: '',
      kubeletVersion: 'v1.36.3+plumbline',
      machineID: '',
      operatingSystem: 'linux',
      osImage: 'embedded: no containers run',
      systemUUID: '',
    },
  };
}
