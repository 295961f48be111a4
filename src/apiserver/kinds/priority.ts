// What the Priority admission plugin computes for a pod and refuses of a class (k8s.io/kubernetes plugin/pkg/admission/priority).
import type { JsonObject } from '../../model/json.ts';
import { textAt } from '../validation/values.ts';
import { objectAt, structAt } from './defaulting.ts';
import type { KindContext } from './kind.ts';

const PRIORITY_CLASS = { group: 'scheduling.k8s.io', version: 'v1', kind: 'PriorityClass' };

/** Classes that every cluster has from the start. */
export const SYSTEM_CLASSES: readonly {
  readonly name: string;
  readonly value: number;
  readonly description: string;
}[] = [
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
];

/** Sets the class, the priority and the preemption policy of a new pod; why it is forbidden where they cannot be so. */
export function admitPriority(pod: JsonObject, context: KindContext): string | undefined {
  const spec = structAt(pod, 'spec');
  const asked = textAt(spec, 'priorityClassName');
  const found = asked === '' ? defaultClass(context) : context.get(PRIORITY_CLASS, '', asked);
  if (asked !== '' && !found) return `no PriorityClass with name ${asked} was found`;
  const name = textAt(objectAt(found, 'metadata'), 'name');
  if (name !== '') spec['priorityClassName'] = name;
  const value = Number(found?.['value'] ?? 0);
  const [priority, policy] = [spec['priority'], spec['preemptionPolicy']];
  if (priority !== undefined && priority !== null && Number(priority) !== value)
    return `the integer value of priority (${String(priority)}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`;
  spec['priority'] = value;
  const computed = found ? textAt(found, 'preemptionPolicy') : 'PreemptLowerPriority';
  if (computed === '') return undefined;
  if (typeof policy === 'string' && policy !== computed)
    return `the string value of PreemptionPolicy (${policy}) must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`;
  spec['preemptionPolicy'] = computed;
  return undefined;
}

/** Of several that came about at the same moment, the lowest. */
function defaultClass(context: KindContext): JsonObject | undefined {
  return context
    .list(PRIORITY_CLASS)
    .filter((one) => one['globalDefault'] === true)
    .reduce<JsonObject | undefined>(
      (least, one) => (least && Number(least['value']) <= Number(one['value']) ? least : one),
      undefined,
    );
}

/** Why a class may not be the default: there is another one. */
export function forbidSecondDefault(
  object: JsonObject,
  old: JsonObject | undefined,
  context: KindContext,
): string | undefined {
  if (object['globalDefault'] !== true) return undefined;
  const there = textAt(objectAt(defaultClass(context), 'metadata'), 'name');
  if (there === '' || (old && there === textAt(objectAt(object, 'metadata'), 'name'))) return undefined;
  return `PriorityClass ${there} is already marked as default. Only one default can exist`;
}
