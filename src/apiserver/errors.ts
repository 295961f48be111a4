// The Status errors of the API, as kube-apiserver words them (k8s.io/apimachinery pkg/api/errors). Every refusal that a
// client sees is made here; nothing else builds a Status by hand.
import type { JsonObject } from '../model/json.ts';
import { invalidCauses, invalidMessage } from './validation/fieldError.ts';
import type { FieldError } from './validation/fieldError.ts';

/** A failed request. `status` is the body that the client gets. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly status: JsonObject;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: JsonObject,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.reason = reason;
    this.headers = headers;
    this.status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message };
    if (reason !== '') this.status['reason'] = reason;
    if (details !== undefined) this.status['details'] = details;
    this.status['code'] = code;
  }
}

/** A resource in messages: `configmaps`, `deployments.apps`. */
export interface ResourceName {
  readonly group: string;
  readonly plural: string;
}

/** A kind in messages: `ConfigMap`, `Widget.t.example.dev`. */
export interface KindName {
  readonly group: string;
  readonly kind: string;
}

export function qualified(group: string, name: string): string {
  return group === '' ? name : `${name}.${group}`;
}

function detailsOf(name: string, group: string, kind: string): JsonObject {
  return { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), ...(kind === '' ? {} : { kind }) };
}

export function notFound(resource: ResourceName, name: string): ApiError {
  return new ApiError(
    404,
    'NotFound',
    `${qualified(resource.group, resource.plural)} "${name}" not found`,
    detailsOf(name, resource.group, resource.plural),
  );
}

/** An address that is not served, below a group and version that may be. */
export function noSuchResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function verbNotSupported(resource: ResourceName, verb: string): ApiError {
  const kind = qualified(resource.group, resource.plural);
  return new ApiError(
    405,
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind "${kind}"`,
    detailsOf('', resource.group, resource.plural),
  );
}

export function alreadyExists(resource: ResourceName, name: string): ApiError {
  return new ApiError(
    409,
    'AlreadyExists',
    `${qualified(resource.group, resource.plural)} "${name}" already exists`,
    detailsOf(name, resource.group, resource.plural),
  );
}

/** The name is taken by an object that waits for its finalizers. */
export function beingDeleted(resource: ResourceName, name: string): ApiError {
  const message = `object is being deleted: ${qualified(resource.group, resource.plural)} "${name}" already exists`;
  return new ApiError(409, 'AlreadyExists', message, detailsOf(name, resource.group, resource.plural));
}

/** POST with generateName whose generated name was taken: the client may try again. */
export function generatedNameExists(resource: ResourceName, name: string): ApiError {
  const message = `${qualified(resource.group, resource.plural)} "${name}" already exists, the server was not able to generate a unique name for the object`;
  return new ApiError(
    409,
    'AlreadyExists',
    message,
    { ...detailsOf(name, resource.group, resource.plural), retryAfterSeconds: 1 },
    { 'Retry-After': '1' },
  );
}

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export function conflict(resource: ResourceName, name: string, why: string = MODIFIED): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(resource.group, resource.plural)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, detailsOf(name, resource.group, resource.plural));
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function internalError(message: string): ApiError {
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

/** An error of the server's own code without a reason of its own: the body carries the bare message. */
export function plainFailure(message: string): ApiError {
  return new ApiError(500, '', message);
}

export function forbidden(resource: ResourceName, name: string, why: string): ApiError {
  const what = qualified(resource.group, resource.plural);
  const message = name === '' ? `${what} is forbidden: ${why}` : `${what} "${name}" is forbidden: ${why}`;
  return new ApiError(403, 'Forbidden', message, detailsOf(name, resource.group, resource.plural));
}

export function forbiddenPath(why: string): ApiError {
  return new ApiError(403, 'Forbidden', `forbidden: ${why}`, {});
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

/** 422: the object breaks rules of its kind. */
export function invalid(kind: KindName, name: string, errors: readonly FieldError[]): ApiError {
  const what = qualified(kind.group, kind.kind);
  return new ApiError(422, 'Invalid', `${what} "${name}" is invalid: ${invalidMessage(errors)}`, {
    ...detailsOf(name, kind.group, kind.kind),
    causes: invalidCauses(errors),
  });
}

export function unsupportedBody(accepted: readonly string[]): ApiError {
  return new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

export function notAcceptable(message: string): ApiError {
  return new ApiError(406, 'NotAcceptable', message);
}

export function tooLarge(limit: number): ApiError {
  return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`);
}

/** 410: the history before this revision is gone; the client lists again. */
export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

/** 504: a revision that the server has not reached. */
export function tooLargeVersion(asked: string, current: string): ApiError {
  return new ApiError(
    504,
    'Timeout',
    `Timeout: Too large resource version: ${asked}, current: ${current}`,
    { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
    { 'Retry-After': '1' },
  );
}
