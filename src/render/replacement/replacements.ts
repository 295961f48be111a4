// ReplacementTransformer: copies a value from one field of one resource into fields of others (api/filters/replacement).
import { nearest } from '../../model/nearest.ts';
import { stringifyJson } from '../../model/jsonText.ts';
import { child, toJson } from '../../model/node.ts';
import type { MapNode, Node, ScalarNode } from '../../model/node.ts';
import type { Place } from '../../model/sourceText.ts';
import { readYaml } from '../../yaml/read.ts';
import { isUnprintable } from '../../yaml/unfit.ts';
import { throughJson } from '../../yaml/writeScalar.ts';
import { withMarks } from '../annotations/buildMarks.ts';
import { booleanField, textField, textItems } from '../kustomization/kustomization.ts';
import { shaped } from '../kustomization/shape.ts';
import { replacementInFile } from '../kustomization/shapes.ts';
import { isEmpty, isNull } from '../patch/nullness.ts';
import { parseSelector, selectsId } from '../patch/selector.ts';
import type { Selector } from '../patch/selector.ts';
import { currentId, DEFAULT_NAMESPACE, describe, earlierIds, kindOf, nameOf } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { untagged } from '../transform/setEntry.ts';
import type { TransformContext, Transformer } from '../transform/transformer.ts';
import { copyFrom, originOf, setScalar } from '../write.ts';
import type { Change } from '../write.ts';
import { splitFieldPath } from './fieldPath.ts';
import { replacementInvalid, replacementOfNothing } from './findings.ts';
import { lookup } from './lookup.ts';
import { matchPath } from './match.ts';
import type { Slot } from './match.ts';
import { checkFits, newText, withText } from './putValue.ts';
import type { Put } from './putValue.ts';
import { ReplacementFault } from './replacementFault.ts';
import { setInStructuredText } from './structuredText.ts';

const DEFAULT_PATH = 'metadata.name';

/** `replacements`: entries in order, each inline or from a file that holds one or a list of them. */
export const replacementTransformer: Transformer = (context, use) => {
  const list = child(use.config, 'replacements');
  const entries = (list?.kind === 'list' ? list.items : []).flatMap((item) => loadEntry(context, item));
  // An entry that fails does not hide what is wrong with the others.
  for (const [index, entry] of entries.entries()) applyOrReport(context, entry, index, use.place);
};

interface Entry {
  readonly node: MapNode;
  /** Of a file of its own, which upstream reads as it is: what stands in the kustomization is handed on as JSON. */
  readonly fromFile: boolean;
}

function applyOrReport(context: TransformContext, entry: Entry, index: number, place: Place | undefined): void {
  let object: string | undefined;
  try {
    applyEntry(context, entry, index, (resource) => (object = describe(resource)));
  } catch (error) {
    if (!(error instanceof ReplacementFault)) throw error;
    const found = replacementInvalid(error.message, error.at ?? entry.node.origin.place ?? place, object);
    const finding = error.fix ? { ...found, fix: error.fix } : found;
    if (error.kind === 'absent') context.reportAbsent(`source of ${index}`, () => finding);
    else context.report(finding);
  }
}

function loadEntry(context: TransformContext, entry: Node): Entry[] {
  const path = textField(entry, 'path');
  if (entry.kind !== 'map') return [];
  if (path === '') return [{ node: entry, fromFile: false }];
  const pathNode = child(entry, 'path');
  if (child(entry, 'source') || child(entry, 'targets')) {
    context.report(
      replacementInvalid('it has a path and a source or targets of its own: keep one', pathNode?.origin.place),
    );
    return [];
  }
  const source = context.loader.text(path, pathNode?.origin.place);
  if (!source) return [];
  const { documents, findings } = readYaml(source, 'kubernetes');
  for (const finding of findings) context.report(finding);
  const [document] = documents;
  const items = document?.kind === 'list' ? document.items : document ? [document] : [];
  if (items.length === 0)
    context.report(replacementInvalid(`'${path}' holds none: write one, or remove the entry`, pathNode?.origin.place));
  const options = { unknownFields: 'warning', scalarsAsStrings: true, report: context.report } as const;
  return items
    .map((item) => shaped(item, replacementInFile, 'replacements', options))
    .filter((item) => item?.kind === 'map')
    .map((node) => ({ node, fromFile: true }));
}

