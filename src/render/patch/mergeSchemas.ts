// The types that kustomize 5.8 merges by, as a SchemaSet: Kubernetes 1.21's, whatever the cluster's version. Kinds that came
// later have no keyed lists to it, so that its lists are replaced. Holds only what a strategic merge patch asks for.
import type { GroupVersionKind } from '../../model/resourceType.ts';
import type { SchemaNode, SchemaSet } from '../../schema/schemaSet.ts';
import { schemaSet } from '../../schema/schemaSetOf.ts';
import { mergeKinds, mergeTypes } from './mergeFacts.ts';

/** kustomize's own kind as a resource: its generators merge by name (kyaml's kustomizationapi). */
const KUSTOMIZATION_KIND = 'kustomize.config.k8s.io/v1beta1 Kustomization';
const KUSTOMIZATION_FIELDS = { configMapGenerator: '[name]', secretGenerator: '[name]' };

/** A new set; the tables behind it are constants. */
export function mergeSchemas(): SchemaSet {
  const types = new Map<string, SchemaNode>();
  types.set(KUSTOMIZATION_KIND, typeOf(KUSTOMIZATION_FIELDS, types));
  return schemaSet([], (gvk) => {
    const type = typeNameOf(gvk);
    return type === undefined ? undefined : typeNamed(type, types);
  });
}

/** Looked for line by line: a table of all kinds would be made for each build, and most ask for a few or none. */
function typeNameOf({ group, version, kind }: GroupVersionKind): string | undefined {
  const name = `${group === '' ? version : `${group}/${version}`} ${kind}`;
  if (name === KUSTOMIZATION_KIND) return name;
  const line = mergeKinds.find((each) => each === name || each.startsWith(`${name} `));
  // A kind without lists that merge has no type behind it, and is known all the same.
  return line?.slice(name.length + 1);
}

/** Types are made when they are first asked for. None contains itself: the generator cuts such fields. */
function typeNamed(name: string, types: Map<string, SchemaNode>): SchemaNode {
  const known = types.get(name);
  if (known) return known;
  const made = typeOf(mergeTypes[name] ?? {}, types);
  types.set(name, made);
  return made;
}

function typeOf(entries: Readonly<Record<string, string>>, types: Map<string, SchemaNode>): SchemaNode {
  const fields = new Map<string, SchemaNode>();
  for (const [field, entry] of Object.entries(entries)) fields.set(field, fieldType(entry, types));
  return { type: 'object', fields };
}

/** The type that a reference such as `#/definitions/io.k8s.api.core.v1.PodSpec` names; one without lists that merge is empty. */
export function mergeTypeOf(reference: string): SchemaNode {
  return typeNamed(reference.split('.').slice(-3).join('.'), new Map());
}

function fieldType(entry: string, types: Map<string, SchemaNode>): SchemaNode {
  const list = /^\[(.*)\](.*)$/.exec(entry);
  if (!list) return typeNamed(entry.slice(1), types);
  const [, keys = '', item = ''] = list;
  const names = keys === '' ? [] : keys.split(',');
  const items = typeNamed(item, types);
  return { type: 'list', patchStrategy: ['merge'], items, ...(names.length > 0 ? { listMapKeys: names } : {}) };
}
