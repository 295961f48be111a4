// Defaults of pod specs, alone and in templates (k8s.io/kubernetes pkg/apis/core/v1/defaults.go).
import type { JsonObject } from '../../model/json.ts';
import { itemsAt, objectAt, setDefault, setDefaults, structAt } from './defaulting.ts';
import { isImageReference } from './imageReference.ts';
import type { KindContext } from './kind.ts';

const FILE_MODE = 0o644;
const TOKEN_SECONDS = 3600;
/** Of sources that are rare. */
const SOURCE_DEFAULTS: Readonly<Record<string, JsonObject>> = {
  azureDisk: { cachingMode: 'ReadWrite', fsType: 'ext4', kind: 'Shared', readOnly: false },
  iscsi: { iscsiInterface: 'default' },
  rbd: { keyring: '/etc/ceph/keyring', pool: 'rbd', user: 'admin' },
  scaleIO: { fsType: 'xfs', storageMode: 'ThinProvisioned' },
};
const VOLUME_SOURCES_WITH_MODE = ['secret', 'configMap', 'downwardAPI', 'projected'];

/** Defaults of a template: `object[key]` is a PodTemplateSpec. */
export function defaultTemplate(parent: JsonObject, key = 'template'): void {
  const template = structAt(parent, key);
  structAt(template, 'metadata');
  defaultPodSpec(structAt(template, 'spec'));
}

export function defaultPodSpec(spec: JsonObject): void {
  // The old name of the field goes along with the new one.
  const account = spec['serviceAccountName'] ?? spec['serviceAccount'];
  if (account !== undefined && account !== '')
    Object.assign(spec, { serviceAccountName: account, serviceAccount: account });
  for (const field of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const container of itemsAt(spec, field)) defaultContainer(container);
  }
  for (const volume of itemsAt(spec, 'volumes')) defaultVolume(volume);
  setDefaults(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: () => ({}),
    schedulerName: 'default-scheduler',
  });
}

function defaultContainer(container: JsonObject): void {
  structAt(container, 'resources');
  setDefaults(container, {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(container),
  });
  for (const port of itemsAt(container, 'ports')) setDefault(port, 'protocol', 'TCP');
  for (const variable of itemsAt(container, 'env')) {
    const field = objectAt(objectAt(variable, 'valueFrom'), 'fieldRef');
    if (field) setDefault(field, 'apiVersion', 'v1');
  }
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(objectAt(container, probe));
  const lifecycle = objectAt(container, 'lifecycle');
  for (const hook of ['postStart', 'preStop']) defaultHttpGet(objectAt(lifecycle, hook));
}

/** `Always` for the tag `latest`, written or implied; `IfNotPresent` for all others, and for what names no image. */
function pullPolicy(container: JsonObject): string {
  const image = typeof container['image'] === 'string' ? container['image'] : '';
  if (!isImageReference(image)) return 'IfNotPresent';
  const [name = '', digest] = image.split('@');
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return (tag ?? (digest === undefined ? 'latest' : '')) === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: JsonObject | undefined): void {
  if (!probe) return;
  setDefaults(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  for (const field of ['timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold']) {
    if (probe[field] === 0)
      probe[field] = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }[field] ?? 0;
  }
  defaultHttpGet(probe);
  const grpc = objectAt(probe, 'grpc');
  if (grpc) setDefault(grpc, 'service', '');
}

function defaultHttpGet(handler: JsonObject | undefined): void {
  const get = objectAt(handler, 'httpGet');
  if (get) setDefaults(get, { path: '/', scheme: 'HTTP' });
}

function defaultVolume(volume: JsonObject): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume['emptyDir'] = {};
  for (const source of VOLUME_SOURCES_WITH_MODE) {
    const found = objectAt(volume, source);
    if (found) setDefault(found, 'defaultMode', FILE_MODE);
  }
  for (const item of [
    ...itemsAt(objectAt(volume, 'downwardAPI'), 'items'),
    ...itemsAt(objectAt(volume, 'projected'), 'sources').flatMap((source) =>
      itemsAt(objectAt(source, 'downwardAPI'), 'items'),
    ),
  ]) {
    const field = objectAt(item, 'fieldRef');
    if (field) setDefault(field, 'apiVersion', 'v1');
  }
  for (const source of itemsAt(objectAt(volume, 'projected'), 'sources')) {
    const token = objectAt(source, 'serviceAccountToken');
    if (token) setDefault(token, 'expirationSeconds', TOKEN_SECONDS);
  }
  for (const [source, fields] of Object.entries(SOURCE_DEFAULTS)) {
    const found = objectAt(volume, source);
    if (found) setDefaults(found, fields);
  }
  const hostPath = objectAt(volume, 'hostPath');
  if (hostPath) setDefault(hostPath, 'type', '');
}