function applyEntry(
  context: TransformContext,
  { node: entry, fromFile }: Entry,
  index: number,
  onTarget: (resource: Resource) => void,
): void {
  const targets = child(entry, 'targets');
  const hasSource = child(entry, 'source') !== undefined || child(entry, 'sourceValue') !== undefined;
  if (!hasSource || targets?.kind !== 'list')
    throw new ReplacementFault('it needs a source and at least one target: add them');
  const apply = (): void => {
    const value = sourceValue(context, entry, fromFile);
    for (const target of targets.items) applyTarget(context, target, value, { entry, index, onTarget });
  };
  const source = child(entry, 'source');
  if (!source || !holdsMarks(textField(source, 'fieldPath'))) return apply();
  // What is copied has the annotations in which upstream remembers things of the object.
  const change: Change = { place: source.origin.place, cause: { by: 'replacement', index } };
  withMarks(selectSource(context, source), change, 'kept', apply);
}

function holdsMarks(fieldPath: string): boolean {
  const [first, second] = splitFieldPath(fieldPath).map((step) => step.trim());
  return first === 'metadata' && (second === undefined || second === 'annotations');
}

/** The value and whether it may be shown: data of Secrets may not. */
interface SourceValue {
  readonly node: Node;
  readonly secret: boolean;
  readonly commented: boolean;
}

function sourceValue(context: TransformContext, entry: MapNode, fromFile: boolean): SourceValue {
  const source = child(entry, 'source');
  const fixed = child(entry, 'sourceValue');
  if (source && fixed) throw new ReplacementFault('it has a source and a sourceValue: keep one');
  if (fixed?.kind === 'scalar')
    return { node: { ...fixed, ...untagged(givenText(fixed, fromFile)) }, secret: false, commented: false };
  const from = selectSource(context, source);
  const path = textField(source, 'fieldPath') || DEFAULT_PATH;
  const found = lookup(from.node, splitFieldPath(path));
  if (!found || isEmpty(found)) {
    const at = (child(source, 'fieldPath') ?? source)?.origin.place;
    throw new ReplacementFault(
      `the source ${describe(from)} has no field ${path}: correct the fieldPath`,
      at,
      'absent',
    );
  }
  const secret = kindOf(from) === 'Secret' && /^(?:data|stringData)\b/.test(path);
  return { node: refine(found, child(source, 'options')), secret, commented: from.hasComments };
}

/** The text of a sourceValue, as it comes through the JSON in which upstream hands it on. */
function givenText(fixed: ScalarNode, fromFile: boolean): string {
  if (isUnprintable({ ...fixed, value: fixed.text }))
    throw new ReplacementFault('its sourceValue holds a control character: remove it', fixed.origin.place);
  return fromFile ? fixed.text : throughJson(fixed.text);
}

function selectSource({ resources: { items }, readFrom }: TransformContext, source: Node | undefined): Resource {
  const wanted = (field: string): string => textField(source, field);
  const namespace = wanted('namespace') || DEFAULT_NAMESPACE;
  const fits = (field: 'group' | 'version' | 'kind' | 'name', value: string): boolean =>
    wanted(field) === '' || wanted(field) === value;
  const found = items.filter((resource) =>
    [currentId(resource), ...earlierIds(resource)].some(
      (id) =>
        fits('name', id.name) &&
        fits('group', id.group) &&
        fits('version', id.version) &&
        fits('kind', id.kind) &&
        (wanted('namespace') === '' || id.effectiveNamespace === namespace),
    ),
  );
  const name = [wanted('kind'), wanted('namespace'), wanted('name')].filter((part) => part !== '').join('/');
  const [first] = found;
  const at = (child(source, 'name') ?? source)?.origin.place;
  if (!first) {
    const similar = nearest(wanted('name'), items.filter((one) => fits('kind', kindOf(one))).map(nameOf));
    const hint = similar === undefined ? ': correct the source' : `. Did you mean "${similar}"?`;
    const fix = similar === undefined ? undefined : { written: wanted('name'), meant: similar };
    throw new ReplacementFault(`there is no resource ${name} to take the value from${hint}`, at, 'absent', fix);
  }
  if (found.length > 1) {
    const names = found.map(describe).join(', ');
    throw new ReplacementFault(`several resources match the source ${name}: ${names}; name one of them`, at);
  }
  readFrom(first);
  return first;
}

/** One part of a text that is divided by a delimiter. */
function refine(node: Node, options: Node | undefined): Node {
  const delimiter = textField(options, 'delimiter');
  if (delimiter === '') return node;
  if (node.kind !== 'scalar') throw new ReplacementFault('a delimiter needs a text, not a list or a map');
  const part = node.text.split(delimiter)[indexOption(options)];
  if (part === undefined)
    throw new ReplacementFault(
      `the index ${indexOption(options)} is outside of "${node.text}" split at "${delimiter}"`,
    );
  return { ...node, ...withText(node, part) };
}

