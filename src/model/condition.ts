// Status conditions as Kubernetes and Flux write them.

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** RFC 3339, to the second. */
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}
