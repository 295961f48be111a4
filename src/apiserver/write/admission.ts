// What is asked before a write: does the namespace exist, and does it still take objects. The NamespaceLifecycle plugin.
import { getString } from '../../model/json.ts';
import type { Api, Target } from '../api.ts';
import { ApiError, forbidden, notFound } from '../errors.ts';
import { qualified } from '../errors.ts';

const NAMESPACES = { group: '', plural: 'namespaces' };
const NAMESPACES_STORED = '/namespaces';

/** Namespaces that are there for good. */
const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

/** Refuses a create in a namespace that is missing (404) or being deleted (403). */
export function checkNamespace(api: Api, { resource, namespace, name }: Target): void {
  if (!resource.type.namespaced) return;
  const found = api.store.get(NAMESPACES_STORED, '', namespace);
  if (!found) throw notFound(NAMESPACES, namespace);
  const isEnding =
    getString(found, 'status', 'phase') === 'Terminating' ||
    getString(found, 'metadata', 'deletionTimestamp') !== undefined;
  if (!isEnding) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const { group, plural } = resource.type;
  const what = qualified(group, plural);
  const details = { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: plural };
  throw new ApiError(403, 'Forbidden', `${what} ${JSON.stringify(name)} is forbidden: ${why}`, {
    ...details,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}

/** Refuses to delete a namespace that the cluster needs. */
export function checkDeletable({ resource, name }: Target): void {
  if (resource.stored === NAMESPACES_STORED && IMMORTAL.has(name))
    throw forbidden(NAMESPACES, name, 'this namespace may not be deleted');
}
