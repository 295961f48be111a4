// How much of what a Kustomization has may go in one commit without a question: the loop asks beyond it (reconcile/kustomization/massPrune.ts),
// and the plan says it as a danger. Counts only.

/** So many objects may always go: what a person removes by hand is fewer. */
const MANY = 20;

/** Whether most of a large inventory goes. `gone` are those that would be deleted, without what stays or is handed over. */
export function isMassPrune(gone: number, inventory: number): boolean {
  return gone > MANY && gone * 2 > inventory;
}
