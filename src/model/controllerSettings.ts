// What somebody may have told kustomize-controller by flags, for all Kustomizations at once. The names are those of the flags.

export interface ControllerSettings {
  /** Who applies where spec.serviceAccountName names nobody. */
  readonly defaultServiceAccount?: string | undefined;
  /** Refuses sources and dependencies of other namespaces. */
  readonly noCrossNamespaceRefs?: boolean | undefined;
  /** Further managers whose fields are taken over, by the start of their name (`--override-manager`). */
  readonly overrideManagers?: readonly string[] | undefined;
  /** `group/Kind` of what is applied before the rest (`--custom-apply-stage-kinds`). */
  readonly customStageKinds?: readonly string[] | undefined;
  /** See featureGates.ts, where they are read and judged (`--feature-gates`). */
  readonly featureGates?: ReadonlyMap<string, boolean> | undefined;
}
