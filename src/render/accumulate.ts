// Gathers what a kustomization names (files, directories, components) and runs its generators and transformers, in
// upstream's order (KustTarget.accumulateTarget). Goes on past what is wrong and reports all of it.
import type { Finding } from '../model/finding.ts';
import { hasErrors } from '../model/finding.ts';
import { child } from '../model/node.ts';
import { SourceText } from '../model/sourceText.ts';
import { readYaml } from '../yaml/read.ts';
import { annotatePath, entryOrigin } from './annotations/buildAnnotations.ts';
import { configFromNode, configOfRelease, emptyConfig, mergeConfigs } from './config/transformerConfig.ts';
import type { TransformerConfig } from './config/transformerConfig.ts';
import { conflictBetween, reportConflicts } from './output/conflicts.ts';
import { configOfCrds } from './openapi/crds.ts';
import {
  duplicateInConfiguration,
  kustomizationAsResource,
  kustomizationInvalid,
  notADirectory,
  outsideSnapshot,
  remoteFailed,
  remotePending,
  remoteRefused,
  resourceInvalid,
} from './findings.ts';
import { listField, textItems } from './kustomization/kustomization.ts';
import type { TextItem } from './kustomization/kustomization.ts';
import { isKustomizationFile } from './kustomization/read.ts';
import { shaped } from './kustomization/shape.ts';
import { configuration as configurationShape } from './kustomization/shapes.ts';
import { arrive, contextOf, newAccumulation } from './layer.ts';
import type { Accumulation, Frame, Layer } from './layer.ts';
import { isRemote } from './load/loader.ts';
import { openLayer, openRepository } from './load/openLayer.ts';
import { isNull } from './patch/nullness.ts';
import { runGenerators, runTransformers, runValidators } from './plugins.ts';
import { readResources } from './load/readResources.ts';
import { isHttpAddress, repositoryAddress } from './remote/address.ts';
import { addVariables, mergeVariables, variableOf } from './reference/variables.ts';
import type { Resource } from './resource.ts';
import { isBefore } from './rebuild/trace.ts';
import type { Position } from './rebuild/trace.ts';

/**
 * Builds one kustomization into an accumulation: an empty one, or for a component that of its parent. With `begun`, it goes
 * on from where each of these frames had come to (this kustomization's comes first; resume.ts).
 */
export function accumulate(layer: Layer, accumulation: Accumulation, begun: readonly Frame[] = []): void {
  const { fields, damaged } = layer.kustomization;
  const [frame, ...inside] = begun;
  const from = frame?.position ?? BEGINNING;
  const isDone = (part: Position['part']): boolean => isBefore({ part, index: 0 }, { part: from.part, index: 0 });
  const start = (part: Position['part']): number => (from.part === part ? from.index : 0);
  const begunAt = (part: Position['part'], index: number): readonly Frame[] =>
    from.part === part && from.index === index ? inside : [];
  layer.state.frames.push({ layer, accumulation, position: from });
  if (damaged === true) layer.state.base.markIncomplete();
  if (!isDone('resources')) {
    for (const [index, item] of textItems(child(fields, 'resources')).entries()) {
      if (index < start('resources')) continue;
      arrive(layer, { part: 'resources', index });
      const opened = begunAt('resources', index);
      if (opened[0]) accumulateKustomization(layer, accumulation, opened[0].layer, opened);
      else accumulateItem(layer, accumulation, item);
    }
    arrive(layer, { part: 'resources', index: Infinity });
    mergeConfig(layer, accumulation, configOfLayer(layer, accumulation));
  }
  if (!isDone('generators')) runGenerators(layer, accumulation, accumulateItems, start('generators'));
  if (!isDone('components')) {
    for (const [index, item] of textItems(child(fields, 'components')).entries()) {
      if (index < start('components')) continue;
      arrive(layer, { part: 'components', index });
      accumulateComponent(layer, accumulation, item, begunAt('components', index));
    }
  }
  runTransformers(layer, accumulation, accumulateItems, start('transformers'));
  runValidators(layer, accumulation, accumulateItems);
  addVariables(contextOf(layer, accumulation), accumulation.variables, listField(fields, 'vars').map(variableOf));
  layer.state.frames.pop();
}

const BEGINNING: Position = { part: 'resources', index: 0 };

/** Adds what a list of entries names: files with objects, or kustomizations, here or elsewhere. */
export function accumulateItems(layer: Layer, accumulation: Accumulation, items: readonly TextItem[]): void {
  for (const item of items) accumulateItem(layer, accumulation, item);
}

function accumulateItem(layer: Layer, accumulation: Accumulation, item: TextItem): void {
  if (isHttpAddress(item.text)) return accumulateHttp(layer, accumulation, item);
  const kind = isRemote(item.text) ? undefined : layer.loader.kind(item.text);
  const address = kind === 'file' ? undefined : repositoryAddress(item.text);
  if (kind === 'file') accumulateFile(layer, accumulation, item);
  else if (address) accumulateKustomization(layer, accumulation, openRepository(layer, address, item, 'Kustomization'));
  else if (kind === 'directory') accumulateKustomization(layer, accumulation, openLayer(layer, item, 'Kustomization'));
  else refuse(layer, missing(layer, item));
}

/** Reports why an entry gives no objects. */
function refuse(layer: Layer, finding: Finding): void {
  layer.state.base.report(finding);
  layer.state.base.markIncomplete();
}

