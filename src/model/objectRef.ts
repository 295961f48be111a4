// The name of a Kubernetes object, and its forms in text.
import { getString } from './json.ts';
import type { JsonValue } from './json.ts';

/** What identifies an object in a cluster. `group` is empty for the core group, `namespace` for cluster-scoped objects. */
export interface ObjectRef {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export function refOf(object: JsonValue): ObjectRef {
  const { group, version } = parseApiVersion(getString(object, 'apiVersion') ?? '');
  return {
    group,
    version,
    kind: getString(object, 'kind') ?? '',
    namespace: getString(object, 'metadata', 'namespace') ?? '',
    name: getString(object, 'metadata', 'name') ?? '',
  };
}

export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export function apiVersionOf(ref: { readonly group: string; readonly version: string }): string {
  return ref.group === '' ? ref.version : `${ref.group}/${ref.version}`;
}

/** `Deployment shop/web`, `Namespace shop`: as an object is called where a person reads it. */
export function sayRef({ kind, namespace, name }: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

/** `Kind/namespace/name`, or `Kind/name` without a namespace: the form of Flux's messages and of our command line. */
export function printRef(ref: ObjectRef): string {
  return ref.namespace === '' ? `${ref.kind}/${ref.name}` : `${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** One string for each object whatever its version: a key for maps. Not the inventory's id (see model/inventory.ts). */
export function keyOf(ref: ObjectRef): string {
  return `${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`;
}
