// What a cluster serves: aggregated discovery, or the older way, group by group. A group that cannot be asked (an aggregated
// API that is down) takes only itself away, and is not mistaken for a group without kinds.
import { getList, getObject, getString, isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { parseJson } from '../model/jsonText.ts';
import { parseApiVersion } from '../model/objectRef.ts';
import type { GroupVersionKind, ResourceType } from '../model/resourceType.ts';
import { StatusError } from './client.ts';
import { groupPath } from './paths.ts';
import type { Requests } from './requests.ts';

export interface Served {
  readonly types: readonly ResourceType[];
  /** Group versions that are announced but could not be asked, as `group/version`, with the reason. */
  readonly failed: ReadonlyMap<string, string>;
}

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

const AGGREGATED = ['v2', 'v2beta1'].map(
  (version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
);
const ACCEPT = [...AGGREGATED, 'application/json'].join(',');

/** Asks a cluster. Throws StatusError where not even the list of groups can be had. */
export async function discover(requests: Requests, signal?: AbortSignal): Promise<Served> {
  const answers = await Promise.all(
    ['/api', '/apis'].map(async (path) =>
      parseJson(await requests.text({ method: 'GET', path, accept: ACCEPT }, signal)),
    ),
  );
  const types: ResourceType[] = [];
  const failed = new Map<string, string>();
  for (const answer of answers) {
    if (getString(answer, 'kind') === 'APIGroupDiscoveryList') readAggregated(answer, types, failed);
    else await readLegacy(answer, requests, types, failed, signal);
  }
  return { types, failed };
}

/** What one group version serves; nothing where nobody serves it. Throws StatusError where the cluster cannot be reached. */
export async function discoverGroup(requests: Requests, gv: GroupVersion): Promise<Served> {
  const types: ResourceType[] = [];
  const failed = new Map<string, string>();
  try {
    const list = parseJson(await requests.text({ method: 'GET', path: groupPath(gv) }));
    if (isJsonObject(list)) readResources(list, gv, types);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code === 0) throw error;
    if (error.code !== 404) failed.set(`${gv.group}/${gv.version}`, error.message);
  }
  return { types, failed };
}

/** What is served, with what one group version said of itself just now. */
export function withGroup({ types, failed }: Served, gv: GroupVersion, said: Served): Served {
  const key = `${gv.group}/${gv.version}`;
  const others = types.filter((type) => type.group !== gv.group || type.version !== gv.version);
  const reasons = [...failed].filter(([name]) => name !== key);
  return { types: [...others, ...said.types], failed: new Map([...reasons, ...said.failed]) };
}

export function lookUpType(served: Served, gvk: GroupVersionKind): ResourceType | undefined {
  return served.types.find(
    (type) => type.kind === gvk.kind && type.group === gvk.group && type.version === gvk.version,
  );
}

/** The type of a kind. Throws where its group could not be asked, since nobody knows then. */
export function findType(served: Served, gvk: GroupVersionKind): ResourceType | undefined {
  const found = lookUpType(served, gvk);
  const reason = served.failed.get(`${gvk.group}/${gvk.version}`);
  if (!found && reason !== undefined)
    throw new StatusError(503, 'ServiceUnavailable', `the API ${gvk.group}/${gvk.version} is not available: ${reason}`);
  return found;
}

const texts = (value: JsonValue | undefined, key: string): string[] =>
  (getList(value, key) ?? []).filter((text) => typeof text === 'string');

function readAggregated(answer: JsonValue, types: ResourceType[], failed: Map<string, string>): void {
  for (const group of getList(answer, 'items') ?? []) {
    const name = getString(group, 'metadata', 'name') ?? '';
    for (const version of getList(group, 'versions') ?? []) {
      const number = getString(version, 'version') ?? '';
      // What is listed as stale is the last good answer: good to know, but its absence proves nothing.
      if (getString(version, 'freshness') === 'Stale') failed.set(`${name}/${number}`, 'its server does not answer');
      for (const resource of getList(version, 'resources') ?? []) {
        const kind = getObject(resource, 'responseKind');
        const subresources = (getList(resource, 'subresources') ?? []).map(
          (one) => getString(one, 'subresource') ?? '',
        );
        // A resource that only exists for its subresources has no kind of its own.
        if (!getString(kind, 'kind')) continue;
        types.push({
          ...typeOf(resource, getString(kind, 'group') || name, getString(kind, 'version') || number),
          kind: getString(kind, 'kind') ?? '',
          plural: getString(resource, 'resource') ?? '',
          singular: getString(resource, 'singularResource') ?? '',
          namespaced: getString(resource, 'scope') === 'Namespaced',
          subresources,
        });
      }
    }
  }
}

function typeOf(
  resource: JsonValue,
  group: string,
  version: string,
): Pick<ResourceType, 'group' | 'version' | 'shortNames' | 'categories' | 'verbs'> {
  return {
    group,
    version,
    shortNames: texts(resource, 'shortNames'),
    categories: texts(resource, 'categories'),
    verbs: texts(resource, 'verbs'),
  };
}

async function readLegacy(
  answer: JsonValue,
  requests: Requests,
  types: ResourceType[],
  failed: Map<string, string>,
  signal?: AbortSignal,
): Promise<void> {
  const groups = getList(answer, 'groups');
  const core = texts(answer, 'versions').map((version) => ({ group: '', version }));
  const named = (groups ?? []).flatMap((group) =>
    (getList(group, 'versions') ?? []).map((version) => parseApiVersion(getString(version, 'groupVersion') ?? '')),
  );
  const lists = await Promise.all(
    [...core, ...named].map(async (gv) => ({ gv, list: await readGroup(gv, requests, failed, signal) })),
  );
  for (const { gv, list } of lists) if (list) readResources(list, gv, types);
}

async function readGroup(
  gv: GroupVersion,
  requests: Requests,
  failed: Map<string, string>,
  signal?: AbortSignal,
): Promise<JsonObject | undefined> {
  try {
    const list = parseJson(await requests.text({ method: 'GET', path: groupPath(gv) }, signal));
    return isJsonObject(list) ? list : undefined;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    failed.set(`${gv.group}/${gv.version}`, error.message);
    return undefined;
  }
}

function readResources(list: JsonObject, gv: GroupVersion, types: ResourceType[]): void {
  const resources = getList(list, 'resources') ?? [];
  const names = resources.map((resource) => getString(resource, 'name') ?? '');
  resources.forEach((resource, index) => {
    const plural = names[index] ?? '';
    if (plural.includes('/')) return;
    types.push({
      ...typeOf(resource, getString(resource, 'group') ?? gv.group, getString(resource, 'version') ?? gv.version),
      kind: getString(resource, 'kind') ?? '',
      plural,
      singular: getString(resource, 'singularName') ?? '',
      namespaced: isJsonObject(resource) && resource['namespaced'] === true,
      subresources: names.filter((name) => name.startsWith(`${plural}/`)).map((name) => name.slice(plural.length + 1)),
    });
  });
}