/** What a pod of its own has beyond a template: requests follow limits, tolerations, priority. */
export function defaultPod(pod: JsonObject): void {
  const spec = structAt(pod, 'spec');
  for (const field of ['initContainers', 'containers'])
    for (const container of itemsAt(spec, field)) requestLimits(container);
  setDefault(spec, 'enableServiceLinks', true);
  // Templates keep their ports as they are.
  if (spec['hostNetwork'] === true)
    for (const field of ['initContainers', 'containers'])
      for (const container of itemsAt(spec, field))
        for (const port of itemsAt(container, 'ports')) setDefault(port, 'hostPort', port['containerPort'] ?? 0);
  pairAddresses(objectAt(pod, 'status'));
  defaultPodSpec(spec);
}

/** The first of the addresses has a field of its own; the older field wins where they differ. */
function pairAddresses(status: JsonObject | undefined): void {
  if (!status) return;
  const [one, first] = [status['podIP'], itemsAt(status, 'podIPs')[0]?.['ip']];
  if (typeof one === 'string' && one !== '') {
    if (first !== one) status['podIPs'] = [{ ip: one }];
  } else if (first !== undefined) status['podIP'] = first;
}

function requestLimits(container: JsonObject): void {
  const resources = objectAt(container, 'resources');
  const limits = objectAt(resources, 'limits');
  if (!resources || !limits) return;
  const requests = structAt(resources, 'requests');
  for (const [name, value] of Object.entries(limits)) setDefault(requests, name, value);
}

const TOLERATION_SECONDS = 300;

/** What is added to a new pod: tolerations for a node that goes away (admission's), and its first status. */
export function admitPod(pod: JsonObject, { now }: KindContext): void {
  const spec = structAt(pod, 'spec');
  tolerateLostNodes(spec);
  const gated = {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: now,
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
  };
  pod['status'] = {
    phase: 'Pending',
    ...(itemsAt(spec, 'schedulingGates').length > 0 ? { conditions: [gated] } : {}),
    qosClass: qualityOfService(spec),
  };
}

/** A pod stays for some minutes on a node that cannot be reached, unless it says otherwise. */
export function tolerateLostNodes(spec: JsonObject): void {
  const tolerations = itemsAt(spec, 'tolerations');
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const covered = tolerations.some(
      (one) =>
        (one['key'] === key || one['key'] === undefined) &&
        [undefined, '', 'NoExecute'].includes(one['effect'] as string | undefined),
    );
    if (!covered)
      tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATION_SECONDS });
  }
  spec['tolerations'] = tolerations;
}

/** What an update keeps where it says nothing: admission computed it. */
export function keepPriority(pod: JsonObject, old: JsonObject): void {
  const [spec, before] = [structAt(pod, 'spec'), objectAt(old, 'spec') ?? {}];
  for (const field of ['priority', 'preemptionPolicy'])
    if (before[field] !== undefined) setDefault(spec, field, before[field]);
}

/** A status without its class has the one of before; so have conditions and the status their observedGeneration. */
export function keepStatusOfPod(pod: JsonObject, old: JsonObject): void {
  const [status, before] = [structAt(pod, 'status'), objectAt(old, 'status') ?? {}];
  for (const field of ['qosClass', 'observedGeneration'])
    if (before[field] !== undefined && (status[field] ?? '') === '') status[field] = before[field];
  const left = itemsAt(before, 'conditions');
  for (const condition of itemsAt(status, 'conditions')) {
    const at = left.findIndex((other) => other['type'] === condition['type']);
    const [found] = at === -1 ? [] : left.splice(at, 1);
    const generation = found?.['observedGeneration'];
    if (generation !== undefined) setDefault(condition, 'observedGeneration', generation);
  }
  const owners = objectAt(old, 'metadata')?.['ownerReferences'];
  if (owners === undefined) delete structAt(pod, 'metadata')['ownerReferences'];
  else structAt(pod, 'metadata')['ownerReferences'] = owners;
}

/** Guaranteed when every container limits cpu and memory to what it requests, BestEffort when none asks for any. */
function qualityOfService(spec: JsonObject): string {
  const containers = [...itemsAt(spec, 'initContainers'), ...itemsAt(spec, 'containers')];
  const amounts = (container: JsonObject, kind: string): JsonObject =>
    objectAt(objectAt(container, 'resources'), kind) ?? {};
  const asks = containers.some((one) =>
    ['cpu', 'memory'].some(
      (name) => amounts(one, 'requests')[name] !== undefined || amounts(one, 'limits')[name] !== undefined,
    ),
  );
  if (!asks) return 'BestEffort';
  const guaranteed = containers.every((one) =>
    ['cpu', 'memory'].every(
      (name) =>
        amounts(one, 'limits')[name] !== undefined && amounts(one, 'limits')[name] === amounts(one, 'requests')[name],
    ),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
