// Admission policies and their bindings: defaults, and what is set before they are stored (k8s.io/kubernetes
// pkg/apis/admissionregistration). What they refuse is decided in admission/.
import { equalJson } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { itemsAt, objectAt, setDefault, setDefaults, structAt } from './defaulting.ts';
import type { KindRules } from './kind.ts';
import { bindingErrors, policyErrors } from './validateAdmissionPolicy.ts';

function defaultMatching(resources: JsonObject | undefined): void {
  if (!resources) return;
  setDefaults(resources, { matchPolicy: 'Equivalent', namespaceSelector: () => ({}), objectSelector: () => ({}) });
  for (const field of ['resourceRules', 'excludeResourceRules'])
    for (const rule of itemsAt(resources, field)) setDefault(rule, 'scope', '*');
}

const bumps = (object: JsonObject, old: JsonObject): boolean => !equalJson(object['spec'], old['spec']);

/** A policy, validating or mutating. */
export const admissionPolicy: KindRules = {
  default: (object) => {
    const spec = objectAt(object, 'spec');
    if (!spec) return;
    setDefault(spec, 'failurePolicy', 'Fail');
    defaultMatching(objectAt(spec, 'matchConstraints'));
  },
  generation: bumps,
  unconditionalUpdate: false,
  statusCreates: true,
  prepareForStatusUpdate: (object, old) => {
    const [metadata, before] = [structAt(object, 'metadata'), objectAt(old, 'metadata') ?? {}];
    for (const field of ['labels', 'annotations', 'finalizers', 'ownerReferences']) {
      const value = before[field];
      if (value === undefined) delete metadata[field];
      else metadata[field] = value;
    }
  },
  validate: (object) => (object['kind'] === 'ValidatingAdmissionPolicy' ? policyErrors(object) : []),
};

export const admissionPolicyBinding: KindRules = {
  default: (object) => {
    const spec = objectAt(object, 'spec');
    if (spec) defaultMatching(objectAt(spec, 'matchResources'));
  },
  generation: bumps,
  unconditionalUpdate: false,
  validate: (object) => (object['kind'] === 'ValidatingAdmissionPolicyBinding' ? bindingErrors(object) : []),
};
