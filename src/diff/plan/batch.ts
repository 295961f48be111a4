// What a plan brings to the cluster itself: kinds that its CustomResourceDefinitions define, namespaces that it makes. A
// server cannot be asked about objects that need them yet. Asks no cluster.
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { GroupVersionKind, ResourceType } from '../../model/resourceType.ts';
import { typesOfCrd } from '../../schema/crd.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';

export interface Batch {
  /** The known kinds and those of the batch; the batch's own word counts. */
  readonly schemas: SchemaSet;
  /** A kind that a definition of the batch defines. */
  typeOf(gvk: GroupVersionKind): ResourceType | undefined;
  /** Says that an object of the batch is not in the cluster yet as it will be. */
  arrives(ref: ObjectRef): void;
  makesNamespace(name: string): boolean;
  /** The definition of a kind is new or changes: what the server says of its objects now is not what it will say. */
  definesAnew(gvk: GroupVersionKind): boolean;
}

/** `upcoming` is what others bring before: each of them counts as arriving. */
export function createBatch(
  planned: readonly JsonObject[],
  upcoming: readonly JsonObject[],
  schemas: SchemaSet,
): Batch {
  const arriving = new Set(upcoming.map((object) => keyOf(refOf(object))));
  const definitions = [...upcoming, ...planned].filter(isDefinition);
  const types = definitions.flatMap((definition) =>
    typesOfCrd(definition).map((type) => ({ ...type, definition: keyOf(refOf(definition)) })),
  );
  const kinds = new Map(types.map((type) => [kindKey(type.resource), type]));
  return {
    schemas: types.length === 0 ? schemas : schemas.with(types),
    typeOf: (gvk) => kinds.get(kindKey(gvk))?.resource,
    arrives: (ref) => void arriving.add(keyOf(ref)),
    makesNamespace: (name) => name !== '' && arriving.has(`/Namespace//${name}`),
    definesAnew: (gvk) => arriving.has(kinds.get(kindKey(gvk))?.definition ?? ''),
  };
}

function isDefinition(object: JsonObject): boolean {
  const { group, kind } = refOf(object);
  return group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition';
}

const kindKey = ({ group, version, kind }: GroupVersionKind): string => `${group}/${version}/${kind}`;
