// What an API server serves: kinds and the resources they are stored as.

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A served resource: what discovery says of a kind. */
export interface ResourceType extends GroupVersionKind {
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

/** What is assumed of a kind whose definition is not there, such as one that a chart brings: that its objects are namespaced. */
export function assumedType(gvk: GroupVersionKind): ResourceType {
  const singular = gvk.kind.toLowerCase();
  return {
    ...gvk,
    plural: `${singular}s`,
    singular,
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: [],
    subresources: [],
  };
}
