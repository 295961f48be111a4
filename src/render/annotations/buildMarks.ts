// What kustomize remembers of an object between its steps, it keeps in annotations of the object; we keep it beside the tree.
// A patch can copy, change or delete those annotations with all others: for it, they are put into the tree and taken out again.
import { child, textOf } from '../../model/node.ts';
import type { MapNode } from '../../model/node.ts';
import { makeAnnotations } from './makeAnnotations.ts';
import type { Behavior, EarlierId, Resource, ResourceId } from '../resource.ts';
import { newText, removeField, setField } from '../write.ts';
import type { Change } from '../write.ts';

const DOMAIN = 'internal.config.kubernetes.io';

/** Names of annotations that kustomize uses within a build; they never reach the output. */
export const buildAnnotations: ReadonlySet<string> = new Set(
  [
    'previousKinds',
    'previousNames',
    'prefixes',
    'suffixes',
    'previousNamespaces',
    'allowNameChange',
    'allowKindChange',
    'refBy',
    'generatorBehavior',
    'needsHashSuffix',
    'path',
    'index',
    'seqindent',
    'id',
    'annotations-migration-resource-id',
    'helm-generated',
  ]
    .map((name) => `${DOMAIN}/${name}`)
    .concat('config.kubernetes.io/path', 'config.kubernetes.io/index', 'config.k8s.io/id'),
);

/** `Kind.version.group/name.namespace` in upstream's form, with its words for missing parts. */
function printId(id: ResourceId): string {
  const gvk = `${id.kind || '[noKind]'}.${id.version || '[noVer]'}.${id.group || '[noGrp]'}`;
  return `${gvk}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`;
}

type Marks = Readonly<Record<string, string>>;

function marksOf(resource: Resource): Marks {
  const marks: Record<string, string> = {};
  const list = (name: string, texts: readonly string[]): void => {
    if (texts.length === 0) return;
    const found = texts.includes('') ? texts.filter((text) => text !== '') : texts;
    if (found.length > 0) marks[name] = found.join(',');
  };
  list(
    'previousNames',
    resource.earlier.map(({ name }) => name),
  );
  list(
    'previousNamespaces',
    resource.earlier.map(({ namespace }) => namespace),
  );
  list(
    'previousKinds',
    resource.earlier.map(({ kind }) => kind),
  );
  list('prefixes', resource.prefixes);
  list('suffixes', resource.suffixes);
  list('refBy', resource.referredBy.map(printId));
  if (resource.behavior !== undefined) marks['generatorBehavior'] = resource.behavior;
  if (resource.needsHash) marks['needsHashSuffix'] = 'enabled';
  if (resource.allowNameChange) marks['allowNameChange'] = 'enabled';
  if (resource.allowKindChange) marks['allowKindChange'] = 'enabled';
  return marks;
}

/**
 * Changes the tree of a resource by `apply` while the marks stand in it. What becomes of them there is 'taken' over, or they
 * are 'kept' as they were: upstream puts them back after a JSON patch.
 */
export function withMarks<T>(resource: Resource, change: Change, then: 'taken' | 'kept', apply: () => T): T {
  const marks = marksOf(resource);
  const names = Object.entries(marks);
  const before = annotationsOf(resource);
  const annotations = names.length > 0 ? putMarks(resource, names, change) : before;
  try {
    return apply();
  } finally {
    const after = annotationsOf(resource);
    if (then === 'taken') takeMarks(resource, after, marks);
    if (!after) resource.notesBehindLabels = undefined;
    if (resource.notesBehindLabels && !child(child(resource.node, 'metadata'), 'labels'))
      resource.notesBehindLabels = false;
    if (after) for (const key of after.entries.keys()) if (MARK_KEYS.has(key)) removeField(after, key, change);
    const metadata = child(resource.node, 'metadata');
    if (after && after === annotations && after !== before && after.entries.size === 0 && metadata?.kind === 'map')
      removeField(metadata, 'annotations', change);
  }
}

const MARKS = [
  'previousKinds',
  'previousNames',
  'previousNamespaces',
  'prefixes',
  'suffixes',
  'refBy',
  'generatorBehavior',
  'needsHashSuffix',
  'allowNameChange',
  'allowKindChange',
] as const;
const MARK_KEYS: ReadonlySet<string> = new Set(MARKS.map((name) => `${DOMAIN}/${name}`));

function annotationsOf({ node }: Resource): MapNode | undefined {
  const annotations = child(child(node, 'metadata'), 'annotations');
  return annotations?.kind === 'map' ? annotations : undefined;
}

/** Puts marks of a patch into its tree: they go where the patch goes. */
export function putAllowances(patch: Resource, change: Change): void {
  const names = Object.entries(marksOf(patch)).filter(([name]) => name.startsWith('allow'));
  if (names.length > 0) putMarks(patch, names, change);
}

function putMarks(
  { node }: Resource,
  marks: readonly (readonly [string, string])[],
  change: Change,
): MapNode | undefined {
  const annotations = makeAnnotations(node, change);
  if (!annotations) return undefined;
  for (const [name, text] of marks) setField(annotations, `${DOMAIN}/${name}`, newText(text, change), change);
  return annotations;
}

/** What stands in the annotations now becomes the memory of the resource. What was not touched stays as it was. */
function takeMarks(resource: Resource, annotations: MapNode | undefined, before: Marks): void {
  const get = (name: string): string | undefined => textOf(child(annotations, `${DOMAIN}/${name}`));
  const changed = MARKS.filter((name) => get(name) !== before[name]);
  if (changed.length === 0) return;
  const list = (name: string): string[] => get(name)?.split(',') ?? [];
  if (changed.includes('prefixes')) resource.prefixes = list('prefixes');
  if (changed.includes('suffixes')) resource.suffixes = list('suffixes');
  if (changed.includes('refBy')) resource.referredBy.length = 0;
  if (changed.some((name) => name.startsWith('previous')))
    resource.earlier = earlierOf(list('previousNames'), list('previousNamespaces'), list('previousKinds'));
  const behavior = get('generatorBehavior');
  resource.behavior = behavior === undefined ? undefined : behaviorOf(behavior);
  resource.needsHash = get('needsHashSuffix') === 'enabled';
  resource.allowNameChange = get('allowNameChange') === 'enabled';
  resource.allowKindChange = get('allowKindChange') === 'enabled';
}

function earlierOf(names: readonly string[], namespaces: readonly string[], kinds: readonly string[]): EarlierId[] {
  if (names.length !== namespaces.length || names.length !== kinds.length) return [];
  return names.map((name, i) => ({ name, namespace: namespaces[i] ?? '', kind: kinds[i] ?? '' }));
}

/** Takes over the marks that stand in the text of an object that is read. They stay in its tree until the output. */
export function readMarks(resource: Resource): Resource {
  const annotations = annotationsOf(resource);
  if (annotations && annotations.entries.size > 0) takeMarks(resource, annotations, marksOf(resource));
  return resource;
}

/** The behavior of a generator by its name; anything else is unspecified. */
export function behaviorOf(text: string): Behavior {
  return text === 'create' || text === 'merge' || text === 'replace' ? text : 'unspecified';
}
