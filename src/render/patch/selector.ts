// Target selectors of patches (api/types/selector.go): which resources a patch or a replacement is for. Reads only.
import { child, textOf } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import { annotationsOf, currentId, gvkOf, labelsOf, originalId } from '../resource.ts';
import type { Resource, ResourceId } from '../resource.ts';
import { goRegexp } from '../../model/goRegexp.ts';
import type { GoRegexp } from '../../model/goRegexp.ts';
import { matchesLabels, parseLabelSelector } from './labelSelector.ts';
import type { LabelSelector } from './labelSelector.ts';

const ID_FIELDS = ['group', 'version', 'kind', 'name', 'namespace'] as const;
type IdField = (typeof ID_FIELDS)[number];

export interface Selector {
  /** What the user wrote, for messages. Empty: any. */
  readonly written: Readonly<Record<IdField, string>>;
  /** Whether no field of an identity is given. */
  readonly anyId: boolean;
  matchesKind(id: { readonly group: string; readonly version: string; readonly kind: string }): boolean;
  matchesField(field: 'name' | 'namespace', value: string): boolean;
  matchesLabels(resource: Resource): boolean;
  readonly hasLabels: boolean;
}

export interface SelectorFault {
  readonly fault: string;
  readonly node: Node | undefined;
}

/** The selector that a map describes, or what is wrong with it. */
export function parseSelector(node: Node | undefined): Selector | SelectorFault {
  const patterns = new Map<IdField, GoRegexp>();
  const written: Record<IdField, string> = { group: '', version: '', kind: '', name: '', namespace: '' };
  for (const field of ID_FIELDS) {
    const text = textOf(child(node, field)) ?? '';
    written[field] = text;
    if (text === '') continue;
    const pattern = goRegexp(text, 'anchored');
    if (!pattern)
      return {
        fault: `"${text}" is not a valid regular expression: correct it, or put \\ before ( ) [ ] * + ?`,
        node: child(node, field),
      };
    patterns.set(field, pattern);
  }
  const labels = parseLabels(node, 'labelSelector');
  if ('fault' in labels) return labels;
  const annotations = parseLabels(node, 'annotationSelector');
  if ('fault' in annotations) return annotations;
  const meets = (field: IdField, value: string): boolean => patterns.get(field)?.test(value) ?? true;
  return {
    written,
    anyId: patterns.size === 0,
    matchesKind: (id) => meets('group', id.group) && meets('version', id.version) && meets('kind', id.kind),
    matchesField: meets,
    matchesLabels: (resource) =>
      matchesLabels(labels, labelsOf(resource)) && matchesLabels(annotations, annotationsOf(resource)),
    hasLabels: labels.length + annotations.length > 0,
  };
}

function parseLabels(target: Node | undefined, field: string): LabelSelector | SelectorFault {
  const node = child(target, field);
  const text = textOf(node) ?? '';
  const found = parseLabelSelector(text);
  if (!('fault' in found)) return found;
  return { fault: `the ${field} "${text}" cannot be read: ${found.fault}; write it as a=b or a in (b, c)`, node };
}

/** The resources that a patch's target selects: by their first or their present name and namespace. */
export function selectTargets(items: readonly Resource[], selector: Selector): Resource[] {
  return items.filter((resource) => {
    if (!selector.matchesKind(gvkOf(resource))) return false;
    const ids = [originalId(resource), currentId(resource)];
    return (
      ids.some((id) => selector.matchesField('namespace', id.effectiveNamespace)) &&
      ids.some((id) => selector.matchesField('name', id.name)) &&
      (!selector.hasLabels || selector.matchesLabels(resource))
    );
  });
}

/** Whether one identity matches all fields. The namespace is taken as it is written. */
export function selectsId(selector: Selector, id: ResourceId): boolean {
  return (
    selector.matchesKind(id) &&
    selector.matchesField('name', id.name) &&
    selector.matchesField('namespace', id.namespace)
  );
}
