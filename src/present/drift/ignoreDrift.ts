// The rule that has Flux leave a drifted field alone: spec.ignore of the Kustomization that applies the object, in the file
// where that is written. The edit, and whether it ignores that field and nothing else. Pure.
import { ignoredPaths, readIgnoreRules } from '../../diff/ignoreRules.ts';
import type { IgnoreRule } from '../../diff/ignoreRules.ts';
import { lookUp } from '../../diff/fields/pointer.ts';
import { stepsOfPrinted } from '../../diff/fields/printedPath.ts';
import { equalJson, getString } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { manifestRef } from '../../model/manifest.ts';
import { toJson } from '../../model/node.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { SourceText } from '../../model/sourceText.ts';
import { setPath } from '../../yaml/edit.ts';
import type { TextEdit } from '../../yaml/edit.ts';
import { readYaml } from '../../yaml/read.ts';
import type { DriftedField } from './driftedFields.ts';
import { objectName } from '../names.ts';

const V1 = 'kustomize.toolkit.fluxcd.io/v1';

/** Why spec.ignore cannot leave the field alone, as the end of a sentence; undefined where it can. */
export function ignoreRefusal({ rendering: { root }, drift, change }: DriftedField): string | undefined {
  if (root.kind !== 'flux') return 'no Flux Kustomization applies it';
  const version = getString(root.object, 'apiVersion') ?? '';
  if (version !== V1) return `spec.ignore is a field of ${V1}, and the Kustomization is ${version}`;
  if (change.before === undefined)
    return 'the live object does not have this field, and spec.ignore keeps what is there';
  if (pointerOf(drift.desired ?? {}, change.path) !== pointerOf(drift.live ?? {}, change.path))
    return 'it stands at another index of the live list, and spec.ignore names the items of a list by their index';
  return undefined;
}

/** The JSON pointer of a printed path in an object. */
export function pointerOf(object: JsonObject, path: string): string | undefined {
  return stepsOfPrinted(object, path)
    ?.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

/** The edit of the file that writes the Kustomization; the end of a sentence where there is none. */
export function ignoreEdit({ rendering: { root }, drift, change }: DriftedField, text: string): TextEdit | string {
  const pointer = pointerOf(drift.desired ?? {}, change.path);
  if (root.kind !== 'flux' || pointer === undefined) return `no JSON pointer leads to ${change.path}`;
  const { source } = root.place;
  if (source.text !== text) return `${source.path} is being edited: try again in a moment`;
  const documents = readYaml(new SourceText(source.path, text), 'resource').documents.map((one) => toJson(one));
  const index = documents.findIndex((one) => keyOf(refOf(one)) === keyOf(refOf(root.object)));
  if (index < 0) return `${objectName(refOf(root.object))} is no document of its own in ${source.path}`;
  const rules = readIgnoreRules(documents[index] as JsonObject);
  const target = targetOf(drift.ref);
  const same = rules.findIndex((rule) => equalJson(targetJson(rule), target));
  const edit =
    same < 0
      ? setPath(text, index, ['spec', 'ignore', rules.length], { paths: [pointer], target })
      : setPath(text, index, ['spec', 'ignore', same, 'paths', rules[same]?.paths.length ?? 0], pointer);
  return edit ?? `spec.ignore of ${objectName(refOf(root.object))} in ${source.path} cannot be added to`;
}

/** A target is made of regular expressions: one that means this object alone. */
function targetOf({ group, kind, namespace, name }: ObjectRef): JsonObject {
  const parts = { group, kind, name, namespace };
  const texts = Object.entries(parts).filter(([, text]) => text !== '');
  return Object.fromEntries(texts.map(([part, text]) => [part, text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')]));
}

function targetJson({ target }: IgnoreRule): JsonValue {
  return { ...target };
}

/**
 * What an edited Kustomization ignores wrongly, as a sentence; undefined where it is the field alone beside what it ignored
 * before.
 */
export function ignoreFault(
  { drift, change, rendering, manifest }: DriftedField,
  before: JsonObject,
  after: JsonObject | undefined,
): string | undefined {
  const pointer = pointerOf(drift.desired ?? {}, change.path) ?? '';
  if (!after) return 'the Kustomization is not there any more with it';
  if (!equalJson(lookUp(drift.live ?? {}, pointer), change.before) && !isMasked(drift.ref))
    return `${pointer} means another field of the live object`;
  const [old, now] = [readIgnoreRules(before), readIgnoreRules(after)];
  const added = (object: JsonObject): string[] => {
    const known = new Set(ignoredPaths(old, object));
    return ignoredPaths(now, object).filter((path) => !known.has(path));
  };
  const own = added(drift.desired ?? {});
  if (own.length !== 1 || own[0] !== pointer) return `the Kustomization does not ignore ${pointer} with it`;
  const other = rendering.lastGood.find((one) => one !== manifest && added(toJson(one.node) as JsonObject).length > 0);
  return other && `the rule would hold for ${objectName(manifestRef(other))} too`;
}

function isMasked({ group, kind }: ObjectRef): boolean {
  return group === '' && kind === 'Secret';
}
