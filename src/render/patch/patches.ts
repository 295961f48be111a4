// The three transformers of patches: PatchTransformer (`patches`), PatchStrategicMergeTransformer (`patchesStrategicMerge`)
// and PatchJson6902Transformer (`patchesJson6902`). Each finds the resources of a patch; applyPatch.ts applies it.
import type { Place } from '../../model/sourceText.ts';
import { child, textOf } from '../../model/node.ts';
import type { EasyKeys } from '../../yaml/easyKeys.ts';
import type { MapNode, Node, ScalarNode } from '../../model/node.ts';
import { putAllowances } from '../annotations/buildMarks.ts';
import { booleanField, textField } from '../kustomization/kustomization.ts';
import { reportNoJson } from '../json/jsonForm.ts';
import { currentId, idKey, namespaceOf, originalId, rememberId } from '../resource.ts';
import type { Resource } from '../resource.ts';
import type { TransformContext, Transformer, TransformerUse } from '../transform/transformer.ts';
import { newText, setField, setText } from '../write.ts';
import type { Change } from '../write.ts';
import { applyJsonPatch, applyStrategicPatch, forSelection } from './applyPatch.ts';
import { embeddedText, wholeText } from './embeddedText.ts';
import type { EmbeddedText } from './embeddedText.ts';
import {
  patchAmbiguous,
  patchInvalid,
  patchUnreadable,
  patchWithoutResource,
  sameIdentity,
  targetSelectsNothing,
} from './findings.ts';
import { PatchFault } from './patchFault.ts';
import { readOperations, readPatch, readStrategicPatches } from './readPatch.ts';
import { parseSelector, selectTargets } from './selector.ts';

/** `patches`: a patch of either form, inline or from a file, for a target or for the resource that it names. */
export const patchTransformer: Transformer = (context, use) => {
  const text = patchText(context, use);
  const content = text && readPatch(text, context.isClusterScoped, context.report);
  if (!content) return;
  const target = child(use.config, 'target');
  if (content.form === 'json6902') {
    if (target) applyOperations(context, use, content.operations, target, 'remembered');
    else
      context.report(
        patchUnreadable('a JSON patch needs a target: add one with the kind and name of the object', use.place),
      );
    return;
  }
  const options = child(use.config, 'options');
  const patches = content.patches.map((patch) => ({
    ...patch,
    allowNameChange: booleanField(options, 'allowNameChange'),
    allowKindChange: booleanField(options, 'allowKindChange'),
  }));
  for (const patch of patches)
    if (patch.allowNameChange || patch.allowKindChange) {
      makeAnnotationsText(patch.node);
      putAllowances(patch, changeOf(use, 'strategic'));
    }
  if (!target) {
    for (const patch of patches) applyToNamed(context, use, patch, { ...changeOf(use, 'strategic') }, 'alone');
  } else if (patches.length > 1) {
    context.report(
      patchUnreadable('several patches in one entry cannot have a target: give each an entry of its own', use.place),
    );
  } else {
    for (const patch of patches) applyToTarget(context, use, patch, target);
  }
};

/** Upstream notes what is allowed in the patch's annotations, which turns all of them into text: null becomes `null`. */
function makeAnnotationsText(patch: MapNode): void {
  const annotations = child(child(patch, 'metadata'), 'annotations');
  if (annotations?.kind !== 'map') return;
  for (const [key, { value }] of annotations.entries) {
    const at: Change = { place: value.origin.place, cause: value.origin.cause };
    if (value.kind !== 'scalar') setField(annotations, key, newText('', at), at);
    else if (value.tag !== '!!str' || value.value !== value.text) setText(value, value.text, at);
  }
}

