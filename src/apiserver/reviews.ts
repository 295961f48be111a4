// Resources that are questions: access reviews, token reviews. They are answered and never stored.
import { getString, isJsonObject } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { apiVersionOf } from '../model/objectRef.ts';
import type { ResourceType } from '../model/resourceType.ts';
import { badRequest, methodNotAllowed } from './errors.ts';
import type { Handling } from './handling.ts';
import type { ApiRequest, ApiResponse } from './http/message.ts';
import type { Accepted } from './http/negotiate.ts';
import { respond } from './http/respond.ts';
import type { ServedResource } from './served.ts';
import { decodeObject, readBody } from './write/decode.ts';

type Answer = (review: JsonObject, request: ApiRequest) => JsonObject;

const allowed: Answer = () => ({ allowed: true, reason: 'the embedded cluster has one user, who may do everything' });

/** By kind. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  SelfSubjectAccessReview: allowed,
  SubjectAccessReview: allowed,
  LocalSubjectAccessReview: allowed,
  SelfSubjectRulesReview: () => ({
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  }),
  SelfSubjectReview: (_review, { user }) => ({ userInfo: { username: user.name, groups: [...user.groups] } }),
  TokenReview: (review) =>
    getString(review, 'spec', 'token')
      ? { authenticated: false, error: 'tokens are not looked up', user: {} }
      : { authenticated: false, user: {} },
};

export function isReview(type: ResourceType): boolean {
  return Object.hasOwn(ANSWERS, type.kind);
}

/** Answers a review. Throws ApiError. */
export function answerReview(
  handling: Handling,
  request: ApiRequest,
  resource: ServedResource,
  { form }: Accepted,
): ApiResponse {
  if (request.method !== 'POST') throw methodNotAllowed();
  const { object } = decodeObject(
    resource,
    readBody(resource, request.body, request.headers['content-type'] ?? ''),
    request.body,
    'Ignore',
    handling.types,
  );
  const answer = ANSWERS[resource.type.kind];
  if (!answer || !isJsonObject(object)) throw badRequest('not a review');
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  return respond(
    201,
    {
      ...object,
      kind: resource.type.kind,
      apiVersion: apiVersionOf(resource.type),
      metadata,
      status: answer(object, request),
    },
    form,
  );
}
