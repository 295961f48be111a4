// The order of the output: as accumulated, or the legacy order by kind that the command line uses unless told otherwise.
// `sortOptions` of the built kustomization beats the option.
import { child, textOf } from '../model/node.ts';
import type { Finding } from '../model/finding.ts';
import { byCodeUnit } from '../model/byCodeUnit.ts';
import { kindRank, kindsFirst, kindsLast } from './config/kindOrder.ts';
import { kustomizationInvalid } from './findings.ts';
import type { Kustomization } from './kustomization/kustomization.ts';
import { textField, textItems } from './kustomization/kustomization.ts';
import { currentId } from './resource.ts';
import type { Resource, ResourceId } from './resource.ts';

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
  const keyed = resources.map((resource) => {
    const id = currentId(resource);
    return { resource, id, rank: kindRank(id.kind, first, last), kindText: kindText(id), text: idText(id) };
  });
  keyed.sort((a, b) => {
    if (a.id.kind === b.id.kind && a.id.group === b.id.group && a.id.version === b.id.version)
      return byCodeUnit(a.text, b.text);
    if (a.rank !== b.rank) return a.rank - b.rank;
    const namespaces =
      a.id.kind === 'Namespace' && b.id.kind === 'Namespace' && (a.id.group === '' || b.id.group === '');
    return namespaces ? byCodeUnit(b.kindText, a.kindText) : byCodeUnit(a.kindText, b.kindText);
  });
  return keyed.map(({ resource }) => resource);
}

function kindText(id: ResourceId): string {
  return `${id.group || '~G'}_${id.version || '~V'}_${id.kind || '~K'}`;
}

function idText(id: ResourceId): string {
  const gvk = `${id.kind || '[noKind]'}.${id.version || '[noVer]'}.${id.group || '[noGrp]'}`;
  return `${gvk}|${id.namespace || '~X'}|${id.name || '~N'}`;
}

/** Whether an object is only for local use, so that it never reaches the output. */
export function isLocal(resource: Resource): boolean {
  const annotation = child(child(child(resource.node, 'metadata'), 'annotations'), 'config.kubernetes.io/local-config');
  return annotation !== undefined && (textOf(annotation) ?? '') !== 'false';
}
