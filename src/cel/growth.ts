// Bounds what one call may make. cel-go charges for what it reads; a few calls that each multiply a text would fill the
// memory long before any budget is used up.
import type { CelValue } from './value.ts';

/** Characters of a text, elements of a list. An object of a cluster has less than half of it in all. */
const LIMIT = 4 * 1024 * 1024;

function sizeOf(value: CelValue | undefined): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  return typeof value === 'object' && value !== null && value.kind === 'list' ? value.items.length : 0;
}

/** Whether a call would make more than it may; asked before those that multiply. */
export function wouldGrow(name: string, [target, first, second]: readonly CelValue[]): boolean {
  if (name === 'replace')
    return sizeOf(target) + (sizeOf(target) / Math.max(sizeOf(first), 1) + 1) * sizeOf(second) > LIMIT;
  if (name === 'join') return sizeOf(target) * sizeOf(first) > LIMIT;
  return false;
}

export function hasGrown(result: CelValue): boolean {
  return sizeOf(result) > LIMIT;
}
