// The answer to an apply that conflicts, as kube-apiserver words it (managedfields/internal/conflict.go).
import { managerId, printManager } from './managedFields.ts';
import { compareText, printPath } from './pathElement.ts';
import type { Conflict } from './updater.ts';

/** A cause of the Status of a conflict. */
export interface ConflictCause {
  readonly reason: 'FieldManagerConflict';
  readonly message: string;
  readonly field: string;
}

export function conflictCauses(conflicts: readonly Conflict[]): ConflictCause[] {
  return conflicts.map(({ entry, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${printManager(entry)}`,
    field: printPath(path),
  }));
}

/** The message of the Status: managers in order of their identity, with their fields below them. */
export function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (first && conflicts.length === 1)
    return `Apply failed with 1 conflict: conflict with ${printManager(first.entry)}: ${printPath(first.path)}`;
  const byManager = new Map<string, Conflict[]>();
  for (const conflict of conflicts) {
    const id = managerId(conflict.entry);
    const group = byManager.get(id);
    if (group) group.push(conflict);
    else byManager.set(id, [conflict]);
  }
  const lines = [...byManager]
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([, group]) => [
      `conflicts with ${printManager((group[0] as Conflict).entry)}:`,
      ...group.map(({ path }) => `- ${printPath(path)}`),
    ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}
