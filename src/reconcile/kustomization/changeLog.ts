// A change set in the words of Flux's events.
import type { ChangeSet } from '../../model/changeSet.ts';
import { printRef } from '../../model/objectRef.ts';

/** The lines that say that something was done; each ends with a line feed. */
export function changeLog(changes: ChangeSet): string {
  return changes
    .filter(({ action }) => action === 'created' || action === 'configured' || action === 'deleted')
    .map(({ ref, action }) => `${printRef(ref)} ${action}\n`)
    .join('');
}