function missing(layer: Layer, { text, place }: TextItem): Finding {
  if (isRemote(text)) return remoteRefused(text, 'kustomize has no way to fetch such an address', place);
  if (text === '') return kustomizationInvalid('this entry is empty: name a file or a directory', place);
  return layer.loader.resolve(text) === undefined ? outsideSnapshot(text, place) : layer.loader.missing(text, place);
}

function accumulateFile(layer: Layer, accumulation: Accumulation, item: TextItem): void {
  const source = layer.loader.text(item.text, item.place);
  const { base, isClusterScoped } = layer.state;
  if (!source) return base.markIncomplete();
  const { resources, findings } = readResources(source, isClusterScoped);
  if (hasErrors(findings)) base.markIncomplete();
  if (isKustomizationFile(item.text) && findings.some(({ code }) => code === 'resource-invalid'))
    return base.report(kustomizationAsResource(item.text, item.place));
  for (const finding of findings) base.report(finding);
  base.trace?.steps.push({ kind: 'read', into: accumulation, source, resources });
  appendAll(layer, accumulation, resources, item);
}

/** A file from a web server or, where that holds no objects and the address can be one, a repository. */
function accumulateHttp(layer: Layer, accumulation: Accumulation, item: TextItem): void {
  const { base, isClusterScoped } = layer.state;
  const answer = layer.loader.ask({ kind: 'file', url: item.text });
  if (!answer) return base.report(remotePending(item.text, item.place));
  const read =
    answer.kind === 'text' ? readResources(new SourceText(item.text, answer.text), isClusterScoped) : undefined;
  if (read && !hasErrors(read.findings)) return appendAll(layer, accumulation, read.resources, item);
  const address = repositoryAddress(item.text);
  if (answer.kind !== 'text') base.markIncomplete();
  if (answer.kind === 'refused') base.report(remoteRefused(item.text, answer.reason, item.place));
  else if (address) accumulateKustomization(layer, accumulation, openRepository(layer, address, item, 'Kustomization'));
  else if (answer.kind === 'failed') base.report(remoteFailed(item.text, answer.reason, item.place));
  else for (const finding of read?.findings ?? []) base.report(finding);
}

function appendAll(layer: Layer, accumulation: Accumulation, resources: readonly Resource[], item: TextItem): void {
  for (const resource of resources) {
    if (layer.state.annotates) noteOrigin(layer, resource, item);
    append(layer, accumulation, resource);
  }
}

/** Where what is built is annotated, annotations that are no map are refused at once. */
function noteOrigin({ state, origin }: Layer, resource: Resource, item: TextItem): void {
  const annotations = child(child(resource.node, 'metadata'), 'annotations');
  if (annotations && annotations.kind !== 'map' && !isNull(annotations))
    state.base.report(resourceInvalid('the annotations must be a map', annotations.origin.place));
  else annotatePath(resource, entryOrigin(origin, item.text));
}

function append(layer: Layer, accumulation: Accumulation, resource: Resource): void {
  const first = accumulation.resources.appendNew(resource);
  if (first) layer.state.base.report(conflictBetween(resource, first));
}

function accumulateComponent(layer: Layer, accumulation: Accumulation, item: TextItem, begun: readonly Frame[]): void {
  const next = begun[0]?.layer ?? openComponent(layer, item);
  if (!next) return;
  accumulate(next, accumulation, begun);
  reportConflicts(accumulation.resources.items, layer.state.base.report);
  // Upstream moves all that there is into a new accumulation, where the configuration is merged once more.
  const { config } = accumulation;
  accumulation.config = emptyConfig;
  mergeConfig(next, accumulation, config);
}

function openComponent(layer: Layer, item: TextItem): Layer | undefined {
  const address = repositoryAddress(item.text);
  const kind = address || isRemote(item.text) ? undefined : layer.loader.kind(item.text);
  if (!address && kind !== 'directory') {
    refuse(layer, kind === 'file' ? notADirectory(item.text, item.place) : missing(layer, item));
    return undefined;
  }
  const next = address ? openRepository(layer, address, item, 'Component') : openLayer(layer, item, 'Component');
  if (!next) layer.state.base.markIncomplete();
  return next;
}

function accumulateKustomization(
  layer: Layer,
  accumulation: Accumulation,
  next: Layer | undefined,
  begun: readonly Frame[] = [],
): void {
  if (!next) return layer.state.base.markIncomplete();
  const own = begun[0]?.accumulation ?? newAccumulation();
  accumulate(next, own, begun);
  layer.state.base.trace?.steps.push({ kind: 'joined', from: own, into: accumulation });
  for (const resource of own.resources.items) append(layer, accumulation, resource);
  mergeConfig(layer, accumulation, own.config);
  mergeVariables(contextOf(layer, accumulation), accumulation.variables, own.variables.values());
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
    const strict = findings.map(duplicateInConfiguration);
    strict.forEach(report);
    const [document] = documents;
    if (!document || hasErrors(strict)) continue;
    const node = shaped(document, configurationShape, item.text, {
      unknownFields: 'error',
      scalarsAsStrings: true,
      report,
    });
    if (node) added = mergedOr(layer, added, configFromNode(node), item);
  }
  const crds = configOfCrds(textItems(child(fields, 'crds')), contextOf(layer, accumulation));
  return mergedOr(layer, mergedOr(layer, configOfRelease(layer.state.release), added), crds);
}

/** Both in one; the first alone, with a finding, where they contradict each other. */
function mergedOr(layer: Layer, a: TransformerConfig, b: TransformerConfig, item?: TextItem): TransformerConfig {
  const result = mergeConfigs(a, b);
  if (typeof result !== 'string') return result;
  layer.state.base.report(kustomizationInvalid(result, item?.place ?? layer.kustomization.place));
  return a;
}