function indexOption(options: Node | undefined): number {
  const index = child(options, 'index');
  return index?.kind === 'scalar' && index.value !== null ? Number(index.value) : 0;
}

interface EntryUse {
  readonly entry: MapNode;
  readonly index: number;
  readonly onTarget: (resource: Resource) => void;
}

function applyTarget(context: TransformContext, target: Node, value: SourceValue, use: EntryUse): void {
  const select = child(target, 'select');
  if (!select)
    throw new ReplacementFault('a target needs a select: name the kind or the name of objects', target.origin.place);
  const selector = selectorOf(select);
  let selected = false;
  const reject = child(target, 'reject');
  const rejected = (reject?.kind === 'list' ? reject.items : []).map(selectorOf);
  for (const resource of context.resources.items) {
    const ids = [currentId(resource), ...earlierIds(resource)];
    if (!selector.matchesLabels(resource)) continue;
    if (rejected.some((each) => each.hasLabels && each.matchesLabels(resource))) continue;
    if (rejected.some((each) => !each.anyId && ids.some((id) => selectsId(each, id)))) continue;
    if (!ids.some((id) => selectsId(selector, id))) continue;
    selected = true;
    use.onTarget(resource);
    copyInto(resource, target, value, use);
  }
  if (!selected)
    context.reportAbsent(`target of ${use.index}: ${stringifyJson(toJson(select))}`, () =>
      replacementOfNothing(selector.written, context.resources.items, select.origin.place),
    );
}

function selectorOf(node: Node): Selector {
  const selector = parseSelector(node);
  if ('fault' in selector) throw new ReplacementFault(selector.fault, selector.node?.origin.place);
  return selector;
}

function copyInto(resource: Resource, target: Node, value: SourceValue, use: EntryUse): void {
  const options = child(target, 'options');
  const written = textItems(child(target, 'fieldPaths'));
  const paths = written.length > 0 ? written : [{ text: DEFAULT_PATH, place: target.origin.place }];
  for (const { text, place } of paths) {
    const secret = value.secret || (kindOf(resource) === 'Secret' && /^(?:data|stringData)\b/.test(text));
    const change = changeOf(use, value.node, place, secret);
    const create = booleanField(options, 'create') ? value.node.kind : undefined;
    const path = splitFieldPath(text);
    const put: Put = {
      value: value.node,
      commented: value.commented,
      delimiter: textField(options, 'delimiter'),
      index: indexOption(options),
    };
    if (setInStructuredText(resource.node, path, put, { create, change })) continue;
    // What is made on the way is written in the path, not in the source.
    const made: Change = { ...change, cause: { by: 'replacement', index: use.index } };
    const apply = (): void => {
      for (const slot of matchTarget(resource, path, text, { create, change: made }, place)) setSlot(slot, put, change);
    };
    // Annotations that are null are none any more where upstream has put its own there.
    if (path.length > 2 && holdsMarks(text) && hasNullAnnotations(resource)) withMarks(resource, made, 'kept', apply);
    else apply();
  }
}

function hasNullAnnotations({ node }: Resource): boolean {
  const annotations = child(child(node, 'metadata'), 'annotations');
  return annotations !== undefined && isNull(annotations);
}

function changeOf(use: EntryUse, value: Node, place: Place | undefined, masked: boolean): Change {
  return {
    place: place ?? use.entry.origin.place,
    cause: { by: 'replacement', index: use.index, from: value.origin },
    masked,
  };
}

function matchTarget(
  resource: Resource,
  path: readonly string[],
  text: string,
  options: { create: Node['kind'] | undefined; change: Change },
  place: Place | undefined,
): Slot[] {
  const failed = `cannot find ${options.create === undefined ? '' : 'or create '}the field "${text}" in ${describe(resource)}`;
  const remedy = options.create === undefined ? ': correct the path, or make the field with "create: true"' : '';
  try {
    const slots = matchPath(resource.node, path, options);
    if (slots.length === 0) throw new ReplacementFault(failed + remedy, place);
    return slots;
  } catch (error) {
    if (!(error instanceof ReplacementFault) || error.message.startsWith(failed)) throw error;
    throw new ReplacementFault(`${failed}: ${error.message}`, place);
  }
}

function setSlot(slot: Slot, put: Put, change: Change): void {
  checkFits(slot.node.kind, put);
  if (slot.detached === true) return;
  if (slot.node.kind !== 'scalar') slot.replace(adoptValue(put.value, change));
  else setScalar(slot.node, withText(slot.node, newText(put, slot.node.text)), change);
}

/** A copy of the value whose parts know where they come from. */
function adoptValue(value: Node, change: Change): Node {
  return value.kind === 'scalar' ? { ...value, origin: originOf(change) } : copyFrom(value, change);
}
