// The built-in kinds as served resources. Some are served under two groups and stored once; some are questions that are
// answered and never stored (reviews.ts).
import type { Facts } from '../schema/builtin.ts';
import { builtinSchemas } from '../schema/builtin.ts';
import type { GroupVersionKind, ResourceType } from '../model/resourceType.ts';
import { crdRules } from './crd/rules.ts';
import type { KindRules } from './kinds/kind.ts';
import { kindRules } from './kinds/table.ts';
import type { ServedResource } from './served.ts';

/** Resources whose objects are stored as another one, and the version that a kind with several is stored in. */
const STORED_AS: Readonly<Record<string, { readonly stored: string; readonly storage: GroupVersionKind }>> = {
  'events.k8s.io/events': { stored: '/events', storage: { group: '', version: 'v1', kind: 'Event' } },
  'autoscaling/horizontalpodautoscalers': {
    stored: 'autoscaling/horizontalpodautoscalers',
    storage: { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
  },
};

/** All of them, in the order of discovery. */
export function builtinResources(facts: Facts): ServedResource[] {
  const schemas = builtinSchemas(facts);
  return schemas.resources().flatMap((type) => {
    const schema = schemas.schemaOf(type);
    const rules = rulesOf(type);
    return schema
      ? [
          {
            type,
            schema,
            rules,
            listKind: `${type.kind}List`,
            ...storedAs(type),
            ...(rules.defaultsWhenRead || rules.fromStore || rules.whenRead ? { read: new WeakMap() } : {}),
          },
        ]
      : [];
  });
}

function rulesOf({ group, kind }: ResourceType): KindRules {
  if (group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition') return crdRules;
  return kindRules.get(`${group}/${kind}`) ?? {};
}

function storedAs(type: ResourceType): { readonly stored: string; readonly storage: GroupVersionKind } {
  const key = `${type.group}/${type.plural}`;
  return STORED_AS[key] ?? { stored: key, storage: { group: type.group, version: type.version, kind: type.kind } };
}
