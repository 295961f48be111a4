// How many plans were held to the controllers, and in what they were wrong.

export interface PlanCounts {
  /** Plans of one Kustomization each that were held to what happened. */
  plans: number;
  /** Entries of them by action, predicted and confirmed ones together. */
  readonly entries: Map<string, number>;
  /** Entries or objects where something else happened. */
  predictedWrong: number;
  confirmedWrong: number;
  /** Objects that were predicted and then asked about, and those of which the server said otherwise. */
  compared: number;
  differing: number;
  /** What could not be held to anything, by reason. */
  readonly left: Map<string, number>;
}

export function newPlanCounts(): PlanCounts {
  const none = { plans: 0, predictedWrong: 0, confirmedWrong: 0, compared: 0, differing: 0 };
  return { ...none, entries: new Map(), left: new Map() };
}

/** What is said of the plans at the end of a run. */
export function planSummary({ plans, entries, left, ...counts }: PlanCounts): string[] {
  const list = (map: ReadonlyMap<string, number>): string =>
    [...map]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const share = counts.compared === 0 ? 0 : (100 * counts.differing) / counts.compared;
  return [
    `plans: ${plans} held to the controllers (${list(entries)}); differences: ${counts.predictedWrong} predicted, ${counts.confirmedWrong} confirmed`,
    `predictions: ${counts.compared} objects compared with a dry-run, ${counts.differing} differ (${share.toFixed(2)} %)`,
    ...(left.size > 0 ? [`not held to anything: ${list(left)}`] : []),
  ];
}
