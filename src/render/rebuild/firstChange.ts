// Where two readings of a kustomization begin to differ, in the order in which its fields are built. Reads two trees;
// changes nothing.
import { child } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import { emptyConfig } from '../config/transformerConfig.ts';
import { follows, sameTree } from './entryEdit.ts';
import { generatorUses } from '../generators.ts';
import type { Kustomization } from '../kustomization/kustomization.ts';
import type { TextEdit } from './textEdit.ts';
import { isBefore } from './trace.ts';
import type { Position } from './trace.ts';
import { transformers } from '../transform/transformers.ts';

/** The first position that the edit concerns; undefined where it concerns what is read before all of them, or more. */
export function firstChange(old: Kustomization, now: Kustomization, edit: TextEdit): Position | undefined {
  if (old.kind !== now.kind || !follows(old.fields.origin.place, now.fields.origin.place, edit)) return undefined;
  const changed = new Map<string, number>();
  for (const field of new Set([...old.fields.entries.keys(), ...now.fields.entries.keys()])) {
    const at = firstEntry(child(old.fields, field), child(now.fields, field), edit);
    if (at !== undefined) changed.set(field, at);
  }
  const positions: Position[] = [];
  for (const [field, index] of changed) {
    if (field === 'resources' || field === 'components') positions.push({ part: field, index });
    else if (field === 'generatorOptions') positions.push({ part: 'generators', index: 0 });
    else if (asked(old, now, generated).has(field))
      positions.push({ part: 'generators', index: firstAsked(old, now, generated, changed) });
    else if (asked(old, now, transformed).has(field))
      positions.push({ part: 'transformers', index: firstAsked(old, now, transformed, changed) });
    else return undefined;
  }
  const [first, ...others] = positions;
  return first && others.reduce((a, b) => (isBefore(b, a) ? b : a), first);
}

/** The first entry of a list in which a field differs, 0 for any other field; undefined where nothing differs. */
function firstEntry(old: Node | undefined, now: Node | undefined, edit: TextEdit): number | undefined {
  if (old && now && sameTree(old, now, edit)) return undefined;
  if (old?.kind !== 'list' || now?.kind !== 'list') return 0;
  const differs = (item: Node, i: number): boolean => !now.items[i] || !sameTree(item, now.items[i], edit);
  const at = old.items.findIndex(differs);
  return at < 0 ? old.items.length : at;
}

/** What the fields of a kustomization ask for, in order: the field, the entry, and what is run. */
type Asked = readonly { readonly field: string; readonly index: number; readonly run: unknown }[];

function generated(kustomization: Kustomization): Asked {
  return generatorUses(kustomization).map(({ generator: { run }, use: { field, index } }) => ({ field, index, run }));
}

function transformed(kustomization: Kustomization): Asked {
  return transformers.flatMap(({ uses, run }) =>
    (uses?.(kustomization, emptyConfig, () => undefined) ?? []).map(({ field, index }) => ({ field, index, run })),
  );
}

function asked(old: Kustomization, now: Kustomization, of: (one: Kustomization) => Asked): ReadonlySet<string> {
  return new Set([...of(old), ...of(now)].map(({ field }) => field));
}

/** How many things come before the first one that is another than it was. */
function firstAsked(
  old: Kustomization,
  now: Kustomization,
  of: (one: Kustomization) => Asked,
  changed: ReadonlyMap<string, number>,
): number {
  const [before, after] = [of(old), of(now)];
  // Where a field is one thing as a whole, any of its entries is that thing.
  const isWhole = (field: string): boolean =>
    [before, after].some((list) => list.filter((one) => one.field === field).length === 1);
  const isSame = (one: Asked[number], i: number): boolean => {
    const other = after[i];
    if (other?.field !== one.field || other.index !== one.index || other.run !== one.run) return false;
    const at = changed.get(one.field);
    return at === undefined || (one.index < at && !isWhole(one.field));
  };
  const at = before.findIndex((one, i) => !isSame(one, i));
  return at < 0 ? before.length : at;
}
