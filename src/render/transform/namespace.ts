// NamespaceTransformer: sets metadata.namespace of namespaced kinds, the fields of the field specs, and the subjects of
// role bindings by their own rule. Two objects that become one are an error.
import type { Node } from '../../model/node.ts';
import { child, textOf } from '../../model/node.ts';
import { kindSpecs, specsByKind, visitFields, visitSpecs } from './fieldSpec.ts';
import type { FieldSpec, Problem, SpecsOf, SplitSpec, Visit } from './fieldSpec.ts';
import { sameAfterNamespace, transformerInvalid } from '../findings.ts';
import { booleanField, mapField, textField } from '../kustomization/kustomization.ts';
import { isNull } from '../patch/nullness.ts';
import { currentKey, describe, gvkOf, rememberId } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { setString } from './setEntry.ts';
import { causeOf } from './transformer.ts';
import type { Transformer } from './transformer.ts';
import { newText, setField } from '../write.ts';
import type { Change } from '../write.ts';

const subjectModes = ['defaultOnly', 'allServiceAccounts', 'none'] as const;
type SubjectMode = (typeof subjectModes)[number];

export const namespaceTransformer: Transformer = (context, use) => {
  const namespace = textField(mapField(use.config, 'metadata'), 'namespace');
  const mode = textField(use.config, 'setRoleBindingSubjects') || 'defaultOnly';
  if (!isMode(mode)) {
    const modes = subjectModes.map((each) => `'${each}'`).join(', ');
    context.report(transformerInvalid(`setRoleBindingSubjects must be one of ${modes}, not '${mode}'`, use.place));
    return;
  }
  if (namespace === '') return;
  const { place = use.place } = child(child(use.config, 'metadata'), 'namespace')?.origin ?? {};
  const change: Change = { place, cause: causeOf(use) };
  const settings = settingsOf(
    { namespace, mode, unsetOnly: booleanField(use.config, 'unsetOnly'), change },
    specsFor(use.fieldSpecs),
  );
  for (const resource of context.resources.items) {
    if (isHelmGenerated(resource)) continue;
    rememberId(resource);
    const problem = setNamespace(resource, settings);
    if (problem !== undefined) {
      context.report(transformerInvalid(`the namespace cannot be set: ${problem}`, use.place, describe(resource)));
    }
  }
  context.resources.idsChanged();
  for (const same of sameIds(context.resources.items)) {
    const places = same.flatMap(({ node }) => node.origin.place ?? []);
    context.report(sameAfterNamespace(describe(same[0]), use.place, places));
  }
};

function isHelmGenerated({ node }: Resource): boolean {
  const annotations = child(child(node, 'metadata'), 'annotations');
  const mark = child(annotations, 'internal.config.kubernetes.io/helm-generated');
  return mark?.kind === 'scalar' && mark.text === 'true';
}

/** The first two resources of each identity that more than one has, in order. */
function sameIds(resources: readonly Resource[]): Iterable<readonly [Resource, Resource]> {
  const firsts = new Map<string, Resource>();
  const pairs = new Map<Resource, readonly [Resource, Resource]>();
  for (const resource of resources) {
    const key = currentKey(resource);
    const first = firsts.get(key);
    if (!first) firsts.set(key, resource);
    else if (!pairs.has(first)) pairs.set(first, [first, resource]);
  }
  if (pairs.size === 0) return [];
  return resources.map((resource) => pairs.get(resource)).filter((pair) => pair !== undefined);
}

/** Sets the namespace of one resource and of the default subjects in it, without field specs. */
export function setNamespaceOf(resource: Resource, namespace: string, change: Change): Problem {
  const asked: Asked = { namespace, mode: 'defaultOnly', unsetOnly: false, change };
  return setNamespace(resource, settingsOf(asked, specsFor([])));
}

interface Asked {
  readonly namespace: string;
  readonly mode: SubjectMode;
  readonly unsetOnly: boolean;
  readonly change: Change;
}

interface Settings extends Asked {
  readonly specs: Specs;
  /** What is done at each field. */
  readonly visit: Visit;
}

function settingsOf(asked: Asked, specs: Specs): Settings {
  const field = (node: Node): Problem => setOne(node, asked);
  return { ...asked, specs, visit: { creates: 'scalar', change: asked.change, field } };
}

interface Specs {
  /** For objects of apiVersion v1; the others leave metadata/name alone. */
  readonly core: SpecsOf;
  readonly others: SpecsOf;
}

function isMode(text: string): text is SubjectMode {
  return (subjectModes as readonly string[]).includes(text);
}

function specsFor(specs: readonly FieldSpec[]): Specs {
  const core = specs.filter((spec) => spec.path !== 'metadata/namespace');
  return { core: specsByKind(core), others: specsByKind(core.filter((spec) => spec.path !== 'metadata/name')) };
}

const METADATA_NAMESPACE = ['metadata', 'namespace'];

function setNamespace(resource: Resource, settings: Settings): Problem {
  const gvk = gvkOf(resource);
  const { visit } = settings;
  if (!resource.isClusterScoped(gvk)) {
    const problem = visitFields(resource.node, METADATA_NAMESPACE, true, visit);
    if (problem !== undefined) return problem;
  }
  let specs = gvk.group === '' && gvk.version === 'v1' ? settings.specs.core : settings.specs.others;
  if (isRoleBinding(gvk.kind)) {
    const all = specs;
    const isOwn = ({ spec }: SplitSpec): boolean => !(isRoleBinding(spec.kind) && spec.path === 'subjects/namespace');
    specs = (of) => kindSpecs(all(of).all.filter(isOwn));
    const problem = setSubjects(resource, settings);
    if (problem !== undefined) return problem;
  }
  return visitSpecs(resource.node, gvk, specs, visit);
}

function isRoleBinding(kind: string | undefined): boolean {
  return kind === 'RoleBinding' || kind === 'ClusterRoleBinding';
}

function setOne(node: Node, settings: Asked): Problem {
  if (settings.unsetOnly && node.kind === 'scalar' && node.value !== null && node.text !== '') return undefined;
  return setString(node, settings.namespace, settings.change);
}

function setSubjects(resource: Resource, settings: Settings): Problem {
  if (settings.mode === 'none') return undefined;
  const subjects = child(resource.node, 'subjects');
  if (!subjects || (subjects.kind === 'scalar' && subjects.value === null)) return undefined;
  if (subjects.kind !== 'list') return 'at subjects there is no list';
  for (const subject of subjects.items) {
    if (isNull(subject)) continue;
    if (subject.kind !== 'map') return 'a subject is no map';
    const name = child(subject, 'name');
    const kind = child(subject, 'kind');
    if (settings.mode === 'defaultOnly' && name && name.kind !== 'scalar')
      return 'a subject has a name that is no text';
    if (settings.mode === 'allServiceAccounts' && kind && kind.kind !== 'scalar')
      return 'a subject has a kind that is no text';
    const wanted =
      settings.mode === 'allServiceAccounts' ? textOf(kind) === 'ServiceAccount' : textOf(name) === 'default';
    if (!wanted) continue;
    const namespace = subject.entries.get('namespace')?.value;
    const problem = namespace
      ? setOne(namespace, settings)
      : setField(subject, 'namespace', newText(settings.namespace, settings.change), settings.change);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
