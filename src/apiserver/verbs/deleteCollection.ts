// DELETE of a collection: every object that the selectors choose, as if each were deleted alone.
import type { JsonObject } from '../../model/json.ts';
import { apiVersionOf } from '../../model/objectRef.ts';
import type { Act, Api, Target } from '../api.ts';
import { ApiError } from '../errors.ts';
import { selectionOf } from '../selectors/selection.ts';
import { shown } from '../versions.ts';
import { text } from '../write/metadata.ts';
import { deleteObject } from './delete.ts';
import type { DeleteOptions } from './delete.ts';

/** Deletes and answers the list of what was chosen. Objects that vanish meanwhile are no error. */
export function deleteCollection(api: Api, target: Target, options: DeleteOptions, query: URLSearchParams): JsonObject {
  const { resource } = target;
  const selection = selectionOf(target, query);
  const revision = String(api.store.revision);
  const chosen = api.store
    .list(resource.stored, target.namespace)
    .map((object) => shown(resource, object))
    .filter((object) => selection.matches(object));
  const { admission, ...bare } = target;
  // To admission, a collection has no name, nor have the objects in it.
  const validate = (act: Act): void => admission?.validate({ ...act, name: '' });
  for (const object of chosen) {
    const one = { ...bare, namespace: text(object, 'namespace'), name: text(object, 'name') };
    try {
      deleteObject(api, admission ? { ...one, admission: { ...admission, validate } } : one, options);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
    }
  }
  const items = resource.custom ? chosen : chosen.map(({ kind: _kind, apiVersion: _apiVersion, ...rest }) => rest);
  return {
    kind: resource.listKind,
    apiVersion: apiVersionOf(resource.type),
    metadata: { ...(resource.custom ? { continue: '' } : {}), resourceVersion: revision },
    items,
  };
}
