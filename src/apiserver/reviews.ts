// Resources that are questions: access reviews, token reviews. They are answered and never stored.
import { getList, getString, isJsonObject } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { apiVersionOf } from '../model/objectRef.ts';
import type { ResourceType } from '../model/resourceType.ts';
import type { Api } from './api.ts';
import { mayDo, rulesOf } from './authorization/rbac.ts';
import type { Act, Rule } from './authorization/rule.ts';
import { badRequest, methodNotAllowed } from './errors.ts';
import type { Handling } from './handling.ts';
import type { ApiRequest, ApiResponse, User } from './http/message.ts';
import type { Accepted } from './http/negotiate.ts';
import { respond } from './http/respond.ts';
import type { ServedResource } from './served.ts';
import { decodeObject, readBody } from './write/decode.ts';

type Answer = (review: JsonObject, request: ApiRequest, api: Api) => JsonObject;

/** Whether the one that a review is about may do what it says. */
const reviewed: Answer = (review, { user }, api) => {
  const name = getString(review, 'spec', 'user');
  const groups = (getList(review, 'spec', 'groups') ?? []).filter((group) => typeof group === 'string');
  const about: User =
    review['kind'] === 'SelfSubjectAccessReview'
      ? user
      : { name: name ?? '', groups, admin: groups.includes('system:masters') };
  const allowed = mayDo(api, about, actOf(review));
  return allowed
    ? { allowed, reason: about.admin ? 'a member of system:masters may do everything' : 'RBAC: allowed by a binding' }
    : { allowed };
};

function actOf(review: JsonObject): Act {
  const path = getString(review, 'spec', 'nonResourceAttributes', 'path');
  const text = (field: string): string => getString(review, 'spec', 'resourceAttributes', field) ?? '';
  if (path !== undefined) return { verb: getString(review, 'spec', 'nonResourceAttributes', 'verb') ?? '', path };
  return {
    verb: text('verb'),
    group: text('group'),
    resource: text('resource'),
    subresource: text('subresource'),
    namespace: text('namespace'),
    name: text('name'),
  };
}

/** `kubectl auth can-i --list`. */
const ruleReview: Answer = (review, { user }, api) => {
  const all: Rule[] = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: ['*'] }];
  const rules = user.admin ? all : rulesOf(api, user, getString(review, 'spec', 'namespace') ?? '');
  return {
    resourceRules: rules
      .filter((rule) => rule.resources.length > 0)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({
        verbs: [...verbs],
        apiGroups: [...apiGroups],
        resources: [...resources],
        ...(resourceNames.length > 0 ? { resourceNames: [...resourceNames] } : {}),
      })),
    nonResourceRules: rules
      .filter((rule) => rule.nonResourceURLs.length > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs: [...verbs], nonResourceURLs: [...nonResourceURLs] })),
    incomplete: false,
  };
};

/** By kind. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  SelfSubjectAccessReview: reviewed,
  SubjectAccessReview: reviewed,
  LocalSubjectAccessReview: reviewed,
  SelfSubjectRulesReview: ruleReview,
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
      status: answer({ ...object, kind: resource.type.kind }, request, handling.api),
    },
    form,
  );
}
