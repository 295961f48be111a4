// Configuration, identity and namespaces.
import { setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { labelName } from '../validation/metadata.ts';
import { getString } from '../../model/json.ts';
import { itemsAt, objectAt, setDefault, structAt } from './defaulting.ts';
import type { KindRules } from './kind.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const RBAC = 'rbac.authorization.k8s.io';

export const secret: KindRules = {
  default: (object) => {
    setDefault(object, 'type', 'Opaque');
    // With the defaults, since managers of creates and updates own `data` for it.
    storeStringData(object);
  },
};

/** `stringData` is written into `data` and forgotten. */
function storeStringData(object: JsonObject): void {
  const texts = objectAt(object, 'stringData');
  if (texts) {
    const data = structAt(object, 'data');
    for (const [key, value] of Object.entries(texts)) setKey(data, key, Buffer.from(String(value), 'utf8').toString('base64'));
  }
  delete object['stringData'];
}

export const serviceAccount: KindRules = { deleteAnswers: 'object' };

export const namespace: KindRules = {
  default: (object) => {
    const name = getString(object, 'metadata', 'name');
    if (name !== undefined && name !== '') structAt(structAt(object, 'metadata'), 'labels')['kubernetes.io/metadata.name'] = name;
  },
  prepareForCreate: (object) => {
    const spec = structAt(object, 'spec');
    const finalizers = Array.isArray(spec['finalizers']) ? spec['finalizers'] : [];
    spec['finalizers'] = finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'];
    object['status'] = { phase: 'Active' };
  },
  // Its finalizers change through the subresource of that name only.
  prepareForUpdate: (object, old) => {
    const before = objectAt(old, 'spec')?.['finalizers'];
    if (before === undefined) delete structAt(object, 'spec')['finalizers'];
    else structAt(object, 'spec')['finalizers'] = before;
  },
  prepareForDelete: (object) => {
    structAt(object, 'status')['phase'] = 'Terminating';
  },
  holdsDeletion: (object) => itemsOf(objectAt(object, 'spec')?.['finalizers']).length > 0,
  validateName: labelName,
};

function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** Bindings name the groups of their role and subjects. */
export const roleBinding: KindRules = {
  default: (object) => {
    const role = objectAt(object, 'roleRef');
    if (role) setDefault(role, 'apiGroup', RBAC);
    for (const subject of itemsAt(object, 'subjects')) if (subject['kind'] === 'User' || subject['kind'] === 'Group') setDefault(subject, 'apiGroup', RBAC);
  },
};

export const node: KindRules = {
  prepareForCreate: (object) => {
    const spec = structAt(object, 'spec');
    const taints = itemsAt(spec, 'taints');
    // Nothing is scheduled on a node before it says that it is ready.
    if (!taints.some((taint) => taint['key'] === NOT_READY)) spec['taints'] = [...taints, { key: NOT_READY, effect: 'NoSchedule' }];
  },
};

export const lease: KindRules = {
  default: (object) => {
    structAt(object, 'spec');
  },
};
