// Builds SchemaSet values. A set is never changed: `with` answers a new one that shares what it did not replace.
import type { GroupVersionKind, ResourceType } from '../model/resourceType.ts';
import type { SchemaNode, SchemaSet } from './schemaSet.ts';

/** A set of these resource types. `schemaOf` is asked late; `isServed` keeps types that are only known out of `resources()`. */
export function schemaSet(
  resources: readonly ResourceType[],
  schemaOf: (gvk: GroupVersionKind) => SchemaNode | undefined,
  isServed: (resource: ResourceType) => boolean = () => true,
): SchemaSet {
  const byKind = new Map(resources.map((resource) => [keyOf(resource), resource]));
  const served = resources.filter(isServed);
  return {
    schemaOf,
    resourceOf: (gvk) => byKind.get(keyOf(gvk)),
    resources: () => served,
    with(types) {
      const added = new Map(types.map((type) => [keyOf(type.resource), type]));
      const kept = resources.filter((resource) => !added.has(keyOf(resource)));
      return schemaSet(
        [...kept, ...types.map((type) => type.resource)],
        (gvk) => added.get(keyOf(gvk))?.schema ?? schemaOf(gvk),
        (resource) => added.has(keyOf(resource)) || isServed(resource),
      );
    },
  };
}

/** A set that knows nothing. */
export const emptySchemas: SchemaSet = schemaSet([], () => undefined);

function keyOf(gvk: GroupVersionKind): string {
  return `${gvk.group}/${gvk.version}/${gvk.kind}`;
}
