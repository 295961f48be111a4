// The order of the output: as accumulated, or the legacy order by kind that the command line uses unless told otherwise.
// `sortOptions` of the built kustomization beats the option.
import { child, textOf } from '../../model/node.ts';
import type { Finding } from '../../model/finding.ts';
import { byCodeUnit } from '../../model/byCodeUnit.ts';
import { kindRank, kindsFirst, kindsLast } from '../config/kindOrder.ts';
import { onceForKind } from '../transform/fieldSpec.ts';
import { kustomizationInvalid } from '../findings.ts';
import type { Kustomization } from '../kustomization/kustomization.ts';
import { textField, textItems } from '../kustomization/kustomization.ts';
import { currentId } from '../resource.ts';
import type { Resource } from '../resource.ts';

export function orderResources(
  resources: readonly Resource[],
  kustomization: Kustomization,
  byDefault: 'none' | 'legacy',
  report: (finding: Finding) => void,
): readonly Resource[] {
  const legacy = legacyOrder(kustomization, byDefault, report);
  if (!legacy) return resources;
  return resources
    .map((resource) => legacy.keyOf(resource))
    .sort((a, b) => legacy.compare(a, b))
    .map(({ resource }) => resource);
}

/** Moves one of the resources, whose identity is another one than it was, to where it belongs among the others. */
export function moveInOrder(
  ordered: readonly Resource[],
  resource: Resource,
  kustomization: Kustomization,
  byDefault: 'none' | 'legacy',
): readonly Resource[] {
  const legacy = legacyOrder(kustomization, byDefault, () => undefined);
  if (!legacy) return ordered;
  const others = ordered.filter((one) => one !== resource);
  const key = legacy.keyOf(resource);
  let [low, high] = [0, others.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (legacy.compare(legacy.keyOf(others[middle] as Resource), key) < 0) low = middle + 1;
    else high = middle;
  }
  return others.toSpliced(low, 0, resource);
}

/** The legacy order, where the output is to have it. */
function legacyOrder(
  kustomization: Kustomization,
  byDefault: 'none' | 'legacy',
  report: (finding: Finding) => void,
): LegacyOrder | undefined {
  const options = child(kustomization.fields, 'sortOptions');
  if (!options) return byDefault === 'none' ? undefined : newLegacyOrder(kindsFirst, kindsLast);
  const order = textField(options, 'order');
  const legacy = child(options, 'legacySortOptions');
  if (order !== 'fifo' && order !== 'legacy') {
    report(
      kustomizationInvalid(
        "'sortOptions.order' must be fifo or legacy",
        child(options, 'order')?.origin.place ?? options.origin.place,
      ),
    );
  } else if (order === 'fifo' && legacy) {
    report(
      kustomizationInvalid(
        "'sortOptions.legacySortOptions' needs 'order: legacy'; change the order or remove it",
        legacy.origin.place,
      ),
    );
  }
  if (order !== 'legacy') return undefined;
  if (!legacy) return newLegacyOrder(kindsFirst, kindsLast);
  const names = (field: string): string[] => textItems(child(legacy, field)).map((item) => item.text);
  return newLegacyOrder(names('orderFirst'), names('orderLast'));
}

/** What is compared of a resource. */
interface OrderKey {
  readonly resource: Resource;
  readonly kind: {
    readonly rank: number;
    readonly text: string;
    readonly group: string;
    readonly isNamespace: boolean;
  };
  readonly text: string;
}

interface LegacyOrder {
  keyOf(resource: Resource): OrderKey;
  compare(one: OrderKey, other: OrderKey): number;
}

function newLegacyOrder(first: readonly string[], last: readonly string[]): LegacyOrder {
  const kindOf = onceForKind(({ group, version, kind }) => ({
    rank: kindRank(kind, first, last),
    text: `${group || '~G'}_${version || '~V'}_${kind || '~K'}`,
    group,
    isNamespace: kind === 'Namespace',
  }));
  return {
    keyOf(resource) {
      const id = currentId(resource);
      return { resource, kind: kindOf(id), text: `${id.namespace || '~X'}|${id.name || '~N'}` };
    },
    compare(one, other) {
      const a = one.kind;
      const b = other.kind;
      if (a === b) return byCodeUnit(one.text, other.text);
      if (a.rank !== b.rank) return a.rank - b.rank;
      const namespaces = a.isNamespace && b.isNamespace && (a.group === '' || b.group === '');
      return namespaces ? byCodeUnit(b.text, a.text) : byCodeUnit(a.text, b.text);
    },
  };
}

/** Whether an object is only for local use, so that it never reaches the output. */
export function isLocal(resource: Resource): boolean {
  const annotation = child(child(child(resource.node, 'metadata'), 'annotations'), 'config.kubernetes.io/local-config');
  return annotation !== undefined && (textOf(annotation) ?? '') !== 'false';
}
