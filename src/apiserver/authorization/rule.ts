// The words of access control: what is to be done, and what a role allows. Decides nothing.

export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  /** `pods`, `pods/log`, and with a star all, or one subresource of all. */
  readonly resources: readonly string[];
  /** Empty: all names. */
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** What is to be done: to an object or a collection, or to a path that is none. */
export type Act =
  | {
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly subresource: string;
      /** Empty for what is at the cluster scope. */
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly verb: string; readonly path: string };
