// Gathers what a kustomization names (files, directories, components) and runs its generators and transformers, in
// upstream's order (KustTarget.accumulateTarget). Goes on past what is wrong and reports all of it.
import { hasErrors } from '../model/finding.ts';
import { child } from '../model/node.ts';
import { readYaml } from '../yaml/read.ts';
import { annotatePath, joinOrigin } from './buildAnnotations.ts';
import { configFromNode, defaultConfig, emptyConfig, mergeConfigs } from './config/transformerConfig.ts';
import type { TransformerConfig } from './config/transformerConfig.ts';
import { reportConflicts } from './conflicts.ts';
import { configOfCrds } from './crds.ts';
import {
  fileMissing,
  kustomizationCycle,
  kustomizationInvalid,
  notADirectory,
  outsideSnapshot,
  pathAmbiguous,
  remoteRefused,
  resourceConflict,
  wrongComponentKind,
} from './findings.ts';
import { listField, textItems } from './kustomization/kustomization.ts';
import type { TextItem } from './kustomization/kustomization.ts';
import { readKustomization } from './kustomization/read.ts';
import { shaped } from './kustomization/shape.ts';
import { configuration as configurationShape } from './kustomization/shapes.ts';
import { contextOf, newAccumulation } from './layer.ts';
import type { Accumulation, Layer } from './layer.ts';
import { isInside, isRemote, newLoader } from './loader.ts';
import { setSchemas } from './openapi.ts';
import { runGenerators, runTransformers, runValidators } from './plugins.ts';
import { readResources } from './readResources.ts';
import { addVariables, mergeVariables, variableOf } from './reference/variables.ts';
import { currentId, describe } from './resource.ts';
import type { Resource } from './resource.ts';

/** Builds one kustomization into an accumulation: an empty one, or for a component that of its parent. */
export function accumulate(layer: Layer, accumulation: Accumulation): void {
  const { fields } = layer.kustomization;
  accumulateItems(layer, accumulation, textItems(child(fields, 'resources')));
  mergeConfig(layer, accumulation, configOfLayer(layer, accumulation));
  runGenerators(layer, accumulation, accumulateItems);
  for (const item of textItems(child(fields, 'components'))) accumulateComponent(layer, accumulation, item);
  runTransformers(layer, accumulation, accumulateItems);
  runValidators(layer, accumulation, accumulateItems);
  addVariables(contextOf(layer, accumulation), accumulation.variables, listField(fields, 'vars').map(variableOf));
}

/** Adds what a list of paths names: files with objects, or directories with kustomizations. */
export function accumulateItems(layer: Layer, accumulation: Accumulation, items: readonly TextItem[]): void {
  for (const item of items) {
    const kind = isRemote(item.text) ? undefined : layer.loader.kind(item.text);
    if (kind === 'file') accumulateFile(layer, accumulation, item);
    else if (kind === 'directory') accumulateDirectory(layer, accumulation, item, 'Kustomization');
    else layer.state.base.report(missing(layer, item));
  }
}

function missing(layer: Layer, { text, place }: TextItem): ReturnType<typeof fileMissing> {
  if (isRemote(text)) return remoteRefused(text, place);
  if (text === '') return kustomizationInvalid('an empty path names nothing', place);
  return layer.loader.resolve(text) === undefined ? outsideSnapshot(text, place) : fileMissing(text, place);
}

function accumulateFile(layer: Layer, accumulation: Accumulation, item: TextItem): void {
  const { base, isClusterScoped, annotates } = layer.state;
  const source = layer.loader.text(item.text, item.place);
  if (!source) return;
  const { resources, findings } = readResources(source, isClusterScoped);
  for (const finding of findings) base.report(finding);
  for (const resource of resources) {
    if (annotates) annotatePath(resource, joinOrigin(layer.originPath, item.text));
    append(layer, accumulation, resource);
  }
}

function append(layer: Layer, accumulation: Accumulation, resource: Resource): void {
  const [first] = accumulation.resources.byCurrentId(currentId(resource));
  if (first)
    layer.state.base.report(resourceConflict(describe(resource), resource.node.origin.place, first.node.origin.place));
  else accumulation.resources.append(resource);
}

