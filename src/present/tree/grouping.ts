// What the Reconciliation view is grouped by, in its words. Holds words only.

export const GROUPINGS = ['source', 'kustomization', 'state'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What stands beside the title of the view. */
export function groupingSentence(grouping: Grouping): string {
  return `grouped by ${grouping}`;
}

/** The grouping of a word that was remembered; the usual one where it means none. */
export function readGrouping(word: unknown): Grouping {
  return GROUPINGS.find((one) => one === word) ?? 'source';
}

/** What a choice of it says of each. */
export const GROUPING_HELP: Readonly<Record<Grouping, string>> = {
  source: 'each source with the kustomizations that it feeds',
  kustomization: 'all kustomizations by name',
  state: 'what failed or drifted first',
};
