// Type facts for what a cluster serves: the built-in kinds, Flux's, and those of its own CustomResourceDefinitions.
import type { KubeReader } from '../../kube/client.ts';
import { builtinSchemas } from '../../schema/builtin.ts';
import { typesOfCrd } from '../../schema/crd.ts';
import { fluxCrds } from '../../schema/data/flux-crds.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';

const DEFINITION = { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' };

/** The facts without a cluster. */
export function knownSchemas(): SchemaSet {
  return builtinSchemas().with(fluxCrds().flatMap((crd) => typesOfCrd(crd)));
}

export async function clusterSchemas(client: KubeReader, signal: AbortSignal): Promise<SchemaSet> {
  const type = await client.resourceType(DEFINITION, signal);
  const definitions = type ? (await client.list(type, {}, signal)).items : [];
  return knownSchemas().with(definitions.flatMap((crd) => typesOfCrd(crd)));
}
