// Fields that a request to a resource or a subresource cannot set, and so cannot own: GetResetFields of the strategies in
// kube-apiserver's registry. A table; nothing here looks at an object.
import { emptySet, setOf } from './fieldSet.ts';
import type { FieldSet } from './fieldSet.ts';
import { fieldElement } from './pathElement.ts';

const paths = (...texts: string[]): FieldSet => setOf(...texts.map((text) => text.split('.').map(fieldElement)));

const STATUS = paths('status');
const SPEC = paths('spec');
const ALL_BUT_STATUS = paths('metadata', 'spec');

/** By group and plural: what the resource itself and its status cannot set, where it is not `status` and `spec`. */
const EXCEPTIONS: Readonly<Record<string, { readonly main?: FieldSet; readonly status?: FieldSet }>> = {
  'certificates.k8s.io/certificatesigningrequests': {
    main: paths('spec', 'status'),
    status: paths('spec', 'status.conditions'),
  },
  'networking.k8s.io/servicecidrs': { status: ALL_BUT_STATUS },
  'resource.k8s.io/resourceclaims': { status: ALL_BUT_STATUS },
  'storage.k8s.io/volumeattachments': { status: ALL_BUT_STATUS },
  'flowcontrol.apiserver.k8s.io/flowschemas': { status: ALL_BUT_STATUS },
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': { status: ALL_BUT_STATUS },
  'apps/deployments': { status: paths('spec', 'metadata.labels') },
  '/pods': { status: paths('spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences') },
  'admissionregistration.k8s.io/validatingadmissionpolicies': { status: ALL_BUT_STATUS },
  'apiregistration.k8s.io/apiservices': { status: ALL_BUT_STATUS },
};

/** What a request to a built-in resource cannot set; the same in every version. `subresources` are those of the resource. */
export function resetFieldsOfBuiltin(
  group: string,
  plural: string,
  subresource: string,
  subresources: readonly string[],
): FieldSet {
  const exception = EXCEPTIONS[`${group}/${plural}`];
  if (subresource === '') return exception?.main ?? (subresources.includes('status') ? STATUS : emptySet);
  if (subresource === 'status') return exception?.status ?? SPEC;
  if (subresource === 'approval') return paths('spec', 'status.certificate');
  return subresource === 'finalize' ? STATUS : emptySet;
}

/** What a request to a custom resource cannot set, in the version that it speaks. */
export function resetFieldsOfCustom(subresource: string, hasStatus: boolean): FieldSet {
  if (subresource === 'status') return ALL_BUT_STATUS;
  return subresource === '' && hasStatus ? STATUS : emptySet;
}
