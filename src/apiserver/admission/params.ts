// The parameters of a policy: the objects that a binding names or selects (CollectParams of
// k8s.io/apiserver/pkg/admission/plugin/policy/generic).
import { getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { parseApiVersion } from '../../model/objectRef.ts';
import type { Api } from '../api.ts';
import type { ServedResource } from '../served.ts';
import { selectorMatches } from '../validation/selector.ts';
import { shown } from '../versions.ts';

/** One evaluation for each; null is one without parameters. Or what is wrong with the configuration. */
export type Params = { readonly params: readonly (JsonObject | null)[] } | { readonly error: string };

/** The resource of a policy's paramKind. */
export function paramResource(api: Api, paramKind: JsonObject): ServedResource | { readonly error: string } {
  const { group, version } = parseApiVersion(getString(paramKind, 'apiVersion') ?? '');
  const kind = getString(paramKind, 'kind') ?? '';
  const found = api.served().ofKind({ group, version, kind });
  return found ?? { error: `failed to find resource referenced by paramKind: '${group}/${version}, Kind=${kind}'` };
}

/** `namespace` is that of the request. */
export function collectParams(
  api: Api,
  resource: ServedResource | undefined,
  paramRef: JsonObject | undefined,
  namespace: string,
): Params {
  if (!resource || !paramRef) return { params: [null] };
  const own = getString(paramRef, 'namespace') ?? '';
  const where = own === '' ? namespace : own;
  if (resource.type.namespaced && where === '')
    return { error: 'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources' };
  if (!resource.type.namespaced && own !== '')
    return { error: 'paramRef.namespace must not be provided for a cluster-scoped `paramKind`' };
  const name = getString(paramRef, 'name') ?? '';
  const selector = getObject(paramRef, 'selector');
  if (name === '' && !selector) return { error: 'one of name or selector must be provided' };
  const params = api.store
    .list(resource.stored, resource.type.namespaced ? where : undefined)
    .filter((object) =>
      name === ''
        ? selectorMatches(selector, getObject(object, 'metadata', 'labels'))
        : getString(object, 'metadata', 'name') === name,
    )
    .map((object) => shown(resource, object));
  if (params.length === 0 && getString(paramRef, 'parameterNotFoundAction') === 'Deny')
    return { error: 'no params found for policy binding with `Deny` parameterNotFoundAction' };
  return { params };
}
