// What the fields of a kustomization ask of the builtin transformers: each entry as the configuration that the plugin of
// that kind takes, with the place of the line that asked. Runs nothing.
import { child } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import type { Finding } from '../../model/finding.ts';
import { mergeSpecs } from '../config/transformerConfig.ts';
import type { SpecField, TransformerConfig } from '../config/transformerConfig.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { kustomizationInvalid } from '../findings.ts';
import { booleanField, listField, textField } from '../kustomization/kustomization.ts';
import type { Kustomization } from '../kustomization/kustomization.ts';
import { fieldSpecsOf } from '../config/transformerConfig.ts';
import type { TransformerUse } from './transformer.ts';
import { isEmptyMap } from '../patch/nullness.ts';
import { newMap } from '../write.ts';

export type Uses = (
  kustomization: Kustomization,
  config: TransformerConfig,
  report: (finding: Finding) => void,
) => TransformerUse[];

export const strategicPatches: Uses = whole('patchesStrategicMerge', 'paths');
export const replacements: Uses = whole('replacements', 'replacements');
export const patches: Uses = each('patches', (entry) => entry);
export const json6902Patches: Uses = each('patchesJson6902', (entry) =>
  wrapped(entry, [...renamed(entry, 'patch', 'jsonOp')]),
);
export const replicas: Uses = each('replicas', (entry) => wrapped(entry, [['replica', entry]]), 'replicas');
export const images: Uses = each('images', (entry) => wrapped(entry, [['imageTag', entry]]), 'images');
export const prefix: Uses = scalar('namePrefix', (node) => [['prefix', node]], 'namePrefix');
export const suffix: Uses = scalar('nameSuffix', (node) => [['suffix', node]], 'nameSuffix');
export const namespace: Uses = scalar(
  'namespace',
  (node) => [['metadata', wrapped(node, [['namespace', node]])]],
  'namespace',
);
export const annotations: Uses = scalar('commonAnnotations', (node) => [['annotations', node]], 'commonAnnotations');

export const labels: Uses = (kustomization, config, report) => {
  const uses: TransformerUse[] = [];
  for (const [index, entry] of listField(kustomization.fields, 'labels').entries()) {
    const specs = labelSpecs(entry, config);
    if (!specs) {
      report(
        kustomizationInvalid(
          "the fields of this entry contradict each other: give 'create' the same value for the same path",
          entry.origin.place,
        ),
      );
      continue;
    }
    const pairs = child(entry, 'pairs');
    uses.push({
      config: wrapped(entry, pairs ? [['labels', pairs]] : []),
      fieldSpecs: specs,
      field: 'labels',
      index,
      place: entry.origin.place,
    });
  }
  const written = child(kustomization.fields, 'commonLabels');
  const common = isEmptyMap(written) ? undefined : written;
  const place = common?.origin.place;
  const commonUse = { fieldSpecs: config.commonLabels, field: 'commonLabels', index: 0, place };
  // Upstream runs the common labels behind `labels` even where there are none, which buildMetadata makes visible.
  if (common) uses.push({ ...commonUse, config: wrapped(common, [['labels', common]]) });
  else if (uses.length > 0) uses.push({ ...commonUse, config: wrapped(kustomization.fields, []) });
  return uses;
};

const metadataLabels: FieldSpec = { path: 'metadata/labels', create: true };

/** Where the labels of one entry of `labels` go. */
function labelSpecs(entry: Node, config: TransformerConfig): readonly FieldSpec[] | undefined {
  let specs = mergeSpecs(fieldSpecsOf(entry, 'fields'), config.labels);
  if (booleanField(entry, 'includeSelectors')) return specs && mergeSpecs(specs, config.commonLabels);
  if (specs && booleanField(entry, 'includeTemplates')) specs = mergeSpecs(specs, config.templateLabels);
  if (specs && booleanField(entry, 'includeVolumeClaimTemplates'))
    specs = mergeSpecs(specs, config.volumeClaimTemplateLabels);
  return specs && mergeSpecs(specs, [metadataLabels]);
}

type Entries = readonly (readonly [string, Node])[];

function wrapped(node: Node, entries: Entries): MapNode {
  return newMap({ place: node.origin.place, cause: node.origin.cause }, entries);
}

function renamed(entry: MapNode, from: string, to: string): [string, Node][] {
  return [...entry.entries].map(([key, { value }]) => [key === from ? to : key, value]);
}

/** One use for a whole list field. */
function whole(field: string, name: string): Uses {
  return (kustomization) => {
    const list = child(kustomization.fields, field);
    if (list?.kind !== 'list' || list.items.length === 0) return [];
    return [{ config: wrapped(list, [[name, list]]), fieldSpecs: [], field, index: 0, place: list.origin.place }];
  };
}

/** One use for each entry of a list field. */
function each(field: string, configOf: (entry: MapNode) => MapNode, specs?: SpecField): Uses {
  return (kustomization, config) =>
    listField(kustomization.fields, field)
      .filter((entry) => entry.kind === 'map')
      .map((entry, index) => ({
        config: configOf(entry),
        fieldSpecs: specs ? config[specs] : [],
        field,
        index,
        place: entry.origin.place,
      }));
}

/** One use for a field that is there and not empty. */
function scalar(field: string, entriesOf: (node: Node) => Entries, specs: SpecField): Uses {
  return (kustomization, config) => {
    const node = child(kustomization.fields, field);
    if (!node || isEmptyMap(node) || (node.kind === 'scalar' && textField(kustomization.fields, field) === ''))
      return [];
    return [
      { config: wrapped(node, entriesOf(node)), fieldSpecs: config[specs], field, index: 0, place: node.origin.place },
    ];
  };
}
