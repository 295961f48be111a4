// What was edited in a kustomization: one entry of one list field, or more than that. Reads two trees; changes nothing.
import type { MapNode, Node } from '../../model/node.ts';
import type { Place } from '../../model/sourceText.ts';
import type { TextEdit } from './textEdit.ts';

export interface EntryEdit {
  readonly field: string;
  readonly index: number;
  /** The entry as it was. */
  readonly old: MapNode;
}

/** The one entry in which two readings differ, where all else stands where the edit of the text leaves it. */
export function entryEdit(old: MapNode, now: MapNode, edit: TextEdit): EntryEdit | undefined {
  if (!sameKeys(old, now) || !follows(old.origin.place, now.origin.place, edit)) return undefined;
  const found: EntryEdit[] = [];
  for (const [field, { value }] of old.entries) {
    const next = now.entries.get(field)?.value;
    if (!next || sameTree(value, next, edit)) continue;
    if (value.kind !== 'list' || next.kind !== 'list' || value.items.length !== next.items.length) return undefined;
    if (!follows(value.origin.place, next.origin.place, edit)) return undefined;
    for (const [index, item] of value.items.entries()) {
      const other = next.items[index] as Node;
      if (sameTree(item, other, edit)) continue;
      if (item.kind !== 'map' || other.kind !== 'map' || !holds(item.origin.place, edit)) return undefined;
      found.push({ field, index, old: item });
    }
  }
  return found.length === 1 ? found[0] : undefined;
}

function holds(place: Place | undefined, { start, end }: TextEdit): boolean {
  return place !== undefined && place.start <= start && end <= place.end;
}

/** Whether a place is where its document takes it along an edit (DocumentText.edit): before, behind or around that. */
export function follows(old: Place | undefined, now: Place | undefined, { start, end, by }: TextEdit): boolean {
  if (!old || !now) return old === now;
  const isStart = old.start <= start ? now.start === old.start : old.start >= end && now.start === old.start + by;
  const isBefore = old.end <= start && old.end < end;
  return isStart && (isBefore ? now.end === old.end : old.end >= end && now.end === old.end + by);
}

export function sameTree(a: Node, b: Node, edit: TextEdit): boolean {
  if (!follows(a.origin.place, b.origin.place, edit)) return false;
  if (a.kind === 'scalar')
    return b.kind === 'scalar' && a.text === b.text && a.tag === b.tag && a.style === b.style && a.value === b.value;
  if (a.kind === 'list')
    return (
      b.kind === 'list' &&
      a.items.length === b.items.length &&
      a.items.every((item, i) => sameTree(item, b.items[i] as Node, edit))
    );
  if (b.kind !== 'map' || !sameKeys(a, b)) return false;
  return [...a.entries].every(([key, entry]) => {
    const other = b.entries.get(key);
    return (
      other !== undefined &&
      entry.keyStyle === other.keyStyle &&
      follows(entry.keyPlace, other.keyPlace, edit) &&
      sameTree(entry.value, other.value, edit)
    );
  });
}

function sameKeys(a: MapNode, b: MapNode): boolean {
  const keys = b.entries.keys();
  return a.entries.size === b.entries.size && [...a.entries.keys()].every((key) => key === keys.next().value);
}
