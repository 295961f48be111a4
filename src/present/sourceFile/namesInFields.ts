// The fields of an object that hold the name of another: kustomize's own table of name references, and the shapes that the
// rest of the ecosystem writes (a `kind` beside a `name`, `secretRef`, `dependsOn`). Pure.
import { textOf, child } from '../../model/node.ts';
import type { MapNode, Node, ScalarNode } from '../../model/node.ts';
import { parseApiVersion } from '../../model/objectRef.ts';
import type { GroupVersionKind } from '../../model/resourceType.ts';
import type { Place } from '../../model/sourceText.ts';
import { nameReference } from '../../render/config/defaultNameReferences.ts';
import { isSelected, splitPath } from '../../render/transform/fieldSpec.ts';
import type { GvkSelector } from '../../render/transform/fieldSpec.ts';

export interface NamedInField {
  readonly node: { readonly place: Place; readonly name: string; readonly areas: readonly Place[] };
  readonly kinds: readonly GvkSelector[];
  readonly namespace: string;
}

/** One scalar that holds a name, with the map that it stands in. */
interface Named {
  readonly scalar: ScalarNode;
  readonly parent: Node;
}

/** Keys whose `name` is one of a Secret or a ConfigMap, in whatever kind of object they stand. */
const REF_KEYS: readonly (readonly [RegExp, string])[] = [
  [/^(secretRef|secretKeyRef|[a-z]\w*SecretRef)$/, 'Secret'],
  [/^(configMapRef|configMapKeyRef|[a-z]\w*ConfigMapRef)$/, 'ConfigMap'],
];

/** Every name of another object in the fields of this one, in the order of the text as far as the tables go. */
export function namesInFields(document: MapNode, gvk: GroupVersionKind): NamedInField[] {
  const found = new Map<ScalarNode, { kinds: GvkSelector[]; named: Named }>();
  const add = (named: Named, kind: GvkSelector): void => {
    const written = textOf(child(named.parent, 'kind'));
    if (written !== undefined && written !== kind.kind) return;
    const known = found.get(named.scalar);
    if (known) known.kinds.push(kind);
    else found.set(named.scalar, { kinds: [kind], named });
  };
  for (const { referrers, ...kind } of nameReference)
    for (const spec of referrers)
      if (isSelected(gvk, spec)) for (const named of namesAt(document, splitPath(spec.path))) add(named, kind);
  for (const [named, kind] of namesByShape(document, gvk)) if (!found.has(named.scalar)) add(named, kind);
  return [...found.values()].flatMap(({ kinds, named }) => {
    const { place } = named.scalar.origin;
    if (!place || named.scalar.text === '') return [];
    const beside = ['apiVersion', 'kind', 'namespace'].flatMap((key) => {
      const at = child(named.parent, key)?.origin.place;
      return at ? [at] : [];
    });
    const areas = child(named.parent, 'kind') ? beside : [];
    const namespace = textOf(child(named.parent, 'namespace')) ?? '';
    return [{ node: { place, name: named.scalar.text, areas }, kinds, namespace }];
  });
}

/** The names at a path of a field spec. A path that ends at a map means its `name`. */
function namesAt(root: Node, steps: readonly string[]): Named[] {
  let at: { node: Node; parent: Node }[] = [{ node: root, parent: root }];
  const spread = (all: typeof at): typeof at =>
    all.flatMap((one) =>
      one.node.kind === 'list' ? one.node.items.map((node) => ({ node, parent: one.parent })) : [one],
    );
  for (const step of steps)
    at = spread(at).flatMap(({ node }) => {
      const next = child(node, step.replace(/\[\]$/, ''));
      return next ? [{ node: next, parent: node }] : [];
    });
  return spread(at).flatMap(({ node, parent }): Named[] => {
    if (node.kind === 'scalar') return [{ scalar: node, parent }];
    const name = child(node, 'name');
    return name?.kind === 'scalar' ? [{ scalar: name, parent: node }] : [];
  });
}

function* namesByShape(document: MapNode, gvk: GroupVersionKind): Generator<[Named, GvkSelector]> {
  const open: { readonly node: Node; readonly key: string }[] = [{ node: document, key: '' }];
  for (let at = open.pop(); at; at = open.pop()) {
    const { node, key } = at;
    if (node.kind === 'list') for (const item of node.items) open.push({ node: item, key });
    if (node.kind !== 'map') continue;
    for (const [name, entry] of node.entries)
      if (node !== document || name !== 'metadata') open.push({ node: entry.value, key: name });
    const kind = node === document ? undefined : kindByShape(node, key, gvk);
    const name = child(node, 'name');
    if (kind && name?.kind === 'scalar') yield [{ scalar: name, parent: node }, kind];
  }
}

function kindByShape(node: MapNode, key: string, gvk: GroupVersionKind): GvkSelector | undefined {
  const kind = textOf(child(node, 'kind'));
  if (kind !== undefined) {
    const version = textOf(child(node, 'apiVersion'));
    const group = version === undefined ? textOf(child(node, 'apiGroup')) : parseApiVersion(version).group;
    return group === undefined ? { kind } : { group, kind };
  }
  if (key === 'dependsOn' && gvk.group.endsWith('.toolkit.fluxcd.io')) return { group: gvk.group, kind: gvk.kind };
  const row = REF_KEYS.find(([pattern]) => pattern.test(key));
  return row && { group: '', kind: row[1] };
}
