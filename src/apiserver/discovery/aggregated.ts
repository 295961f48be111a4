// Discovery in one document (apidiscovery.k8s.io/v2): what kubectl and client-go ask first.
import type { JsonObject } from '../../model/json.ts';
import type { ServedResource, ServedSet } from '../served.ts';
import { groupsOf } from './groups.ts';
import type { DiscoveryFacts } from './legacy.ts';

export const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** The document for `/api` (the core group) or `/apis` (all others). */
export function aggregatedDiscovery(served: ServedSet, facts: DiscoveryFacts, core: boolean): JsonObject {
  const groups = groupsOf(served).filter(({ name }) => (name === '') === core);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: name === '' ? {} : { name },
      versions: versions.map((version) => ({
        version,
        resources: served
          .resources()
          .filter(({ type }) => type.group === name && type.version === version)
          .map((resource) => resourceEntry(facts, resource)),
        freshness: 'Current',
      })),
    })),
  };
}

function resourceEntry(facts: DiscoveryFacts, resource: ServedResource): JsonObject {
  const { type } = resource;
  const subresources = resource.custom ? customSubresources(resource) : builtinSubresources(facts, resource);
  return {
    resource: type.plural,
    responseKind: resource.custom
      ? { group: type.group, version: type.version, kind: type.kind }
      : { group: '', version: '', kind: type.kind },
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.singular,
    verbs: [...type.verbs],
    ...(type.shortNames.length > 0 ? { shortNames: [...type.shortNames] } : {}),
    ...(type.categories.length > 0 ? { categories: [...type.categories] } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

function builtinSubresources(facts: DiscoveryFacts, { type }: ServedResource): JsonObject[] {
  const prefix = `${type.plural}/`;
  const rows = facts.rows.filter(
    (row) => row.servedGroup === type.group && row.servedVersion === type.version && row.name.startsWith(prefix),
  );
  return rows.map((row) => {
    const isSame = row.group === type.group && row.version === type.version;
    return {
      subresource: row.name.slice(prefix.length),
      responseKind: isSame
        ? { group: '', version: '', kind: row.kind }
        : { group: row.group, version: row.version, kind: row.kind },
      verbs: [...row.verbs],
    };
  });
}

function customSubresources({ type }: ServedResource): JsonObject[] {
  return type.subresources.map((sub) => ({
    subresource: sub,
    responseKind:
      sub === 'scale'
        ? { group: 'autoscaling', version: 'v1', kind: 'Scale' }
        : { group: type.group, version: type.version, kind: type.kind },
    verbs: ['get', 'patch', 'update'],
  }));
}
