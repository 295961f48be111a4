// `vars`: finds the object and the value that each variable stands for, and expands $(NAME) in the fields that may hold
// variables. Superseded by replacements upstream, still in use.
import { child } from '../../model/node.ts';
import type { MapEntry, MapNode, Node, ScalarNode } from '../../model/node.ts';
import type { Place } from '../../model/sourceText.ts';
import { parseApiVersion } from '../../model/objectRef.ts';
import type { FieldSpec, Problem } from '../transform/fieldSpec.ts';
import { specsByKind, visitSpecs } from '../transform/fieldSpec.ts';
import { transformerInvalid, variableInvalid } from '../findings.ts';
import { textField } from '../kustomization/kustomization.ts';
import { splitFieldPath } from '../replacement/fieldPath.ts';
import { lookup } from '../replacement/lookup.ts';
import { ReplacementFault } from '../replacement/replacementFault.ts';
import { describe, gvkOf, resourceId } from '../resource.ts';
import type { Resource, ResourceId } from '../resource.ts';
import type { ResourceList } from '../resourceList.ts';
import type { TransformContext } from '../transform/transformer.ts';
import { reinterpret, setScalar } from '../write.ts';
import type { Change, ScalarContent } from '../write.ts';
import { expandVariables } from './expand.ts';
import { variableValue } from './variableValue.ts';
import type { VariableValue } from './variableValue.ts';

export interface Variable {
  readonly name: string;
  readonly target: {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
    readonly name: string;
    readonly namespace: string;
  };
  readonly fieldPath: string;
  readonly place: Place | undefined;
}

/** The variables of a kustomization by name. */
export type Variables = Map<string, Variable>;

export function variableOf(node: Node): Variable {
  const objref = child(node, 'objref');
  const apiVersion = textField(objref, 'apiVersion');
  const parts =
    apiVersion === ''
      ? { group: textField(objref, 'group'), version: textField(objref, 'version') }
      : parseApiVersion(apiVersion);
  return {
    name: textField(node, 'name'),
    target: {
      ...parts,
      kind: textField(objref, 'kind'),
      name: textField(objref, 'name'),
      namespace: textField(objref, 'namespace'),
    },
    fieldPath: textField(child(node, 'fieldref'), 'fieldPath') || 'metadata.name',
    place: node.origin.place,
  };
}

/** Adds the variables of one kustomization and marks the objects that they read from. */
export function addVariables(context: TransformContext, variables: Variables, added: readonly Variable[]): void {
  for (const variable of added) {
    const matches = matching(context, variable);
    if (matches.length > 1)
      context.report(
        variableInvalid(
          `${matches.length} objects could be meant by the var '${variable.name}': give its objref a namespace`,
          variable.place,
        ),
      );
    else matches[0]?.vars.push(variable.name);
  }
  mergeVariables(context, variables, added);
}

export function mergeVariables(context: TransformContext, variables: Variables, added: Iterable<Variable>): void {
  for (const variable of added) {
    if (variables.has(variable.name))
      context.report(
        variableInvalid(`the var '${variable.name}' is defined twice: rename one of the two`, variable.place),
      );
    else variables.set(variable.name, variable);
  }
}

function matching(context: TransformContext, variable: Variable): readonly Resource[] {
  const { target } = variable;
  const id = resourceId(target, target.name, target.namespace, context.isClusterScoped);
  if (target.namespace !== '' || context.isClusterScoped(target)) return context.resources.byAnyId(id);
  return inAnyNamespace(context.resources, id);
}

function inAnyNamespace(resources: ResourceList, id: ResourceId): Resource[] {
  const namespaces = new Set<string>();
  for (const { effectiveNamespace } of resources.ids()) namespaces.add(effectiveNamespace);
  const found = new Set<Resource>();
  for (const effectiveNamespace of namespaces) {
    for (const resource of resources.byAnyId({ ...id, effectiveNamespace })) found.add(resource);
  }
  return [...found];
}