/** `patchesStrategicMerge`: files, or patches themselves, for the resources that they name. */
export const patchStrategicMergeTransformer: Transformer = (context, use) => {
  const found: { patch: Resource; change: Change }[] = [];
  const paths = child(use.config, 'paths');
  let failed = false;
  const take = (text: EmbeddedText | undefined, index: number, place: Place | undefined): void => {
    const { patches, findings } = text
      ? readStrategicPatches(text, context.isClusterScoped)
      : { patches: [], findings: [] };
    for (const finding of findings) context.report(finding);
    failed ||= !text || findings.some((finding) => finding.severity === 'error');
    const change: Change = { place, cause: { by: 'patch', field: use.field, index, form: 'strategic' } };
    for (const patch of patches) found.push({ patch, change });
  };
  for (const [i, item] of (paths?.kind === 'list' ? paths.items : []).entries()) {
    if (item.kind === 'scalar') take(inlineOrFile(context, item), i, item.origin.place);
  }
  const inline = child(use.config, 'patches');
  if (inline?.kind === 'scalar' && inline.text !== '') take(embeddedText(inline), 0, inline.origin.place);
  if (failed) return;
  if (found.length === 0)
    context.report(patchUnreadable('the patches are empty: write one, or remove the field', use.place));
  for (const { patch, change } of found) applyToNamed(context, use, patch, change, 'selection');
};

/** `patchesJson6902`: operations for a target. */
export const patchJson6902Transformer: Transformer = (context, use) => {
  const path = textField(use.config, 'path');
  const inline = child(use.config, 'jsonOp') ?? child(use.config, 'patch');
  const target = child(use.config, 'target');
  if (!target)
    return context.report(
      patchUnreadable('a JSON patch needs a target: add one with the kind and name of the object', use.place),
    );
  if (textField(target, 'name') === '')
    return context.report(patchUnreadable('the target needs a name: add it', target.origin.place));
  const hasInline = inline?.kind === 'scalar' && inline.text !== '';
  if ((path === '') === !hasInline) {
    const problem =
      path === ''
        ? 'the patch needs a path or operations: add one of them'
        : 'the patch has a path and operations of its own: keep one';
    return context.report(patchUnreadable(problem, use.place));
  }
  const text = hasInline ? embeddedText(inline) : fileText(context, use.config, 'path');
  if (!text) return;
  const read = readOperations(text);
  for (const finding of 'findings' in read ? read.findings : read.warnings) context.report(finding);
  if ('findings' in read) return;
  if (read.operations.length === 0)
    context.report(patchUnreadable('the patch is empty: write an operation, or remove it', use.place));
  else applyOperations(context, use, read.operations, target, 'forgotten');
};

function changeOf(use: TransformerUse, form: 'strategic' | 'json6902'): Change {
  const { cause } = use.config.origin;
  return {
    place: use.place,
    cause: cause.by === 'flux' ? cause : { by: 'patch', field: use.field, index: use.index, form },
  };
}

/** The names of the objects that the strategic merge patches of a use are for; undefined where they cannot be read. */
export function namesPatched(context: TransformContext, use: TransformerUse): ReadonlySet<string> | undefined {
  const silent: TransformContext = { ...context, report: () => undefined };
  const text = patchText(silent, use);
  const content = text && readPatch(text, context.isClusterScoped, silent.report);
  return content?.form === 'strategic' ? new Set(content.patches.map((patch) => originalId(patch).name)) : undefined;
}

/** The text of an entry of `patches`: `patch` or the file at `path`, exactly one of them. */
function patchText(context: TransformContext, use: TransformerUse): EmbeddedText | undefined {
  const inline = child(use.config, 'patch');
  const text = inline?.kind === 'scalar' ? inline.text : '';
  const path = textField(use.config, 'path');
  if ((text.trim() === '') === (path === '')) {
    const problem =
      path === ''
        ? 'the patch needs a path or a text: add one of them'
        : 'the patch has a path and a text of its own: keep one';
    context.report(patchUnreadable(problem, use.place));
    return undefined;
  }
  if (path !== '') return fileText(context, use.config, 'path');
  const start = text.length - text.trimStart().length;
  return embeddedText(inline as ScalarNode, start, start + text.trim().length);
}

function fileText(context: TransformContext, config: MapNode, field: string): EmbeddedText | undefined {
  const node = child(config, field);
  const source = context.loader.text(textOf(node) ?? '', node?.origin.place);
  return source && wholeText(source);
}

