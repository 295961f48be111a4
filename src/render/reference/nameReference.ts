// Makes fields follow the names of the objects that they refer to, after names were changed (upstream's name reference
// transformer). Which fields refer to which kinds is configuration; which object is meant is decided in referral.ts.
import { child } from '../../model/node.ts';
import type { MapNode, Node, ScalarNode } from '../../model/node.ts';
import type { GroupVersionKind } from '../../model/resourceType.ts';
import type { NameReference } from '../config/defaultNameReferences.ts';
import type { FieldSpec, GvkSelector, Problem } from '../transform/fieldSpec.ts';
import { isSelected, onceForKind, splitPath, visitFields } from '../transform/fieldSpec.ts';
import { fieldTree, findFields } from '../transform/fieldTree.ts';
import type { FieldTree, FoundField } from '../transform/fieldTree.ts';
import { transformerInvalid } from '../findings.ts';
import { currentId, describe, nameOf, namespaceOf, originalId } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { isNull, rawText } from '../patch/nullness.ts';
import { untagged, untaggedField } from '../transform/setEntry.ts';
import type { TransformContext } from '../transform/transformer.ts';
import { newScalar, setField, setScalar } from '../write.ts';
import type { Change } from '../write.ts';
import { candidatesFor, indexCandidates, selectReferral } from './referral.ts';
import type { CandidateIndex, Referrer } from './referral.ts';
import { isRegular } from './referenceShape.ts';

/** What name references are followed by: the rules, and the objects that can be meant. */
export interface NameRules {
  readonly index: CandidateIndex;
  /** The rules for a resource of a kind. */
  of(gvk: GroupVersionKind): KindRules;
}

/** The rules among these resources as they are now. Who looks up which name is kept where it is asked for. */
export function nameRules(
  resources: readonly Resource[],
  references: readonly NameReference[],
  keepsLookups: boolean,
): NameRules {
  return {
    index: indexCandidates(resources, keepsLookups),
    of: onceForKind((gvk) => kindRules(rulesFor(gvk, references))),
  };
}

/** The fields of a kind that refer, of the hundreds that there are. */
function rulesFor(gvk: GroupVersionKind, references: readonly NameReference[]): Rule[] {
  return references.flatMap((target) =>
    target.referrers
      .filter((spec) => isSelected(gvk, spec))
      .map((spec) => ({ target, spec, path: splitPath(spec.path) })),
  );
}

/** Rewrites every name reference of a resource. */
export function followNames(context: TransformContext, resource: Resource, { index, of }: NameRules): void {
  const id = originalId(resource);
  const kind = of(id);
  const { rules, tree } = kind;
  if (rules.length === 0) return;
  const version = child(resource.node, 'apiVersion');
  if (version && isNull(version) && rawText(version) !== '') {
    // Upstream compares what it reads of it in two ways.
    const message = 'names cannot be followed in an object whose apiVersion is null: write it';
    context.report(transformerInvalid(message, version.origin.place, describe(resource)));
    return;
  }
  // Where nothing was renamed only a wrong form of a reference is left to be said.
  if (index.isEmpty && tree && id.kind !== 'RoleBinding' && isRegular(resource.node, tree)) return;
  fixResource(context, resource, kind, index);
}

/** The rules for the resources of one kind. */
export interface KindRules {
  readonly rules: readonly Rule[];
  /** Their fields, where none is made that is not there. */
  readonly tree: FieldTree | undefined;
}

function kindRules(rules: readonly Rule[]): KindRules {
  const creates = rules.some(({ spec, path }) => spec.create || path.some((step) => step.endsWith('[]')));
  return { rules, tree: creates ? undefined : fieldTree(rules.map(({ path }) => path)) };
}

interface Rule {
  /** The kind that the field refers to. */
  readonly target: GvkSelector;
  readonly spec: FieldSpec;
  readonly path: readonly string[];
}

