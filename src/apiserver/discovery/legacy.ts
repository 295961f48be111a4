// Discovery as it was first: /api, /apis, and a list of resources for each group version.
import type { JsonObject } from '../../model/json.ts';
import { apiVersionOf } from '../../model/objectRef.ts';
import type { DiscoveryRow } from '../../schema/builtin.ts';
import { noSuchResource } from '../errors.ts';
import type { ServedResource, ServedSet } from '../served.ts';
import { groupsOf } from './groups.ts';

/** The rows of the type facts, for what a ServedResource does not say of built-in subresources. */
export interface DiscoveryFacts {
  readonly rows: readonly DiscoveryRow[];
}

export function apiVersions(address: string): JsonObject {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  };
}

export function apiGroupList(served: ServedSet): JsonObject {
  const groups = groupsOf(served).filter(({ name }) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupEntry) };
}

/** `/apis/GROUP`. Throws 404. */
export function apiGroup(served: ServedSet, group: string): JsonObject {
  const found = groupsOf(served).find(({ name }) => name === group);
  if (!found || group === '') throw noSuchResource();
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(found) };
}

function groupEntry({ name, versions }: { readonly name: string; readonly versions: readonly string[] }): JsonObject {
  const entries = versions.map((version) => ({ groupVersion: apiVersionOf({ group: name, version }), version }));
  return { name, versions: entries, preferredVersion: entries[0] as JsonObject };
}

/** `/apis/GROUP/VERSION` and `/api/v1`. Throws 404. */
export function apiResourceList(served: ServedSet, facts: DiscoveryFacts, group: string, version: string): JsonObject {
  if (!served.hasGroupVersion(group, version)) throw noSuchResource();
  const resources = served.resources().filter(({ type }) => type.group === group && type.version === version);
  const rows = resources.flatMap((resource) => (resource.custom ? customRows(resource) : builtinRows(facts, resource)));
  const head = group === '' ? { kind: 'APIResourceList' } : { kind: 'APIResourceList', apiVersion: 'v1' };
  return { ...head, groupVersion: apiVersionOf({ group, version }), resources: rows };
}

function builtinRows(facts: DiscoveryFacts, { type }: ServedResource): JsonObject[] {
  const own = facts.rows.filter(
    (row) =>
      row.servedGroup === type.group && row.servedVersion === type.version && row.name.split('/')[0] === type.plural,
  );
  return own.map((row) => {
    const isSame = row.group === type.group && row.version === type.version;
    return {
      name: row.name,
      singularName: row.singular,
      namespaced: row.namespaced,
      ...(isSame ? {} : { group: row.group, version: row.version }),
      kind: row.kind,
      verbs: [...row.verbs],
      ...(row.shortNames.length > 0 ? { shortNames: [...row.shortNames] } : {}),
      ...(row.categories.length > 0 ? { categories: [...row.categories] } : {}),
      ...(row.storageVersionHash === '' ? {} : { storageVersionHash: row.storageVersionHash }),
    };
  });
}

function customRows({ type, storageHash }: ServedResource): JsonObject[] {
  const main: JsonObject = {
    name: type.plural,
    singularName: type.singular,
    namespaced: type.namespaced,
    kind: type.kind,
    verbs: [...type.verbs],
    ...(type.shortNames.length > 0 ? { shortNames: [...type.shortNames] } : {}),
    ...(type.categories.length > 0 ? { categories: [...type.categories] } : {}),
    ...(storageHash === undefined ? {} : { storageVersionHash: storageHash }),
  };
  return [main, ...type.subresources.map((sub) => customSubresource(type, sub))];
}

function customSubresource({ plural, namespaced, kind }: ServedResource['type'], sub: string): JsonObject {
  const verbs = ['get', 'patch', 'update'];
  if (sub === 'scale')
    return {
      name: `${plural}/scale`,
      singularName: '',
      namespaced,
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
      verbs,
    };
  return { name: `${plural}/${sub}`, singularName: '', namespaced, kind, verbs };
}
