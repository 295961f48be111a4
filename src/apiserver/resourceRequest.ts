// A request about objects: the verb from method and path, the body, the form of the answer.
import { isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { admissionOf } from './admission/admissionOf.ts';
import type { Target } from './api.ts';
import { methodNotAllowed, noSuchResource, notAcceptable, verbNotSupported } from './errors.ts';
import type { Handling } from './handling.ts';
import type { ApiRequest, ApiResponse } from './http/message.ts';
import type { Accepted } from './http/negotiate.ts';
import { respond, respondText } from './http/respond.ts';
import { answerReview, isReview } from './reviews.ts';
import type { Route } from './route.ts';
import { handleScale } from './scale.ts';
import { partialMetadata, tableOf, tableOptions } from './table/table.ts';
import { applyObject } from './verbs/apply.ts';
import { createObject } from './verbs/create.ts';
import type { Written } from './verbs/create.ts';
import { deleteAnswer, deleteObject, deleteOptions } from './verbs/delete.ts';
import { deleteCollection } from './verbs/deleteCollection.ts';
import { getObject } from './verbs/get.ts';
import { listObjects } from './verbs/list.ts';
import { patchObject, patchTypeOf } from './verbs/patch.ts';
import { updateObject } from './verbs/update.ts';
import { streamWatch, watchRequest } from './verbs/watch.ts';
import { decodeObject, deleteBody, readBody } from './write/decode.ts';
import type { DecodedBody } from './write/decode.ts';
import { isTrue, writeOptions } from './write/options.ts';

type ResourceRoute = Route & { kind: 'resource' };

const NAMED_VERBS: Readonly<Record<string, string>> = {
  GET: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
  POST: 'create',
};
const COLLECTION_VERBS: Readonly<Record<string, string>> = { GET: 'list', POST: 'create', DELETE: 'deletecollection' };

/** The verb of a request as authorisation and discovery name it; empty where the method is none. */
export function verbOf(request: ApiRequest, route: ResourceRoute): string {
  if (route.watchPath && request.method === 'GET') return 'watch';
  const verb = (route.name === '' ? COLLECTION_VERBS : NAMED_VERBS)[request.method] ?? '';
  if ((verb === 'list' || (verb === 'get' && route.subresource === '')) && isTrue(request.query.get('watch')))
    return 'watch';
  return verb;
}

/** Answers a request about objects. Throws ApiError. */
export function handleResource(
  handling: Handling,
  request: ApiRequest,
  route: ResourceRoute,
  accepted: Accepted,
): ApiResponse {
  const served = handling.api.served();
  if (!served.hasGroup(route.group)) return respondText(404, '404 page not found\n');
  const resource = served.at(route.group, route.version, route.resource);
  if (!resource || route.rest.length > 0) throw noSuchResource();
  if (isReview(resource.type)) return answerReview(handling, request, resource, accepted);
  const admission = admissionOf(handling.api, request);
  const { namespace, name, subresource } = route;
  const target: Target = { resource, namespace, name, subresource, admission };
  const { type } = resource;
  if (route.subresource !== '' && !type.subresources.includes(route.subresource)) throw noSuchResource();
  if (!type.namespaced && route.namespace !== '') throw noSuchResource();
  const verb = verbOf(request, route);
  if (verb === '') throw methodNotAllowed();
  if (resource.custom?.deprecationWarning !== undefined) request.warnings.push(resource.custom.deprecationWarning);
  const needsNamespace = type.namespaced && route.namespace === '' && verb !== 'list' && verb !== 'watch';
  if (needsNamespace) throw route.name === '' ? methodNotAllowed() : noSuchResource();
  if (!type.verbs.includes(verb) && route.subresource === '')
    throw resource.custom ? verbNotSupported(type, verb) : methodNotAllowed();
  if (route.subresource === 'scale') return handleScale(handling, request, target, verb, accepted);
  return handleVerb(handling, request, target, verb, accepted);
}

function handleVerb(
  handling: Handling,
  request: ApiRequest,
  target: Target,
  verb: string,
  accepted: Accepted,
): ApiResponse {
  const { api } = handling;
  switch (verb) {
    case 'get':
      return answer(handling, request, target, accepted, 200, getObject(api, target, request.query));
    case 'list':
      return answer(handling, request, target, accepted, 200, listObjects(api, target, request.query));
    case 'watch':
      return watch(handling, request, target, accepted);
    case 'create':
      return create(handling, request, target, accepted);
    case 'update':
      return update(handling, request, target, accepted);
    case 'patch':
      return patch(handling, request, target, accepted);
    case 'delete': {
      if (target.subresource !== '') throw methodNotAllowed();
      const options = deleteOptions(deleteBody(request.body, request.headers['content-type'] ?? ''), request.query);
      const warning = target.resource.rules.deleteWarning;
      const deleted = deleteObject(api, target, options);
      if (warning !== undefined && options.propagationPolicy === undefined) request.warnings.push(warning);
      return answer(handling, request, target, accepted, 200, deleteAnswer(target, deleted));
    }
    case 'deletecollection':
      return answer(
        handling,
        request,
        target,
        accepted,
        200,
        deleteCollection(
          api,
          target,
          deleteOptions(deleteBody(request.body, request.headers['content-type'] ?? ''), request.query),
          request.query,
        ),
      );
    default:
      throw methodNotAllowed();
  }
}

function agentOf(request: ApiRequest): string {
  return request.headers['user-agent'] ?? '';
}

function decode(
  handling: Handling,
  request: ApiRequest,
  target: Target,
  validation: 'Ignore' | 'Warn' | 'Strict',
): DecodedBody {
  const value = readBody(target.resource, request.body, request.headers['content-type'] ?? '');
  const decoded = decodeObject(target.resource, value, request.body, validation, handling.types);
  request.warnings.push(...decoded.warnings);
  return decoded;
}

function create(handling: Handling, request: ApiRequest, target: Target, accepted: Accepted): ApiResponse {
  if (target.subresource !== '' || (target.name !== '' && !target.resource.custom)) throw methodNotAllowed();
  const options = writeOptions(request.query, agentOf(request), 'CreateOptions');
  const { object, emptied } = decode(handling, request, target, options.fieldValidation);
  if (target.name !== '') throw methodNotAllowed();
  const result = createObject(handling.api, { ...target, emptied }, object, options);
  return written(handling, request, target, accepted, result);
}

function update(handling: Handling, request: ApiRequest, target: Target, accepted: Accepted): ApiResponse {
  const options = writeOptions(request.query, agentOf(request), 'UpdateOptions');
  const { object, emptied } = decode(handling, request, target, options.fieldValidation);
  const result = updateObject(handling.api, { ...target, emptied }, object, options);
  return written(handling, request, target, accepted, result);
}

function patch(handling: Handling, request: ApiRequest, target: Target, accepted: Accepted): ApiResponse {
  const type = patchTypeOf(target.resource, request.headers['content-type'] ?? '');
  const options = writeOptions(request.query, agentOf(request), 'PatchOptions', type === 'apply');
  const { api, types } = handling;
  const warn = (text: string): void => void request.warnings.push(text);
  const result =
    type === 'apply'
      ? applyObject(api, target, request.body, options, types, warn)
      : patchObject(api, target, type, request.body, options, types, warn);
  return written(handling, request, target, accepted, result);
}

function written(
  handling: Handling,
  request: ApiRequest,
  target: Target,
  accepted: Accepted,
  result: Written,
): ApiResponse {
  return answer(handling, request, target, accepted, result.created ? 201 : 200, result.object, [
    ...request.warnings,
    ...result.warnings,
  ]);
}

/** Puts an object or a list into the form that was asked for. */
function answer(
  { api }: Handling,
  request: ApiRequest,
  { resource }: Target,
  { form, as, asVersion }: Accepted,
  code: number,
  object: JsonObject,
  warnings: readonly string[] = request.warnings,
): ApiResponse {
  const pretty = isTrue(request.query.get('pretty'));
  const isStatus = object['kind'] === 'Status';
  if (as === '' || isStatus) return respond(code, object, form, warnings, pretty);
  if (as === 'Table')
    return respond(
      code,
      tableOf(resource, object, tableOptions(request.query, asVersion, api.clock.now())),
      form,
      warnings,
      pretty,
    );
  const isList = object['kind'] === resource.listKind && Array.isArray(object['items']);
  if (as === 'PartialObjectMetadata') {
    if (isList)
      throw notAcceptable(
        `you requested PartialObjectMetadata, but the requested object is a list (${goListType(resource)})`,
      );
    return respond(code, partialMetadata(object, asVersion), form, warnings, pretty);
  }
  if (!isList)
    throw notAcceptable(
      `you requested PartialObjectMetadataList, but the requested object is not a list (${goListType(resource).replace(/List\)?$/, '')})`,
    );
  const items = (object['items'] as JsonValue[]).filter(isJsonObject).map((item) => partialMetadata(item, asVersion));
  return respond(
    code,
    {
      kind: 'PartialObjectMetadataList',
      apiVersion: `meta.k8s.io/${asVersion}`,
      metadata: object['metadata'] as JsonObject,
      items,
    },
    form,
    warnings,
    pretty,
  );
}

function goListType({ type, custom, listKind }: Target['resource']): string {
  return custom
    ? '*unstructured.UnstructuredList'
    : `*${type.group === '' ? 'core' : type.group.split('.')[0]}.${listKind}`;
}

function watch({ api }: Handling, request: ApiRequest, target: Target, { as, asVersion }: Accepted): ApiResponse {
  const { resource } = target;
  const parsed = watchRequest(target, request.query);
  let isFirst = true;
  const form = (object: JsonObject, isBookmark: boolean): JsonObject => {
    if (as === 'Table') {
      const table = tableOf(resource, object, tableOptions(request.query, asVersion, api.clock.now()), isFirst);
      if (!isBookmark) isFirst = false;
      return isBookmark ? { ...table, rows: [] } : table;
    }
    return as === '' ? object : partialMetadata(object, asVersion);
  };
  if (as === 'Table') tableOptions(request.query, asVersion, 0);
  return {
    code: 200,
    contentType: 'application/json',
    body: '',
    stream: (sink) => streamWatch(api, parsed, form, sink),
  };
}
