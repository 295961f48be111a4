// Which rules of metadata run at a write, and how often: upstream's generic strategy runs some (k8s.io/apiserver
// pkg/registry/rest), each kind's validation runs more, and every run names what is wrong again. Holds the order only.
import type { JsonObject } from '../../model/json.ts';
import { pathSegmentErrors } from '../../model/names.ts';
import type { FieldError } from './fieldError.ts';
import { builtinFinalizerErrors, metadataErrors, metadataUpdateErrors } from './metadata.ts';
import type { NameRule } from './metadata.ts';

/**
 * `whole` and `change` are the rules of an object as it stands and of an update; the kinds of the core library also look
 * at the names of finalizers, `plainWhole` and `plainChange` are those that do not.
 */
type Check = 'whole' | 'change' | 'plainWhole' | 'plainChange';

interface Checks {
  readonly create: readonly Check[];
  readonly update: readonly Check[];
  readonly status: readonly Check[];
}

const usual: Checks = { create: ['whole'], update: ['change'], status: ['change'] };
const changeFirst: Checks = { ...usual, update: ['change', 'whole'] };
const wholeFirst: Checks = { ...usual, update: ['whole', 'change'] };
const plain: Checks = { create: ['plainWhole'], update: ['plainChange'], status: ['plainChange'] };
const plainOnce: Checks = { create: ['plainWhole'], update: ['plainWhole'], status: ['plainWhole'] };

const ADMISSION = 'admissionregistration.k8s.io';
const RBAC = 'rbac.authorization.k8s.io';

/** Kinds that differ from the usual, by `group/Kind`. */
const BY_KIND: ReadonlyMap<string, Checks> = new Map<string, Checks>([
  ['/Pod', changeFirst],
  ['/ConfigMap', changeFirst],
  ['/Secret', changeFirst],
  ['/ServiceAccount', changeFirst],
  ['/PersistentVolumeClaim', changeFirst],
  ['/PersistentVolume', changeFirst],
  ['networking.k8s.io/Ingress', changeFirst],
  ['/Node', wholeFirst],
  ['/Namespace', wholeFirst],
  ['batch/Job', wholeFirst],
  ['batch/CronJob', { ...usual, status: [] }],
  [`${RBAC}/Role`, wholeFirst],
  [`${RBAC}/ClusterRole`, wholeFirst],
  [`${RBAC}/RoleBinding`, wholeFirst],
  [`${RBAC}/ClusterRoleBinding`, wholeFirst],
  ['discovery.k8s.io/EndpointSlice', { ...usual, update: ['whole'] }],
  ['policy/PodDisruptionBudget', { create: [], update: [], status: [] }],
  ['coordination.k8s.io/Lease', plain],
  ['apiextensions.k8s.io/CustomResourceDefinition', plain],
  [`${ADMISSION}/ValidatingWebhookConfiguration`, plainOnce],
  [`${ADMISSION}/MutatingWebhookConfiguration`, plainOnce],
  [`${ADMISSION}/ValidatingAdmissionPolicy`, plainOnce],
  [`${ADMISSION}/ValidatingAdmissionPolicyBinding`, plainOnce],
  [`${ADMISSION}/MutatingAdmissionPolicy`, plainOnce],
  [`${ADMISSION}/MutatingAdmissionPolicyBinding`, plainOnce],
]);

export interface MetadataFacts {
  /** `group/Kind`; absent for custom resources. */
  readonly kind: string | undefined;
  readonly namespaced: boolean;
  readonly nameRule: NameRule;
}

/** What is wrong with the metadata of a new object, or of one that replaces `old`. */
export function allMetadataErrors(
  object: JsonObject,
  old: JsonObject | undefined,
  subresource: string,
  { kind, namespaced, nameRule }: MetadataFacts,
): FieldError[] {
  const { create, update, status } = kind === undefined ? plain : (BY_KIND.get(kind) ?? usual);
  const run = (check: Check): FieldError[] => {
    const isWhole = check === 'whole' || check === 'plainWhole';
    return [
      ...(isWhole ? metadataErrors(object, namespaced, nameRule) : metadataUpdateErrors(object, old ?? object)),
      ...(check === 'whole' || check === 'change' ? builtinFinalizerErrors(object) : []),
    ];
  };
  const generic = (): FieldError[] => metadataErrors(object, namespaced, pathSegmentErrors);
  if (!old) return create.length === 0 ? generic() : create.flatMap(run);
  return [
    ...generic(),
    ...metadataUpdateErrors(object, old),
    ...(subresource === 'status' ? status : update).flatMap(run),
  ];
}
