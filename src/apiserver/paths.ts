// The addresses that are about no object: health, version, discovery, OpenAPI.
import { createHash } from 'node:crypto';
import type { JsonObject } from '../model/json.ts';
import { aggregatedDiscovery, AGGREGATED } from './discovery/aggregated.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './discovery/legacy.ts';
import { methodNotAllowed, notAcceptable } from './errors.ts';
import { groupsOf } from './discovery/groups.ts';
import type { Handling } from './handling.ts';
import type { ApiRequest, ApiResponse } from './http/message.ts';
import { parseAccept } from './http/negotiate.ts';
import { respond, respondText } from './http/respond.ts';
import { jsonText } from './jsonText.ts';
import { openApiDocument } from './discovery/openApi.ts';
import type { ServedSet } from './served.ts';

const HEALTH = new Set(['/readyz', '/livez', '/healthz']);

/** What a stranger may read. */
export function isPublic(path: string): boolean {
  return HEALTH.has(path) || path === '/version' || path === '/version/';
}

/** Answers an address without an object. Throws ApiError. */
export function handleOther(handling: Handling, request: ApiRequest, path: string): ApiResponse {
  const { api, facts } = handling;
  const words = path.split('/').filter((word) => word !== '');
  const [root, group, version] = words;
  if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed();
  if (HEALTH.has(`/${root ?? ''}`)) return health(`/${root}`, request);
  if (root === 'version' && words.length === 1) return respond(200, versionInfo(api.version), 'json', [], true);
  if (path === '/' || path === '') return respond(200, { paths: servedPaths(api.served()) });
  if (root === 'openapi') return openApiDocument(handling, request, words.slice(1));
  if (root === 'api' || root === 'apis') {
    if (words.length === 1) return rootDiscovery(handling, request, root === 'api');
    if (root === 'api' && words.length === 2)
      return respond(200, apiResourceList(api.served(), facts, '', group as string));
    if (root === 'apis' && words.length === 2) return groupOr404(handling, group as string);
    if (root === 'apis' && words.length === 3) return versionOr404(handling, group as string, version as string);
  }
  return respondText(404, '404 page not found\n');
}

/** What `/` lists, sorted: every address that is about no single object. */
function servedPaths(served: ServedSet): string[] {
  const groups = groupsOf(served).flatMap(({ name, versions }) =>
    name === ''
      ? versions.map((version) => `/api/${version}`)
      : [`/apis/${name}`, ...versions.map((version) => `/apis/${name}/${version}`)],
  );
  return ['/api', '/apis', ...HEALTH, '/openapi/v2', '/openapi/v3', '/version', ...groups].sort();
}

/** An unknown group or version is not even a Status: upstream's mux says so in plain text. */
function groupOr404({ api }: Handling, group: string): ApiResponse {
  return api.served().hasGroup(group)
    ? respond(200, apiGroup(api.served(), group))
    : respondText(404, '404 page not found\n');
}

function versionOr404({ api, facts }: Handling, group: string, version: string): ApiResponse {
  if (!api.served().hasGroupVersion(group, version)) return respondText(404, '404 page not found\n');
  return respond(200, apiResourceList(api.served(), facts, group, version));
}

function rootDiscovery({ api, facts, address }: Handling, request: ApiRequest, isCore: boolean): ApiResponse {
  for (const { type, parameters } of parseAccept(request.headers['accept'] ?? '')) {
    if (parameters.get('as') === 'APIGroupDiscoveryList') {
      if (type !== 'application/json' || parameters.get('v') !== 'v2') continue;
      const body = aggregatedDiscovery(api.served(), facts, isCore);
      const etag = `"${createHash('sha512').update(jsonText(body)).digest('hex').toUpperCase()}"`;
      if (request.headers['if-none-match'] === etag)
        return { code: 304, contentType: AGGREGATED, headers: { ETag: etag, Vary: 'Accept' }, body: '' };
      return { ...respond(200, body), contentType: AGGREGATED, headers: { ETag: etag, Vary: 'Accept' } };
    }
    if (['application/json', 'application/yaml', '*/*', 'application/*'].includes(type))
      return respond(
        200,
        isCore ? apiVersions(address()) : apiGroupList(api.served()),
        type === 'application/yaml' ? 'yaml' : 'json',
      );
  }
  if ((request.headers['accept'] ?? '') === '')
    return respond(200, isCore ? apiVersions(address()) : apiGroupList(api.served()));
  throw notAcceptable(
    'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}

const CHECKS = [
  'ping',
  'log',
  'etcd',
  'informer-sync',
  'poststarthook/start-apiextensions-controllers',
  'poststarthook/bootstrap-controller',
];

function health(path: string, request: ApiRequest): ApiResponse {
  if (!request.query.has('verbose')) return { ...respondText(200, 'ok') };
  return respondText(200, `${CHECKS.map((check) => `[+]${check} ok`).join('\n')}\n${path.slice(1)} check passed\n`);
}

function versionInfo(version: string): JsonObject {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion: version,
    gitCommit: '0000000000000000000000000000000000000000',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: 'none',
    compiler: 'node',
    platform: `${process.platform}/${process.arch}`,
  };
}