/** Expands all variables in the fields of the specs. */
export function resolveVariables(context: TransformContext, variables: Variables, specs: readonly FieldSpec[]): void {
  const values = new Map<string, Value>();
  for (const variable of [...variables.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const source = context.resources.items.find((resource) => resource.vars.includes(variable.name));
    const node = source && fieldAt(source.node, variable.fieldPath);
    const value = node?.kind === 'scalar' ? variableValue(node) : undefined;
    if (node && (value || node.kind !== 'scalar')) values.set(variable.name, { node, value, place: variable.place });
    else if (source && node)
      context.report(
        variableInvalid(
          `the value of '${variable.fieldPath}' in ${describe(source)} is not read for the var '${variable.name}': write it as decimal digits, or in quotes`,
          variable.place,
        ),
      );
    else if (source)
      context.report(
        variableInvalid(
          `${describe(source)} has no field '${variable.fieldPath}' for the var '${variable.name}': correct its fieldref`,
          variable.place,
        ),
      );
    else
      context.reportAbsent(variable.name, () =>
        variableInvalid(
          `the object of the var '${variable.name}' is not among the resources: correct its objref`,
          variable.place,
        ),
      );
  }
  if (values.size === 0) return;
  const split = specs.map((spec) => specsByKind([spec]));
  const change: Change = { place: undefined, cause: { by: 'transformer', field: 'vars' } };
  const field = (node: Node): Problem => expandNode(node, values);
  for (const resource of context.resources.items) {
    for (const spec of split) {
      const problem = visitSpecs(resource.node, gvkOf(resource), spec, { change, field });
      if (problem !== undefined)
        context.report(transformerInvalid(problem, resource.node.origin.place, describe(resource)));
    }
  }
}

/** The node at a path such as `spec.ports[0].port`; a number in brackets behind a name is an index. */
function fieldAt(root: Node, path: string): Node | undefined {
  const segments = splitFieldPath(path).flatMap((segment) => {
    const match = /^(.*)\[(\d+)\]$/s.exec(segment);
    return match ? [match[1] as string, match[2] as string].filter((part) => part !== '') : [segment];
  });
  try {
    return lookup(root, segments);
  } catch (error) {
    if (error instanceof ReplacementFault) return undefined;
    throw error;
  }
}

interface Value {
  readonly node: Node;
  /** None for a map or a list, which is put nowhere. */
  readonly value: VariableValue | undefined;
  readonly place: Place | undefined;
}

type Values = ReadonlyMap<string, Value>;

function expandNode(node: Node, values: Values): Problem {
  if (node.kind === 'scalar') {
    if (isString(node)) expandScalar(node, values);
    return undefined;
  }
  return node.kind === 'map' ? expandMap(node, values) : expandList(node.items, values);
}

function expandMap(map: MapNode, values: Values): Problem {
  const expand = ({ value }: MapEntry): void => {
    if (value.kind === 'scalar' && isString(value)) expandScalar(value, values);
  };
  for (const entry of map.entries.values()) expand(entry);
  // Of a key that stands twice each value is expanded: which of them counts is settled later.
  for (const { later } of map.duplicates ?? []) if (later) expand(later);
  return undefined;
}

function expandList(items: readonly Node[], values: Values): Problem {
  for (const item of items) {
    if (item.kind !== 'scalar' || !isString(item))
      return 'there is a list of other values than texts, in which no var can stand';
    expandScalar(item, values);
  }
  return undefined;
}

/** A text, or what the build wrote without saying what it is. */
function isString(node: ScalarNode): boolean {
  return node.tag === '!!str' || node.untagged === true;
}

function expandScalar(node: ScalarNode, values: Values): void {
  const used = new Map<string, Value>();
  const expanded = expandVariables(node.text, (name) => {
    const value = values.get(name);
    if (value?.value) used.set(name, value);
    return value?.value;
  });
  // Upstream rewrites the value even where nothing was expanded, which also resolves `$$`.
  const content: ScalarContent =
    typeof expanded === 'string' ? { value: expanded, text: expanded, tag: '!!str' } : { value: expanded };
  if (used.size === 0) {
    // The same text in plain style, which is what it was written as before a folded one was folded anew.
    if (content.value === node.text && (node.untagged !== true || node.style !== 'plain'))
      return reinterpret(node, content);
    return setScalar(node, content, {
      place: node.origin.place,
      cause: { by: 'transformer', field: 'vars' },
      derived: true,
    });
  }
  for (const [variable, { node: source, place }] of used) {
    const cause = { by: 'substitution' as const, variable, from: 'vars', source: source.origin };
    setScalar(node, content, { place: source.origin.place ?? place, cause, derived: true });
  }
}
