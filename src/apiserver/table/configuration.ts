// Printers of configuration, storage, access and cluster-wide kinds.
import { getList, getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { age, nameOf, NONE, numberAt, objectsAt, printer, since, UNKNOWN, UNSET } from './printer.ts';
import type { Printer } from './printer.ts';

const count = (object: JsonObject, ...fields: string[]): number =>
  fields.reduce((sum, field) => sum + Object.keys(getObject(object, field) ?? {}).length, 0);

export const configMap = printer(['Name', 'Data', 'Age'], (object, now) => [
  nameOf(object),
  count(object, 'data', 'binaryData'),
  age(object, now),
]);

export const secret = printer(['Name', 'Type', 'Data', 'Age'], (object, now) => [
  nameOf(object),
  getString(object, 'type') ?? 'Opaque',
  count(object, 'data'),
  age(object, now),
]);

export const named = printer(['Name', 'Age'], (object, now) => [nameOf(object), age(object, now)]);

/** Kinds that are shown with the time of their creation in place of an age. */
export const dated: Printer = printer(['Name', 'Created At:date'], (object) => [
  nameOf(object),
  getString(object, 'metadata', 'creationTimestamp') ?? '',
]);

export const roleBinding = printer(['Name', 'Role', 'Age', 'Users*', 'Groups*', 'ServiceAccounts*'], (object, now) => {
  const subjects = (kind: string): string =>
    objectsAt(object, 'subjects')
      .filter((subject) => subject['kind'] === kind)
      .map((subject) =>
        kind === 'ServiceAccount'
          ? `${getString(subject, 'namespace') ?? ''}/${getString(subject, 'name') ?? ''}`
          : (getString(subject, 'name') ?? ''),
      )
      .join(', ');
  const role = `${getString(object, 'roleRef', 'kind') ?? ''}/${getString(object, 'roleRef', 'name') ?? ''}`;
  return [nameOf(object), role, age(object, now), subjects('User'), subjects('Group'), subjects('ServiceAccount')];
});

export const namespace = printer(['Name', 'Status', 'Age'], (object, now) => [
  nameOf(object),
  getString(object, 'status', 'phase') ?? '',
  age(object, now),
]);

export const node = printer(
  [
    'Name',
    'Status',
    'Roles',
    'Age',
    'Version',
    'Internal-IP*',
    'External-IP*',
    'OS-Image*',
    'Kernel-Version*',
    'Container-Runtime*',
  ],
  (object, now) => {
    const address = (type: string): string => {
      const found = objectsAt(object, 'status', 'addresses').find((one) => one['type'] === type);
      return (found && getString(found, 'address')) || NONE;
    };
    const info = (field: string): string => getString(object, 'status', 'nodeInfo', field) || UNKNOWN;
    return [
      nameOf(object),
      nodeStatus(object),
      nodeRoles(object),
      age(object, now),
      getString(object, 'status', 'nodeInfo', 'kubeletVersion') ?? '',
      address('InternalIP'),
      address('ExternalIP'),
      info('osImage'),
      info('kernelVersion'),
      info('containerRuntimeVersion'),
    ];
  },
);

function nodeStatus(object: JsonObject): string {
  const ready = objectsAt(object, 'status', 'conditions').find((one) => one['type'] === 'Ready');
  const word = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady';
  return getPath(object, 'spec', 'unschedulable') === true ? `${word},SchedulingDisabled` : word;
}

function nodeRoles(object: JsonObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(getObject(object, 'metadata', 'labels') ?? {})
    .filter((label) => label.startsWith(prefix))
    .map((label) => label.slice(prefix.length));
  return roles.length === 0 ? NONE : roles.sort().join(',');
}

const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

function accessModes(object: JsonObject, ...path: string[]): string {
  return (getList(object, ...path) ?? []).map((mode) => MODES[String(mode)] ?? String(mode)).join(',');
}

export const persistentVolumeClaim = printer(
  [
    'Name',
    'Status',
    'Volume',
    'Capacity',
    'Access Modes',
    'StorageClass',
    'VolumeAttributesClass',
    'Age',
    'VolumeMode*',
  ],
  (object, now) => {
    const volume = getString(object, 'spec', 'volumeName') ?? '';
    return [
      nameOf(object),
      getString(object, 'metadata', 'deletionTimestamp') === undefined
        ? (getString(object, 'status', 'phase') ?? '')
        : 'Terminating',
      volume,
      volume === '' ? '' : (getString(object, 'status', 'capacity', 'storage') ?? ''),
      volume === '' ? '' : accessModes(object, 'status', 'accessModes'),
      getString(object, 'spec', 'storageClassName') ?? '',
      getString(object, 'spec', 'volumeAttributesClassName') ?? UNSET,
      age(object, now),
      getString(object, 'spec', 'volumeMode') ?? UNSET,
    ];
  },
);

export const persistentVolume = printer(
  [
    'Name',
    'Capacity',
    'Access Modes',
    'Reclaim Policy',
    'Status',
    'Claim',
    'StorageClass',
    'VolumeAttributesClass',
    'Reason',
    'Age',
    'VolumeMode*',
  ],
  (object, now) => {
    const claim = getObject(object, 'spec', 'claimRef');
    return [
      nameOf(object),
      getString(object, 'spec', 'capacity', 'storage') ?? '',
      accessModes(object, 'spec', 'accessModes'),
      getString(object, 'spec', 'persistentVolumeReclaimPolicy') ?? '',
      getString(object, 'status', 'phase') ?? '',
      claim ? `${getString(claim, 'namespace') ?? ''}/${getString(claim, 'name') ?? ''}` : '',
      getString(object, 'spec', 'storageClassName') ?? '',
      getString(object, 'spec', 'volumeAttributesClassName') ?? UNSET,
      getString(object, 'status', 'reason') ?? '',
      age(object, now),
      getString(object, 'spec', 'volumeMode') ?? UNSET,
    ];
  },
);

export const lease = printer(['Name', 'Holder', 'Age'], (object, now) => [
  nameOf(object),
  getString(object, 'spec', 'holderIdentity') ?? '',
  age(object, now),
]);

export const webhookConfiguration = printer(['Name', 'Webhooks:integer', 'Age'], (object, now) => [
  nameOf(object),
  (getList(object, 'webhooks') ?? []).length,
  age(object, now),
]);

export const priorityClass = printer(
  ['Name', 'Value:integer', 'Global-Default:boolean', 'Age', 'PreemptionPolicy'],
  (object, now) => [
    nameOf(object),
    numberAt(object, 'value'),
    getPath(object, 'globalDefault') === true,
    age(object, now),
    getString(object, 'preemptionPolicy') ?? '',
  ],
);

export const apiService = printer(['Name', 'Service', 'Available', 'Age'], (object, now) => {
  const service = getObject(object, 'spec', 'service');
  const available = objectsAt(object, 'status', 'conditions').find((one) => one['type'] === 'Available');
  return [
    nameOf(object),
    service ? `${getString(service, 'namespace') ?? ''}/${getString(service, 'name') ?? ''}` : 'Local',
    String(available?.['status'] ?? 'Unknown'),
    age(object, now),
  ];
});

export const event = printer(
  ['Last Seen', 'Type', 'Reason', 'Object', 'Subobject*', 'Source*', 'Message', 'First Seen*', 'Count*', 'Name*'],
  (object, now) => {
    const first = getString(object, 'firstTimestamp') ?? getString(object, 'eventTime');
    const last = getString(object, 'series', 'lastObservedTime') ?? getString(object, 'lastTimestamp') ?? first;
    const component = getString(object, 'source', 'component') || getString(object, 'reportingComponent') || '';
    const host = getString(object, 'source', 'host') || getString(object, 'reportingInstance') || '';
    const seen = getPath(object, 'series', 'count') ?? getPath(object, 'count');
    return [
      since(last, now),
      getString(object, 'type') ?? '',
      getString(object, 'reason') ?? '',
      `${(getString(object, 'involvedObject', 'kind') ?? '').toLowerCase()}/${getString(object, 'involvedObject', 'name') ?? ''}`,
      getString(object, 'involvedObject', 'fieldPath') ?? '',
      host === '' ? component : `${component}, ${host}`,
      (getString(object, 'message') ?? '').trim(),
      since(first, now),
      typeof seen === 'number' && seen > 0 ? seen : 1,
      nameOf(object),
    ];
  },
);