function accumulateComponent(layer: Layer, accumulation: Accumulation, item: TextItem): void {
  const kind = isRemote(item.text) ? undefined : layer.loader.kind(item.text);
  if (kind === 'directory') accumulateDirectory(layer, accumulation, item, 'Component');
  else layer.state.base.report(kind === 'file' ? notADirectory(item.text, item.place) : missing(layer, item));
}

function accumulateDirectory(
  layer: Layer,
  accumulation: Accumulation,
  item: TextItem,
  expected: 'Component' | 'Kustomization',
): void {
  const next = openLayer(layer, item, expected);
  if (!next) return;
  if (expected === 'Component') {
    accumulate(next, accumulation);
    reportConflicts(accumulation.resources.items, layer.state.base.report);
    return;
  }
  const own = newAccumulation();
  accumulate(next, own);
  for (const resource of own.resources.items) append(layer, accumulation, resource);
  mergeConfig(layer, accumulation, own.config);
  mergeVariables(contextOf(layer, accumulation), accumulation.variables, own.variables.values());
}

/** The kustomization in a directory that another one names; undefined, with a finding, where it cannot be built. */
function openLayer(layer: Layer, item: TextItem, expected: 'Component' | 'Kustomization'): Layer | undefined {
  const { base } = layer.state;
  const root = item.text.startsWith('/') ? undefined : layer.loader.resolve(item.text);
  if (root === undefined) {
    base.report(outsideSnapshot(item.text, item.place));
    return undefined;
  }
  if (item.text.split('/').some((part) => part !== '..' && part.includes('..'))) {
    base.report(pathAmbiguous(item.text, item.place));
    return undefined;
  }
  const visited = layer.roots.findIndex((each) => isInside(each, root));
  if (visited >= 0) {
    base.report(kustomizationCycle([...layer.roots.slice(visited), root], item.place));
    return undefined;
  }
  const kustomization = readKustomization(base, root, item.place);
  if (!kustomization) return undefined;
  if (kustomization.kind !== expected) {
    base.report(wrongComponentKind(root, expected, item.place));
    return undefined;
  }
  const loader = newLoader(base, root);
  const next: Layer = {
    ...layer,
    kustomization,
    loader,
    roots: [...layer.roots, root],
    originPath: joinOrigin(layer.originPath, item.text),
  };
  setSchemas(next);
  return next;
}

function mergeConfig(layer: Layer, accumulation: Accumulation, config: TransformerConfig): void {
  const merged = mergeConfigs(accumulation.config, config);
  if (typeof merged === 'string') layer.state.base.report(kustomizationInvalid(merged, layer.kustomization.place));
  else accumulation.config = merged;
}

/** The default configuration with what the files of `configurations` and `crds` add. */
function configOfLayer(layer: Layer, accumulation: Accumulation): TransformerConfig {
  const { fields } = layer.kustomization;
  const report = layer.state.base.report;
  let added = emptyConfig;
  for (const item of textItems(child(fields, 'configurations'))) {
    const source = layer.loader.text(item.text, item.place);
    if (!source) continue;
    const { documents, findings } = readYaml(source, 'kubernetes');
    for (const finding of findings) report(finding);
    const [document] = documents;
    if (!document || hasErrors(findings)) continue;
    const node = shaped(document, configurationShape, item.text, {
      unknownFields: 'error',
      scalarsAsStrings: true,
      report,
    });
    if (node) added = mergedOr(layer, added, configFromNode(node), item);
  }
  const crds = configOfCrds(textItems(child(fields, 'crds')), contextOf(layer, accumulation));
  return mergedOr(layer, mergedOr(layer, defaultConfig, added), crds);
}

/** Both in one; the first alone, with a finding, where they contradict each other. */
function mergedOr(layer: Layer, a: TransformerConfig, b: TransformerConfig, item?: TextItem): TransformerConfig {
  const result = mergeConfigs(a, b);
  if (typeof result !== 'string') return result;
  layer.state.base.report(kustomizationInvalid(result, item?.place ?? layer.kustomization.place));
  return a;
}
