// The operations of JSON 6902 patches in source files: which pointer (`path`, `from`) is under a cursor, and where the field
// that it means is written. Reads the chains of what was rendered. Pure.
import { child, nodeAt } from '../../model/node.ts';
import type { Node, ScalarNode } from '../../model/node.ts';
import { chainOf } from '../../model/origin.ts';
import type { Origin } from '../../model/origin.ts';
import { SourceText } from '../../model/sourceText.ts';
import type { Place } from '../../model/sourceText.ts';
import { embeddedText } from '../../render/patch/embeddedText.ts';
import { readYaml } from '../../yaml/read.ts';
import { scalarsAt } from './pathReferences.ts';
import { reachedByFile } from './reached.ts';
import type { ReachedField } from './reached.ts';
import type { Cursor, SourceView } from './sourceView.ts';
import { isWithin, uniquePlaces } from './sourceView.ts';
import { textShift } from './textShift.ts';

export interface Pointed {
  /** The pointer, in the text as the editor has it. */
  readonly from: Place;
  readonly places: readonly Place[];
}

/**
 * The pointer under a cursor, and where what it means stands: of `from` the value that was moved or copied, of `path` the
 * value that was replaced or, where there was none, what the field was put into.
 */
export function pointedAt(view: SourceView, cursor: Cursor): Pointed | undefined {
  if (!/["']?\bop["']?\s*:/.test(cursor.text)) return undefined;
  const pointer = pointersIn(new SourceText(cursor.path, cursor.text)).find(({ place }) =>
    isWithin(place, cursor.offset),
  );
  if (!pointer) return undefined;
  const fields = reachedByFile(view.state, view.reach, cursor.path, cursor.text)
    .flatMap((one) => one.fields)
    .filter(({ part, place }) => part === 'value' && isInOperation(place, pointer.operation, cursor.text));
  const outermost = Math.min(...fields.map(({ path }) => path.length));
  const places = fields
    .filter(({ path }) => path.length === outermost)
    .flatMap((field) => (pointer.field === 'from' ? sourceOf(field) : targetOf(field)));
  return { from: pointer.place, places: uniquePlaces(places) };
}

interface Pointer {
  readonly field: 'path' | 'from';
  readonly place: Place;
  /** The operation that it belongs to. */
  readonly operation: Place;
}

/** The pointers of a file of operations, and of those that a kustomization or a Flux object holds as text. */
function pointersIn(source: SourceText): Pointer[] {
  return readYaml(source, 'resource').documents.flatMap((document) => [
    ...pointersOf(document, (place) => place),
    ...[['patches'], ['patchesJson6902'], ['spec', 'patches']].flatMap((field) =>
      scalarsAt(document, [...field, '*', 'patch']).flatMap(embeddedPointers),
    ),
  ]);
}

function embeddedPointers(patch: ScalarNode): Pointer[] {
  const embedded = embeddedText(patch);
  return readYaml(embedded.source, 'resource').documents.flatMap((document) => pointersOf(document, embedded.locate));
}

function pointersOf(document: Node, locate: (place: Place) => Place | undefined): Pointer[] {
  if (document.kind !== 'list') return [];
  return document.items.flatMap((item) =>
    (['path', 'from'] as const).flatMap((field): Pointer[] => {
      const pointer = child(item, field)?.origin.place;
      const place = pointer && locate(pointer);
      const operation = item.origin.place && locate(item.origin.place);
      return place && operation ? [{ field, place, operation }] : [];
    }),
  );
}

/** `place` may be of an older text. */
function isInOperation(place: Place, operation: Place, text: string): boolean {
  const shift = textShift(place.source.text, text);
  const [start, end] = [shift.toNew(place.start), shift.toNew(place.end)];
  return start !== undefined && end !== undefined && start >= operation.start && end <= operation.end;
}

/** What was moved or copied: the next written link of its chain. */
function sourceOf({ link }: ReachedField): Place[] {
  return link.derived === true && link.overridden ? firstPlace(link.overridden.origin) : [];
}

/** What stood there before, or the nearest map or list above that is written somewhere. */
function targetOf({ manifest, path, link }: ReachedField): Place[] {
  const before = link.derived === true ? chainOf(link).find(({ overridden }) => overridden?.target === true) : link;
  if (before?.overridden) return firstPlace(before.overridden.origin);
  for (let length = path.length - 1; length > 0; length--) {
    const above = nodeAt(manifest.node, path.slice(0, length - 1));
    const key = path[length - 1];
    const place = above?.kind === 'map' && typeof key === 'string' ? above.entries.get(key)?.keyPlace : undefined;
    if (place) return [place];
  }
  return firstPlace(manifest.node.origin);
}

function firstPlace(origin: Origin): Place[] {
  return chainOf(origin)
    .flatMap(({ place }) => place ?? [])
    .slice(0, 1);
}
