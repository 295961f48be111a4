// A write as an admission request describes it to expressions and webhooks (CreateAdmissionRequest of
// k8s.io/apiserver/pkg/admission/plugin/cel), without the objects.
import type { JsonObject } from '../../model/json.ts';
import type { GroupVersionKind } from '../../model/resourceType.ts';
import type { Act } from '../api.ts';
import type { User } from '../http/message.ts';
import type { ServedResource } from '../served.ts';
import { namespaceOf } from './matching.ts';

/** What the request says of itself beside the object. */
export interface Asked {
  readonly user: User;
  readonly dryRun: boolean;
  /** CreateOptions, UpdateOptions or DeleteOptions. */
  readonly options: (act: Act) => JsonObject;
}

/** `matched`: the version of the resource that the policy or the webhook is about. */
export function reviewRequest(act: Act, matched: ServedResource, { user, dryRun, options }: Asked): JsonObject {
  const { target, operation, name } = act;
  const { subresource } = target;
  const namespace = namespaceOf(act);
  const named = (key: string): JsonObject => (subresource === '' ? {} : { [key]: subresource });
  return {
    kind: kindOf(act.kind ?? matched.type),
    resource: resourceOf(matched),
    ...named('subResource'),
    requestKind: kindOf(act.kind ?? target.resource.type),
    requestResource: resourceOf(target.resource),
    ...named('requestSubResource'),
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: { username: user.name, ...(user.groups.length === 0 ? {} : { groups: [...user.groups] }) },
    dryRun,
    options: options(act),
  };
}

function kindOf({ group, version, kind }: GroupVersionKind): JsonObject {
  return { group, version, kind };
}

function resourceOf({ type: { group, version, plural } }: ServedResource): JsonObject {
  return { group, version, resource: plural };
}
