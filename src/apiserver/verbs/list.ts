// LIST: pages, selectors and the rules of resourceVersion. As k8s.io/apiserver pkg/storage and
// https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions.
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { apiVersionOf } from '../../model/objectRef.ts';
import type { Api, Target } from '../api.ts';
import { ApiError, badRequest, tooLargeVersion } from '../errors.ts';
import { selectionOf } from '../selectors/selection.ts';
import { objectKey } from '../store/event.ts';
import { forbiddenField, notSupported } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { shown } from '../versions.ts';
import { invalidOptions } from '../write/options.ts';
import { readContinue, writeContinue } from './continueToken.ts';

/** The list object with its items. Throws ApiError. */
export function listObjects(api: Api, target: Target, query: URLSearchParams): JsonObject {
  checkListOptions(query);
  const { resource, namespace } = target;
  const selection = selectionOf(target, query);
  const token = readContinue(query.get('continue') ?? '', query.get('resourceVersion') ?? '');
  const revision = token ? revisionOfToken(api, token.revision) : revisionAsked(api, query);
  const isNow = revision === api.store.revision;
  const all = isNow
    ? api.store.list(resource.stored, namespace)
    : api.store.listAt(resource.stored, namespace, revision);
  if (!all) throw token ? expiredToken(token.start) : expiredVersion();
  const after = token ? all.filter((object) => keyOf(object, namespace) >= token.start) : all;
  const matching = selection.isEverything
    ? after
    : after.filter((object) => selection.matches(shown(resource, object)));
  const limit = limitOf(query);
  const page = limit > 0 ? matching.slice(0, limit) : matching;
  const metadata: JsonObject = { resourceVersion: String(revision) };
  const last = page.at(-1);
  // A full page is continued while keys follow, whether they match or not: upstream stops looking there.
  if (last && limit > 0 && page.length === limit && last !== after.at(-1) && !isOneName(query)) {
    metadata['continue'] = writeContinue(revision, `${keyOf(last, namespace)}\0`);
    if (selection.isEverything) metadata['remainingItemCount'] = matching.length - page.length;
  } else if (resource.custom) metadata['continue'] = '';
  return {
    kind: resource.listKind,
    apiVersion: apiVersionOf(resource.type),
    metadata,
    items: page.map((object) => item(resource.custom !== undefined, shown(resource, object))),
  };
}

/** A selector of one name reads one key. */
function isOneName(query: URLSearchParams): boolean {
  return /(^|,)metadata\.name==?[^,]/.test(query.get('fieldSelector') ?? '');
}

/** Items of built-in lists carry no kind and apiVersion. */
function item(isCustom: boolean, object: JsonObject): JsonObject {
  if (isCustom) return object;
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest;
}

function keyOf(object: JsonObject, namespace: string): string {
  const name = getString(object, 'metadata', 'name') ?? '';
  return namespace === '' ? objectKey(getString(object, 'metadata', 'namespace') ?? '', name) : name;
}

/** A limit with resourceVersion 0 is not kept: the answer comes from the watch cache, whole. */
function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? '0');
  if (query.get('resourceVersion') === '0') return 0;
  return Number.isFinite(limit) ? limit : 0;
}

function revisionAsked(api: Api, query: URLSearchParams): number {
  const text = query.get('resourceVersion') ?? '';
  if (text === '' || text === '0') return api.store.revision;
  if (!/^\d+$/.test(text)) {
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  const version = Number(text);
  if (version > api.store.revision) throw tooLargeVersion(text, String(api.store.revision));
  return query.get('resourceVersionMatch') === 'Exact' ? version : api.store.revision;
}

/** A token of revision -1 continues with what is there now (an inconsistent list). */
function revisionOfToken(api: Api, revision: number): number {
  return revision < 0 ? api.store.revision : revision;
}

function expiredToken(start: string): ApiError {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';
  const error = new ApiError(410, 'Expired', message);
  error.status['metadata'] = { continue: writeContinue(-1, start) };
  return error;
}

function expiredVersion(): ApiError {
  return new ApiError(410, 'Expired', 'The resourceVersion for the provided list is too old.');
}

function checkListOptions(query: URLSearchParams): void {
  const errors: FieldError[] = [];
  const match = query.get('resourceVersionMatch') ?? '';
  const version = query.get('resourceVersion') ?? '';
  const isContinued = (query.get('continue') ?? '') !== '';
  if (query.has('sendInitialEvents'))
    errors.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (match !== '') {
    if (isContinued)
      errors.push(
        forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'),
      );
    if (version === '')
      errors.push(
        forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
      );
    if (match !== 'Exact' && match !== 'NotOlderThan')
      errors.push(notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && version === '0')
      errors.push(
        forbiddenField('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
      );
  }
  if (errors.length > 0) throw invalidOptions('ListOptions', errors);
}