/** For legacy reasons an entry is taken for the text of a patch where it can be one, and for a path otherwise. */
function inlineOrFile(context: TransformContext, item: ScalarNode): EmbeddedText | undefined {
  const inline = embeddedText(item);
  const { findings } = readStrategicPatches(inline, context.isClusterScoped);
  if (!findings.some((finding) => finding.severity === 'error')) return inline;
  const source = context.loader.text(item.text, item.origin.place);
  return source && wholeText(source);
}

/** Applies a strategic merge patch to the one resource that has, or had, its identity. */
function applyToNamed(
  context: TransformContext,
  use: TransformerUse,
  patch: Resource,
  change: Change,
  way: 'alone' | 'selection',
): void {
  const id = originalId(patch);
  const matches = context.resources.byAnyId(id);
  const [target] = matches;
  const at = child(child(patch.node, 'metadata'), 'name')?.origin.place ?? patch.node.origin.place;
  if (!target)
    return context.reportAbsent(idKey(id), () =>
      patchWithoutResource(id, context.resources.items, at, change.place ?? use.place),
    );
  if (matches.length > 1) return context.report(patchAmbiguous(id, matches, at));
  if (way === 'alone') applyTo(context, target, patch, change);
  else applyToAlike(context, use, [target], patch, change);
}

/** Applies a strategic merge patch to every resource that a target selects. */
function applyToTarget(context: TransformContext, use: TransformerUse, patch: Resource, target: Node): void {
  applyToAlike(context, use, targetsOf(context, target), patch, changeOf(use, 'strategic'));
}

/**
 * Upstream patches all objects that have the identity of one that is meant, as it is written: no namespace is another one than
 * `default` (resWrangler.ApplySmPatch).
 */
function applyToAlike(
  context: TransformContext,
  use: TransformerUse,
  meant: readonly Resource[],
  patch: Resource,
  change: Change,
): void {
  const alike = meant.flatMap((resource) =>
    context.resources.sameAs(resource).filter((each) => namespaceOf(each) === namespaceOf(resource)),
  );
  for (const resource of new Set(alike)) applyTo(context, resource, forSelection(patch, resource, change), change);
  reportSameIdentities(context, use);
}

/** Upstream puts all objects into a new collection behind each patch of a selection, whether or not that is empty. */
function reportSameIdentities(context: TransformContext, use: TransformerUse): void {
  const seen = new Set<string>();
  for (const resource of context.resources.items) {
    const key = idKey(currentId(resource));
    if (seen.has(key)) context.report(sameIdentity(resource, use.place));
    seen.add(key);
  }
}

function applyTo(context: TransformContext, target: Resource, patch: Resource, change: Change): void {
  attempt(context, target, change, () => {
    const outcome = applyStrategicPatch(target, patch, context.schemas, change);
    if (outcome === 'deleted') context.resources.remove(new Set([target]));
    else context.resources.idChanged(target);
  });
}

function applyOperations(
  context: TransformContext,
  use: TransformerUse,
  operations: readonly Node[],
  target: Node,
  id: 'remembered' | 'forgotten',
): void {
  const change = changeOf(use, 'json6902');
  const easy: EasyKeys = new Set();
  for (const resource of targetsOf(context, target)) {
    if (id === 'remembered') rememberId(resource);
    const form = reportNoJson(resource, easy, context.report);
    if (form === 'none') continue;
    attempt(context, resource, change, () => applyJsonPatch(resource, form, operations, easy, change));
    context.resources.idChanged(resource);
  }
}

function targetsOf(context: TransformContext, target: Node): readonly Resource[] {
  const selector = parseSelector(target);
  if ('fault' in selector) {
    context.report(patchUnreadable(selector.fault, selector.node?.origin.place ?? target.origin.place));
    return [];
  }
  const found = selectTargets(context.resources.items, selector);
  if (found.length === 0)
    context.reportAbsent('target', () =>
      targetSelectsNothing(selector.written, context.resources.items, target.origin.place),
    );
  return found;
}

function attempt(context: TransformContext, target: Resource, change: Change, apply: () => void): void {
  try {
    apply();
  } catch (error) {
    if (!(error instanceof PatchFault)) throw error;
    const found = patchInvalid(error.message, error.node?.origin.place ?? change.place, target);
    context.report(error.fix ? { ...found, fix: error.fix } : found);
  }
}
