// One request to its answer: who asks, what it is about, which verb, in which form. Refusals become Status bodies here.
import { ApiError, forbidden, forbiddenPath, internalError, notAcceptable } from './errors.ts';
import type { Handling } from './handling.ts';
import type { ApiRequest, ApiResponse, User } from './http/message.ts';
import { negotiate } from './http/negotiate.ts';
import type { Accepted } from './http/negotiate.ts';
import { respondError } from './http/respond.ts';
import { handleOther, isPublic } from './paths.ts';
import { handleResource, verbOf } from './resourceRequest.ts';
import { routeOf } from './route.ts';
import type { Route } from './route.ts';
import { ConnectionClosed } from './verbs/patch.ts';

/** Answers a request. Never throws: what is unforeseen is a 500. An answer of undefined closes the connection. */
export function handle(handling: Handling, request: ApiRequest): ApiResponse | undefined {
  const route = routeOf(request.path);
  const accepted = negotiate(request.headers['accept']);
  try {
    authorize(request.user, request, route);
    if (route.kind === 'other') return handleOther(handling, request, route.path);
    if (!accepted) return respondError(unacceptable(request));
    return handleResource(handling, request, route, accepted);
  } catch (error) {
    if (error instanceof ApiError) {
      const refusal = respondError(error, formOfErrors(accepted), request.warnings);
      return request.method === 'HEAD' ? { ...refusal, body: '' } : refusal;
    }
    if (error instanceof ConnectionClosed) return undefined;
    handling.api.log.error(
      'apiserver',
      `${request.method} ${request.path} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return respondError(internalError(error instanceof Error ? error.message : String(error)));
  }
}

function formOfErrors(accepted: Accepted | undefined): 'json' | 'yaml' {
  return accepted?.form ?? 'json';
}

const REPRESENTATIONS = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

function unacceptable(request: ApiRequest): ApiError {
  if ((request.headers['accept'] ?? '').includes('as='))
    return notAcceptable(`only the following media types are accepted: ${REPRESENTATIONS}`);
  return new ApiError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${REPRESENTATIONS}`, {});
}

/** One administrator; everybody else sees what a stranger sees. */
function authorize(user: User, request: ApiRequest, route: Route): void {
  if (user.admin) return;
  if (route.kind === 'other') {
    if (isPublic(route.path)) return;
    throw forbiddenPath(
      `User ${JSON.stringify(user.name)} cannot ${request.method.toLowerCase()} path ${JSON.stringify(route.path)}`,
    );
  }
  const { group, resource, subresource, namespace, name } = route;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  throw forbidden(
    { group, plural: resource },
    name,
    `User ${JSON.stringify(user.name)} cannot ${verbOf(request, route)} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`,
  );
}
