// One request to its answer: who asks, what it is about, which verb, in which form. Refusals become Status bodies here.
import { reasonOf } from '../model/reason.ts';
import { actingUser, authorize } from './authorization/authorize.ts';
import { ApiError, internalError, notAcceptable } from './errors.ts';
import type { Handling } from './handling.ts';
import type { ApiRequest, ApiResponse } from './http/message.ts';
import { negotiate } from './http/negotiate.ts';
import type { Accepted } from './http/negotiate.ts';
import { respondError } from './http/respond.ts';
import { handleOther } from './paths.ts';
import { handleResource } from './resourceRequest.ts';
import { routeOf } from './route.ts';
import { ConnectionClosed } from './verbs/patch.ts';

/** Answers a request. Never throws: what is unforeseen is a 500. An answer of undefined closes the connection. */
export function handle(handling: Handling, asked: ApiRequest): ApiResponse | undefined {
  const route = routeOf(asked.path);
  const accepted = negotiate(asked.headers['accept']);
  let request = asked;
  try {
    const user = actingUser(handling.api, asked);
    request = { ...asked, user };
    authorize(handling.api, user, request, route);
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
    return respondError(internalError(reasonOf(error)));
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