function fixResource(
  context: TransformContext,
  resource: Resource,
  { rules, tree }: KindRules,
  index: CandidateIndex,
): void {
  const referrer = candidatesFor(resource, index);
  if (typeof referrer === 'string') {
    context.report(transformerInvalid(referrer, resource.node.origin.place, describe(resource)));
    return;
  }
  const report = (rule: Rule, problem: string): void => {
    const message = `the name at ${rule.spec.path} cannot follow its object: ${problem}`;
    context.report(transformerInvalid(message, resource.node.origin.place, describe(resource)));
  };
  const found = tree && findFields(resource.node, tree);
  if (found) return fixFound(found, rules, referrer, index, report);
  for (const rule of rules) {
    const field = (node: Node): Problem => fixNode(node, rule, referrer, index);
    const change: Change = { place: undefined, cause: { by: 'nameReference', target: '' } };
    const problem = visitFields(resource.node, rule.path, rule.spec.create, { change, field });
    if (problem !== undefined) report(rule, problem);
  }
}

/** A rule ends at its first problem. */
function fixFound(
  found: readonly FoundField[],
  rules: readonly Rule[],
  referrer: Referrer,
  index: CandidateIndex,
  report: (rule: Rule, problem: string) => void,
): void {
  let failed: Rule | undefined;
  for (const { path, node } of found) {
    const rule = rules[path];
    if (!rule || rule === failed) continue;
    const problem = fixNode(node, rule, referrer, index);
    if (problem === undefined) continue;
    failed = rule;
    report(rule, problem);
  }
}

function fixNode(node: Node, rule: Rule, referrer: Referrer, index: CandidateIndex): Problem {
  if (node.kind === 'scalar') return node.value === null ? undefined : fixScalar(node, rule, referrer, index);
  if (node.kind === 'map') return fixMap(node, rule, referrer, index);
  for (const item of node.items) {
    if (item.kind === 'list') return 'a name or a map with a name is expected';
    if (item.kind === 'scalar' && item.value === null) continue;
    const problem = item.kind === 'map' ? fixMap(item, rule, referrer, index) : fixScalar(item, rule, referrer, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function fixScalar(node: ScalarNode, rule: Rule, referrer: Referrer, index: CandidateIndex): Problem {
  const found = selectReferral({ oldName: node.text, target: rule.target, path: rule.spec.path, referrer, index });
  if (typeof found === 'string' || !found) return found;
  record(found, referrer);
  if (nameOf(found) !== node.text) follow(node, 'name', found);
  return undefined;
}

function fixMap(map: MapNode, rule: Rule, referrer: Referrer, index: CandidateIndex): Problem {
  const name = child(map, 'name');
  if (!name) return "path config error; no 'name' field in node";
  const namespaceNode = child(map, 'namespace');
  const namespace = namespaceNode && (namespaceNode.kind === 'scalar' ? namespaceNode.text : '');
  const oldName = name.kind === 'scalar' ? name.text : '';
  const wanted = { oldName, target: rule.target, path: rule.spec.path, referrer, index, namespace: { of: namespace } };
  const found = selectReferral(wanted);
  if (typeof found === 'string' || !found) return found;
  record(found, referrer);
  const newNamespace = namespaceOf(found);
  if (nameOf(found) === oldName && newNamespace === '') return undefined;
  if (name.kind === 'scalar') follow(name, 'name', found);
  if (newNamespace === '') return undefined;
  if (namespaceNode?.kind === 'scalar') follow(namespaceNode, 'namespace', found);
  else
    setField(
      map,
      'namespace',
      newScalar(untaggedField(newNamespace, namespaceNode), changeFor(found, 'namespace')),
      changeFor(found, 'namespace'),
    );
  return undefined;
}

function record(found: Resource, referrer: Referrer): void {
  found.referredBy.push(currentId(referrer.resource));
}

function follow(node: ScalarNode, field: 'name' | 'namespace', target: Resource): void {
  const text = field === 'name' ? nameOf(target) : namespaceOf(target);
  if (node.text !== text) setScalar(node, untagged(text, node.style), changeFor(target, field));
}

/** The change points at what renamed the target. */
function changeFor(target: Resource, field: 'name' | 'namespace'): Change {
  const node = child(child(target.node, 'metadata'), field);
  const cause = { by: 'nameReference' as const, target: describe(target) };
  return { place: node?.origin.place, cause: node ? { ...cause, from: node.origin } : cause };
}
