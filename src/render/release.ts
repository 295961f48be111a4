// Which kustomize a build is to equal. Decides nothing.

/** A release of kustomize, where two that are in use build differently. */
export type Release = '5.8.1' | '5.8.3';
