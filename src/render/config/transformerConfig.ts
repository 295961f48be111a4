// The fields that the transformers of one kustomization write: the defaults, with what `configurations` and `crds` add.
// Merging follows upstream: known entries are ignored, contradicting ones are an error.
import { child } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import type { GroupVersionKind } from '../../model/resourceType.ts';
import { isSelected } from '../transform/fieldSpec.ts';
import type { FieldSpec, GvkSelector } from '../transform/fieldSpec.ts';
import { booleanField, listField, textField } from '../kustomization/kustomization.ts';
import type { Release } from '../release.ts';
import * as defaults from './defaultFieldSpecs.ts';
import { kindRank } from './kindOrder.ts';
import { nameReference } from './defaultNameReferences.ts';
import type { NameReference } from './defaultNameReferences.ts';
import { varReference } from './defaultVarReferences.ts';

const specFields = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'templateLabels',
  'volumeClaimTemplateLabels',
  'commonAnnotations',
  'varReference',
  'images',
  'replicas',
] as const;

export type SpecField = (typeof specFields)[number];

export type TransformerConfig = Readonly<Record<SpecField, readonly FieldSpec[]>> & {
  readonly nameReference: readonly NameReference[];
};

export const emptyConfig: TransformerConfig = configOf(() => [], []);

const defaultConfig: TransformerConfig = sorted({
  ...emptyConfig,
  namePrefix: defaults.namePrefix,
  nameSuffix: defaults.nameSuffix,
  namespace: defaults.namespace,
  commonLabels: defaults.commonLabels,
  templateLabels: defaults.templateLabels,
  volumeClaimTemplateLabels: defaults.volumeClaimTemplateLabels,
  commonAnnotations: defaults.commonAnnotations,
  images: defaults.images,
  replicas: defaults.replicas,
  varReference,
  nameReference,
});

/** The configuration of 5.8.1, which Flux 2.9 builds with: labels of templates go to those of volume claims too. */
const olderConfig: TransformerConfig = sorted({
  ...defaultConfig,
  templateLabels: [...defaults.templateLabels, ...defaults.volumeClaimTemplateLabels],
  volumeClaimTemplateLabels: [],
  images: defaults.images.filter(({ path }) => !path.startsWith('spec/jobTemplate/')),
});

export function configOfRelease(release: Release): TransformerConfig {
  return release === '5.8.1' ? olderConfig : defaultConfig;
}

function configOf(
  specs: (field: SpecField) => readonly FieldSpec[],
  references: readonly NameReference[],
): TransformerConfig {
  const parts = Object.fromEntries(specFields.map((field) => [field, specs(field)])) as Record<
    SpecField,
    readonly FieldSpec[]
  >;
  return { ...parts, nameReference: references };
}

/** Thrown inside this file only, to leave a merge at the first contradiction. */
const CONFLICT = "two entries for the same path differ in 'create': give both the same value";

/** Two configurations in one, or the sentence that says why they contradict each other. */
export function mergeConfigs(a: TransformerConfig, b: TransformerConfig): TransformerConfig | string {
  if (b === emptyConfig || a === b) return a;
  // Merging the defaults into nothing changes nothing: no spec of theirs hides another one.
  if (a === emptyConfig && (b === defaultConfig || b === olderConfig)) return b;
  const parts = new Map<SpecField, readonly FieldSpec[]>();
  for (const field of specFields) {
    const merged = mergeSpecs(a[field], b[field]);
    if (merged === undefined) return `${field}: ${CONFLICT}`;
    parts.set(field, merged);
  }
  const references = mergeReferences(a.nameReference, b.nameReference);
  if (references === undefined) return `nameReference: ${CONFLICT}`;
  return sorted(configOf((field) => parts.get(field) ?? [], references));
}

/** Adds specs to others; undefined where one of them contradicts. */
export function mergeSpecs(known: readonly FieldSpec[], added: readonly FieldSpec[]): readonly FieldSpec[] | undefined {
  if (added.length === 0) return known;
  const result = [...known];
  const byPath = new Map<string, FieldSpec[]>();
  for (const spec of known) byPath.set(spec.path, [...(byPath.get(spec.path) ?? []), spec]);
  for (const spec of added) {
    const samePath = byPath.get(spec.path) ?? [];
    const same = samePath.find((each) => isSelected(gvkOf(each), spec));
    if (same && same.create !== spec.create) return undefined;
    if (same) continue;
    result.push(spec);
    byPath.set(spec.path, [...samePath, spec]);
  }
  return result;
}

function mergeReferences(
  known: readonly NameReference[],
  added: readonly NameReference[],
): readonly NameReference[] | undefined {
  let result = [...known];
  for (const reference of added) {
    const key = gvkKey(reference);
    if (!result.some((each) => gvkKey(each) === key)) {
      result.push(reference);
      continue;
    }
    const merged: NameReference[] = [];
    for (const each of result) {
      const referrers = gvkKey(each) === key ? mergeSpecs(each.referrers, reference.referrers) : each.referrers;
      if (!referrers) return undefined;
      merged.push({ ...each, referrers });
    }
    result = merged;
  }
  return result;
}

function gvkOf(selector: GvkSelector): GroupVersionKind {
  return { group: selector.group ?? '', version: selector.version ?? '', kind: selector.kind ?? '' };
}

function gvkKey(selector: GvkSelector): string {
  return `${selector.group ?? ''}/${selector.version ?? ''}/${selector.kind ?? ''}`;
}

function sorted(config: TransformerConfig): TransformerConfig {
  return configOf((field) => sortByGvk(config[field]), sortByGvk(config.nameReference));
}

function sortByGvk<T extends GvkSelector>(items: readonly T[]): T[] {
  const keyed = items.map((item) => ({ item, rank: kindRank(item.kind ?? ''), text: sortText(item) }));
  keyed.sort((a, b) => a.rank - b.rank || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return keyed.map(({ item }) => item);
}

function sortText(selector: GvkSelector): string {
  return `${selector.group || '~G'}_${selector.version || '~V'}_${selector.kind || '~K'}`;
}

/** The field specs of a list, as transformers' configurations and `configurations` files write them. */
export function fieldSpecsOf(node: Node | undefined, name: string): FieldSpec[] {
  return listField(node, name).map((item) => ({
    path: textField(item, 'path'),
    group: textField(item, 'group'),
    version: textField(item, 'version'),
    kind: textField(item, 'kind'),
    create: booleanField(item, 'create'),
  }));
}

/** A configuration from a file of `configurations` in normal form. */
export function configFromNode(node: Node): TransformerConfig {
  const references = listField(node, 'nameReference').map((item) => ({
    group: textField(item, 'group'),
    version: textField(item, 'version'),
    kind: textField(item, 'kind'),
    referrers: child(item, 'fieldSpecs') ? fieldSpecsOf(item, 'fieldSpecs') : [],
  }));
  return sorted(configOf((field) => fieldSpecsOf(node, field), references));
}
