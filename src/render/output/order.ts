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
  const options = child(kustomization.fields, 'sortOptions');
  if (!options) {
    return byDefault === 'none' ? resources : legacyOrder(resources, kindsFirst, kindsLast);
  }
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
  if (order !== 'legacy') return resources;
  if (!legacy) return legacyOrder(resources, kindsFirst, kindsLast);
  const names = (field: string): string[] => textItems(child(legacy, field)).map((item) => item.text);
  return legacyOrder(resources, names('orderFirst'), names('orderLast'));
}

function legacyOrder(
  resources: readonly Resource[],
  first: readonly string[],
  last: readonly string[],
): readonly Resource[] {
  const kindOf = onceForKind(({ group, version, kind }) => ({
    rank: kindRank(kind, first, last),
    text: `${group || '~G'}_${version || '~V'}_${kind || '~K'}`,
    group,
    isNamespace: kind === 'Namespace',
  }));
  const keyed = resources.map((resource) => {
    const id = currentId(resource);
    return { resource, kind: kindOf(id), text: `${id.namespace || '~X'}|${id.name || '~N'}` };
  });
  keyed.sort((one, other) => {
    const a = one.kind;
    const b = other.kind;
    if (a === b) return byCodeUnit(one.text, other.text);
    if (a.rank !== b.rank) return a.rank - b.rank;
    const namespaces = a.isNamespace && b.isNamespace && (a.group === '' || b.group === '');
    return namespaces ? byCodeUnit(b.text, a.text) : byCodeUnit(a.text, b.text);
  });
  return keyed.map(({ resource }) => resource);
}

/** Whether an object is only for local use, so that it never reaches the output. */
export function isLocal(resource: Resource): boolean {
  const annotation = child(child(child(resource.node, 'metadata'), 'annotations'), 'config.kubernetes.io/local-config');
  return annotation !== undefined && (textOf(annotation) ?? '') !== 'false';
}
