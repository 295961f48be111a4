// What a stretch of a file reaches in the rendered objects, as lenses, hints, hovers and references ask for it. Pure.
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Reach, ReachedField } from '../../render/reach.ts';
import type { RootRendering, WorkspaceState } from '../../workspace/state.ts';
import { isFromSecret, isSecretValue } from '../explanation.ts';
import { fieldPathText } from '../fieldPath.ts';
import { finalRenderings } from '../rootNames.ts';
import { textShift } from './textShift.ts';

export type { ReachedField } from '../../render/reach.ts';

/** The reverse index of a rendering: of what its files last made without an error. */
export type ReachOf = (rendering: RootRendering) => Reach;

/** Fields that one rendering has from a file. */
export interface ReachedRoot {
  readonly rendering: RootRendering;
  readonly fields: readonly ReachedField[];
}

/** Everything that a file reaches in its final renderings. `text` is the file as it is now: what was edited since is left out. */
export function reachedByFile(state: WorkspaceState, reach: ReachOf, path: string, text: string): ReachedRoot[] {
  return finalRenderings(state, path).map((rendering) => ({
    rendering,
    fields: inCurrentText(reach(rendering).in(path).filter(isSaid), text),
  }));
}

/** What a line, from 1, of the file as it is now reaches. */
export function reachedByLine(
  state: WorkspaceState,
  reach: ReachOf,
  path: string,
  text: string,
  offset: number,
): ReachedRoot[] {
  return finalRenderings(state, path).flatMap((rendering) => {
    const index = reach(rendering);
    const source = index.in(path)[0]?.place.source;
    const at = source && textShift(source.text, text).toOld(offset);
    const fields = source && at !== undefined ? index.at(path, source.position(at).line).filter(isSaid) : [];
    return fields.length === 0 ? [] : [{ rendering, fields }];
  });
}

/** A name that follows another one, hash and all, changes with everything behind it: that is said at the name itself. */
function isSaid({ part, link }: ReachedField): boolean {
  return part !== 'source' || (link.cause.by !== 'hash' && link.cause.by !== 'nameReference');
}

/** The fields whose place still stands in the text, at the place where it stands now. */
function inCurrentText(fields: readonly ReachedField[], text: string): readonly ReachedField[] {
  const source = fields[0]?.place.source;
  if (!source || source.text === text) return fields;
  const shift = textShift(source.text, text);
  return fields.filter(({ place }) => shift.toNew(place.start) !== undefined && shift.toNew(place.end) !== undefined);
}

/** The objects among the fields, each once, in the order of the rendering. */
export function objectsOf(fields: readonly ReachedField[]): Manifest[] {
  return [...new Set(fields.map(({ manifest }) => manifest))];
}

/** The path of a field as people write it. */
export function reachedPath({ manifest, path }: ReachedField): string {
  return fieldPathText(manifest.node, path);
}

/** The value of a field as it is rendered; hidden where it is a Secret's. */
export function reachedText(field: ReachedField): string {
  const { node } = field;
  if (isSecretValue(manifestRef(field.manifest), reachedPath(field)) || isFromSecret(node.origin)) return '•••';
  if (node.kind !== 'scalar') return node.kind;
  const [first = '', ...more] = node.text.split('\n');
  return more.some((line) => line !== '') ? `${first} …` : first;
}
