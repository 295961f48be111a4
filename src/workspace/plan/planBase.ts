// A revision as if it were applied to an empty cluster: what a plan between two revisions compares with. Reached by no
// network; everything in it is foretold.
import { entryOf } from '../../model/inventory.ts';
import type { JsonObject } from '../../model/json.ts';
import { toJson } from '../../model/node.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { GroupVersionKind, ResourceType } from '../../model/resourceType.ts';
import { desiredObject } from '../../diff/desired/desired.ts';
import { applySpecOf } from '../../diff/plan/planOwner.ts';
import { predictStored } from '../../diff/plan/predict.ts';
import type { KubeReader } from '../../kube/client.ts';
import { assumedType } from '../../model/resourceType.ts';
import { typesOfCrd } from '../../schema/crd.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import type { Built } from './planBuild.ts';

/** A cluster that holds these objects and no others, and serves every kind. */
export function clusterOf(objects: readonly JsonObject[], schemas: SchemaSet): KubeReader {
  const byKey = new Map(objects.map((object) => [keyOf(refOf(object)), object]));
  const typeOf = (gvk: GroupVersionKind): ResourceType => schemas.resourceOf(gvk) ?? assumedType(gvk);
  return {
    resourceType: async (gvk) => typeOf(gvk),
    resourceTypes: async () => schemas.resources(),
    get: async (ref) => byKey.get(keyOf(ref)),
    list: async (type) => ({
      items: objects.filter((object) => refOf(object).kind === type.kind && refOf(object).group === type.group),
      resourceVersion: '1',
    }),
  };
}

/** The known kinds and those that a revision defines. */
export function schemasWith(built: readonly Built[], schemas: SchemaSet): SchemaSet {
  const definitions = objectsOf(built).filter(({ kind }) => kind === 'CustomResourceDefinition');
  return definitions.length === 0 ? schemas : schemas.with(definitions.flatMap((one) => typesOfCrd(one)));
}

function objectsOf(built: readonly Built[]): JsonObject[] {
  return built.flatMap(({ manifests }) => manifests.map((manifest) => toJson(manifest.node) as JsonObject));
}

/** What an apply of a revision would leave: its objects, and its Kustomizations with their inventories. */
export function appliedObjects(
  built: readonly Built[],
  first: readonly JsonObject[],
  schemas: SchemaSet,
): JsonObject[] {
  const stored = new Map<string, JsonObject>(
    first.map((object) => [keyOf(refOf(object)), predictStored(object, schemas)]),
  );
  for (const { kustomization, manifests } of built) {
    const spec = applySpecOf(kustomization);
    for (const manifest of manifests) {
      const desired = desiredObject(toJson(manifest.node) as JsonObject, { ...spec, schemas });
      stored.set(keyOf(refOf(desired)), predictStored(scoped(desired, schemas), schemas));
    }
  }
  for (const { kustomization, manifests } of built) {
    const key = keyOf(refOf(kustomization));
    const entries = manifests.map((manifest) => ({
      ...entryOf(refOf(scoped(toJson(manifest.node) as JsonObject, schemas))),
    }));
    stored.set(key, { ...(stored.get(key) ?? kustomization), status: { inventory: { entries } } });
  }
  return [...stored.values()];
}

/** A cluster knows a cluster-scoped object without a namespace, whatever Git says. */
function scoped(object: JsonObject, schemas: SchemaSet): JsonObject {
  if (schemas.resourceOf(refOf(object))?.namespaced !== false) return object;
  const { namespace: _, ...metadata } = object['metadata'] as JsonObject;
  return { ...object, metadata };
}
