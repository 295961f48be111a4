// What a request is about, read off its path, as k8s.io/apiserver pkg/endpoints/request/requestinfo.go does.

export type Route =
  | { readonly kind: 'other'; readonly path: string }
  | {
      readonly kind: 'resource';
      readonly group: string;
      readonly version: string;
      /** The path's first word after the version is `watch`: the old form of a watch. */
      readonly watchPath: boolean;
      readonly namespace: string;
      readonly resource: string;
      readonly name: string;
      readonly subresource: string;
      /** Path below a proxy-like subresource; such paths are not served. */
      readonly rest: readonly string[];
    };

/** Subresources of the namespace itself: below them a path is not about an object in the namespace. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

export function routeOf(path: string): Route {
  const words = path.split('/').slice(1);
  if (words.at(-1) === '') words.pop();
  let parts: string[];
  try {
    parts = words.map((word) => decodeURIComponent(word));
  } catch {
    return { kind: 'other', path };
  }
  const [root, ...afterRoot] = parts;
  const isCore = root === 'api' && afterRoot.length >= 2;
  const isGroup = root === 'apis' && afterRoot.length >= 3;
  if ((!isCore && !isGroup) || parts.includes('')) return { kind: 'other', path };
  const group = isCore ? '' : (afterRoot[0] as string);
  const version = (isCore ? afterRoot[0] : afterRoot[1]) as string;
  let rest = afterRoot.slice(isCore ? 1 : 2);
  const watchPath = rest[0] === 'watch' && rest.length > 1;
  if (watchPath) rest = rest.slice(1);
  const common = { kind: 'resource', group, version, watchPath } as const;
  if (
    rest[0] === 'namespaces' &&
    rest.length > 2 &&
    !(rest.length === 3 && NAMESPACE_SUBRESOURCES.has(rest[2] as string))
  ) {
    const [, namespace = '', resource = '', name = '', subresource = '', ...deeper] = rest;
    return { ...common, namespace, resource, name, subresource, rest: deeper };
  }
  const [resource = '', name = '', subresource = '', ...deeper] = rest;
  return { ...common, namespace: '', resource, name, subresource, rest: deeper };
}
