// The live value of a drifted field written where the field was set last: whether that is a plain place, the smallest edit,
// and whether the build then gives the value. Pure.
import { equalJson, getKey, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { manifestRef } from '../../model/manifest.ts';
import { toJson } from '../../model/node.ts';
import type { Node, ScalarNode } from '../../model/node.ts';
import { keyOf } from '../../model/objectRef.ts';
import type { Origin } from '../../model/origin.ts';
import type { SourceText } from '../../model/sourceText.ts';
import { embeddedText } from '../../render/patch/embeddedText.ts';
import type { RootRendering } from '../../workspace/state.ts';
import { applyEdit, setPath } from '../../yaml/edit.ts';
import type { TextEdit } from '../../yaml/edit.ts';
import { readYaml } from '../../yaml/read.ts';
import type { DriftedField } from './driftedFields.ts';
import { causeText } from '../explanation.ts';
import { objectName, placeLine } from '../names.ts';
import { valueText } from '../valueText.ts';

/** Why a live value is not written into the files, as the end of a sentence; undefined where it can be tried. */
export function adoptRefusal({ hidden, change, node, place }: DriftedField): string | undefined {
  if (hidden) return 'it is a value of a Secret';
  if (change.before === undefined) return 'the live object does not have this field';
  if (node.kind !== 'scalar' || typeof change.before === 'object')
    return `it is a whole ${node.kind === 'scalar' ? 'list or map' : node.kind}, and only single values are written`;
  return notPlain(node.origin) ?? (place ? undefined : 'no line of a file says it');
}

/** What no edit of one line changes as it is meant. */
function notPlain(origin: Origin): string | undefined {
  const { cause } = origin;
  switch (cause.by) {
    case 'generator':
    case 'hash':
      return `it is generated (${causeText(origin)})`;
    case 'nameReference':
      return `it ${causeText(origin)}`;
    case 'replacement':
      return `it is copied from another field (${causeText(origin)})`;
    case 'substitution':
      return `it holds the variable ${causeText(origin)}`;
    default:
      return undefined;
  }
}

/** The edit of the text in which the field was set; the end of a sentence where there is no safe one. */
export function adoptEdit({ node, place, change }: DriftedField, text: string): TextEdit | string {
  const value = change.before;
  if (!place || node.kind !== 'scalar' || value === undefined) return 'no line of a file says it';
  if (place.source.text !== text) return `${place.source.path} is being edited: try again in a moment`;
  const edit = editAt(place.source, place, (written) => writtenFor(written, node, value));
  return edit ?? `what ${placeLine(place)} says is not one value that could be replaced`;
}

/** What has to be written so that the build makes the value of it, as it made the present one of what is written now. */
function writtenFor(
  { text: written }: ScalarNode,
  { text: built }: ScalarNode,
  value: JsonValue,
): JsonValue | undefined {
  if (written === built) return value;
  const at = written === '' ? -1 : built.indexOf(written);
  if (at < 0 || built.indexOf(written, at + 1) >= 0 || typeof value !== 'string') return undefined;
  const [before, behind] = [built.slice(0, at), built.slice(at + written.length)];
  const fits = value.length > before.length + behind.length && value.startsWith(before) && value.endsWith(behind);
  return fits ? value.slice(before.length, value.length - behind.length) : undefined;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

type Wanted = (scalar: ScalarNode) => JsonValue | undefined;

/** The edit of the scalar that stands at a place of the text, or in a patch that the text holds there. */
function editAt(source: SourceText, at: Stretch, wanted: Wanted): TextEdit | undefined {
  for (const [index, document] of readYaml(source, 'resource').documents.entries())
    for (const { node, path } of scalarsOf(document)) {
      const { place } = node.origin;
      if (!place || place.start > at.start || place.end < at.end) continue;
      if (place.start !== at.start || place.end !== at.end)
        return editWithin(source, index, { node, path }, at, wanted);
      const value = wanted(node);
      return value === undefined ? undefined : setPath(source.text, index, path, value);
    }
  return undefined;
}

/** The edit of a scalar in the YAML that another scalar holds: where its letters stand in the file, else of all of that. */
function editWithin(
  source: SourceText,
  index: number,
  outer: ScalarAt,
  at: Stretch,
  wanted: Wanted,
): TextEdit | undefined {
  const embedded = embeddedText(outer.node);
  const { text } = embedded.source;
  for (const [inner, document] of readYaml(embedded.source, 'resource').documents.entries())
    for (const { node, path } of scalarsOf(document)) {
      const place = node.origin.place && embedded.locate(node.origin.place);
      if (place?.start !== at.start || place.end !== at.end) continue;
      const value = wanted(node);
      const edit = value === undefined ? undefined : setPath(text, inner, path, value);
      const here = edit && embedded.locate({ source: embedded.source, start: edit.start, end: edit.end });
      if (!edit || !here) return undefined;
      const isVerbatim = source.text.slice(here.start, here.end) === text.slice(edit.start, edit.end);
      if (isVerbatim && !edit.newText.includes('\n'))
        return { start: here.start, end: here.end, newText: edit.newText };
      return setPath(source.text, index, outer.path, applyEdit(text, edit));
    }
  return undefined;
}

interface ScalarAt {
  readonly node: ScalarNode;
  readonly path: readonly (string | number)[];
}

function scalarsOf(root: Node): ScalarAt[] {
  const found: ScalarAt[] = [];
  const open: { node: Node; path: readonly (string | number)[] }[] = [{ node: root, path: [] }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, path } = next;
    if (node.kind === 'scalar') found.push({ node, path });
    else if (node.kind === 'list') open.push(...node.items.map((item, at) => ({ node: item, path: [...path, at] })));
    else open.push(...[...node.entries].map(([key, { value }]) => ({ node: value, path: [...path, key] })));
  }
  return found;
}

/** What the build does not give as it should after the edit, as a sentence; undefined where it gives the live value and all else as before. */
export function adoptFault({ manifest, steps, change }: DriftedField, after: RootRendering): string | undefined {
  const name = objectName(manifestRef(manifest));
  const error = after.findings.find(({ severity }) => severity === 'error');
  if (error) return `the build fails with it: ${error.message}`;
  const built = after.manifests.find((one) => keyOf(manifestRef(one)) === keyOf(manifestRef(manifest)));
  if (!built) return `the build makes no ${name} with it`;
  const now = toJson(built.node);
  const wanted = withValue(toJson(manifest.node), steps, change.before ?? null);
  if (equalJson(now, wanted)) return undefined;
  const got = valueAt(now, steps);
  if (!equalJson(got, change.before)) return `the build then gives ${valueText(got)}: something else sets it too`;
  return `it would change more of ${name} than ${change.path}`;
}

function valueAt(value: JsonValue, steps: readonly (string | number)[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const step of steps)
    at = Array.isArray(at) ? at[Number(step)] : isJsonObject(at) ? getKey(at, String(step)) : undefined;
  return at;
}

/** A copy with another value at a path that it has. */
function withValue(value: JsonValue, steps: readonly (string | number)[], wanted: JsonValue): JsonValue {
  const [step, ...rest] = steps;
  if (step === undefined) return wanted;
  if (Array.isArray(value)) return value.with(Number(step), withValue(value[Number(step)] ?? null, rest, wanted));
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = { ...value };
  setKey(copy, String(step), withValue(getKey(value, String(step)) ?? null, rest, wanted));
  return copy;
}
