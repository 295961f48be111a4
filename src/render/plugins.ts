// Runs the generators, transformers and validators of a kustomization: those that its own fields ask for, in the order of
// the tables, then those that it names as resources. Knows no single transformer.
import { equalJson } from '../model/json.ts';
import { hasErrors, withFix } from '../model/finding.ts';
import { nearest } from '../model/nearest.ts';
import { child, toJson } from '../model/node.ts';
import type { Node } from '../model/node.ts';
import { annotateGenerated, annotatePath, annotateTransformed, writtenOrigin } from './annotations/buildAnnotations.ts';
import { cleanPath } from './load/cleanPath.ts';
import type { ConfiguredBy, OriginPath } from './annotations/buildAnnotations.ts';
import { fieldSpecsOf } from './config/transformerConfig.ts';
import { conflictBetween, reportConflicts } from './output/conflicts.ts';
import { generatorInvalid, pluginRefused, transformerInvalid } from './findings.ts';
import { absorb } from './generate/absorb.ts';
import { generators, generatorUses } from './generators.ts';
import type { BuiltinGenerator } from './generators.ts';
import { textItems } from './kustomization/kustomization.ts';
import type { TextItem } from './kustomization/kustomization.ts';
import { shaped } from './kustomization/shape.ts';
import type { Shape } from './kustomization/shape.ts';
import { arrive, contextOf, newAccumulation } from './layer.ts';
import type { Accumulation, Layer } from './layer.ts';
import { embeddedText } from './patch/embeddedText.ts';
import { readStrategicPatches } from './patch/readPatch.ts';
import { describe, gvkOf, nameOf, namespaceOf } from './resource.ts';
import type { Resource } from './resource.ts';
import { reportUnfitItem } from './json/jsonForm.ts';
import { isNullOrMissing } from './patch/nullness.ts';
import { throughJson } from './json/throughJson.ts';
import type { TransformContext, TransformerUse } from './transform/transformer.ts';
import { transformers } from './transform/transformers.ts';
import type { BuiltinTransformer } from './transform/transformers.ts';
import { withoutValidatedBy } from './transform/validatedBy.ts';

/** Adds what paths name to an accumulation. A parameter, since what gathers also runs plugins. */
export type Gather = (layer: Layer, accumulation: Accumulation, items: readonly TextItem[]) => void;

/** Both run what comes from the `from`-th on: the entries or uses of all fields count, what plugins ask for comes behind. */
export function runGenerators(layer: Layer, accumulation: Accumulation, gather: Gather, from: number): void {
  const uses = generatorUses(layer.kustomization);
  for (const [index, { generator, use }] of uses.entries()) {
    if (index < from) continue;
    arrive(layer, { part: 'generators', index });
    generate(layer, accumulation, generator, use);
  }
  arrive(layer, { part: 'generators', index: uses.length });
  for (const config of loadConfigs(layer, 'generators', gather)) {
    const generator = generators.find(({ kind }) => kind === gvkOf(config).kind);
    if (!isBuiltin(layer, config, generator !== undefined, 'generator')) {
      layer.state.base.markIncomplete();
      continue;
    }
    const use = generator && pluginUse(layer, config, generator.config, 'generators');
    if (use)
      take(layer, accumulation, generator.run(contextOf(layer, accumulation), use) ?? none(layer), pluginBy(config));
  }
}

function generate(
  layer: Layer,
  accumulation: Accumulation,
  { kind, run }: BuiltinGenerator,
  use: TransformerUse,
): void {
  const { resources } = accumulation;
  const context = contextOf(layer, accumulation);
  const made = run(context, use) ?? none(layer);
  const count = resources.items.length;
  take(layer, accumulation, made, builtinBy(layer, kind));
  const isNew = resources.items.length === count + made.length;
  const { trace } = layer.state.base;
  const asked = { use, context, by: layer.kustomization, at: trace?.here };
  trace?.steps.push({ kind: 'made', into: accumulation, generator: run, ...asked, resources: isNew ? made : [] });
}

/** What a generator gives that could not run. */
function none(layer: Layer): readonly Resource[] {
  layer.state.base.markIncomplete();
  return [];
}

function take(layer: Layer, accumulation: Accumulation, made: readonly Resource[], by: ConfiguredBy | undefined): void {
  for (const resource of made) {
    if (layer.state.annotates && by) annotateGenerated(resource, by);
    absorb(contextOf(layer, accumulation), resource);
  }
}

export function runTransformers(layer: Layer, accumulation: Accumulation, gather: Gather, from: number): void {
  let at = 0;
  for (const transformer of transformers) {
    const report = layer.state.base.report;
    const uses = transformer.uses?.(layer.kustomization, accumulation.config, report) ?? [];
    for (const use of uses) {
      const index = at++;
      if (index < from) continue;
      arrive(layer, { part: 'transformers', index });
      runOne(layer, accumulation, transformer, use, builtinBy(layer, transformer.kind));
    }
    if (uses.length > 0) dropEmpty(layer, accumulation);
  }
  arrive(layer, { part: 'transformers', index: at });
  for (const { transformer, use, by } of loadTransformers(layer, 'transformers', gather)) {
    runOne(layer, accumulation, transformer, use, by);
    dropEmpty(layer, accumulation);
  }
}

export function runValidators(layer: Layer, accumulation: Accumulation, gather: Gather): void {
  const { trace } = layer.state.base;
  for (const { transformer, use } of loadTransformers(layer, 'validators', gather)) {
    if (trace) trace.untraced = true;
    const before = accumulation.resources.items.map((resource) => toJson(resource.node));
    runOne(layer, accumulation, transformer, use, undefined);
    // Upstream finds each object again by its identity.
    reportConflicts(accumulation.resources.items, layer.state.base.report);
    const after = accumulation.resources.items.map((resource) => {
      const node = withoutValidatedBy(resource);
      return node ? toJson(node) : null;
    });
    if (!equalJson(before, after)) {
      layer.state.base.report(
        transformerInvalid(
          `the validator '${transformer.kind}' changes objects, which validators may not: list it under transformers`,
          use.place,
        ),
      );
    }
  }
}

function runOne(
  layer: Layer,
  accumulation: Accumulation,
  transformer: BuiltinTransformer,
  use: TransformerUse,
  by: ConfiguredBy | undefined,
): void {
  const { resources } = accumulation;
  const sources = new Set<Resource>();
  const context: TransformContext = {
    ...contextOf(layer, accumulation),
    readFrom: (resource) => void sources.add(resource),
  };
  const { trace } = layer.state.base;
  const asked = { use, context, by: layer.kustomization, at: trace?.here };
  trace?.steps.push({ kind: 'ran', on: accumulation, transformer, sources, ...asked });
  transformer.run(context, use);
  if (transformer.renames) resources.idsChanged();
  if (layer.state.annotates && by) for (const resource of resources.items) annotateTransformed(resource, by);
}

/** Objects of which nothing is left are gone. */
function dropEmpty(layer: Layer, { resources }: Accumulation): void {
  const empty = resources.items.filter((resource) => resource.node.entries.size === 0);
  if (empty.length === 0) return;
  resources.remove(new Set(empty));
  // Whether it goes before the next use depends on which transformer that is for.
  if (layer.state.base.trace) layer.state.base.trace.untraced = true;
}

interface LoadedTransformer {
  readonly transformer: BuiltinTransformer;
  readonly use: TransformerUse;
  readonly by: ConfiguredBy | undefined;
}

function loadTransformers(layer: Layer, field: 'transformers' | 'validators', gather: Gather): LoadedTransformer[] {
  return loadConfigs(layer, field, gather).flatMap((config) => {
    const transformer = transformers.find(({ kind }) => kind === gvkOf(config).kind);
    if (!isBuiltin(layer, config, transformer !== undefined, 'transformer')) return [];
    const use = transformer && pluginUse(layer, config, transformer.config, field);
    if (use && transformer.needsFieldSpecs === true && isNullOrMissing(child(use.config, 'fieldSpecs'))) {
      const message = `the ${transformer.kind} has no fieldSpecs: name the fields that it is for, as 'path: metadata/name'`;
      layer.state.base.report(transformerInvalid(message, use.place));
      return [];
    }
    return use ? [{ transformer, use, by: pluginBy(config) }] : [];
  });
}

/** Plugins that are not builtin are refused by name; a builtin one must do what the field is for. */
function isBuiltin(layer: Layer, config: Resource, known: boolean, role: 'generator' | 'transformer'): boolean {
  const { group, version, kind } = gvkOf(config);
  const place = config.node.origin.place;
  if (group !== '' || version !== 'builtin') layer.state.base.report(pluginRefused(kind, place));
  else if (!known && role === 'generator')
    layer.state.base.report(
      generatorInvalid(`there is no builtin generator '${kind}': use ${named(generators)}`, place),
    );
  else if (!known)
    layer.state.base.report(
      withFix(
        transformerInvalid(`there is no builtin transformer '${kind}'${hint(kind, transformers)}`, place),
        kind,
        similarTo(kind, transformers),
      ),
    );
  else return true;
  return false;
}

function named(known: readonly { readonly kind: string }[]): string {
  return known.map(({ kind }) => kind).join(', ');
}

function similarTo(kind: string, known: readonly { readonly kind: string }[]): string | undefined {
  return nearest(
    kind,
    known.map((one) => one.kind),
  );
}

function hint(kind: string, known: readonly { readonly kind: string }[]): string {
  const similar = similarTo(kind, known);
  return similar === undefined ? `: use one of ${named(known)}` : `. Did you mean '${similar}'?`;
}

function pluginUse(
  layer: Layer,
  config: Resource,
  fields: Readonly<Record<string, Shape>>,
  field: string,
): TransformerUse | undefined {
  const { report } = layer.state.base;
  const options = { unknownFields: 'ignore', scalarsAsStrings: true, report } as const;
  reportUnfitItem(config.node, report);
  const node = shaped(throughJson(config.node), { fields }, describe(config), options);
  if (node?.kind !== 'map') return undefined;
  return {
    config: node,
    fieldSpecs: fieldSpecsOf(node, 'fieldSpecs'),
    field,
    index: 0,
    place: config.node.origin.place,
  };
}

/** The configurations that a field names: inline, in files, or built by a kustomization. */
function loadConfigs(
  layer: Layer,
  field: 'generators' | 'transformers' | 'validators',
  gather: Gather,
): readonly Resource[] {
  const list: Node | undefined = child(layer.kustomization.fields, field);
  if (list?.kind !== 'list' || list.items.length === 0) return [];
  const configs = newAccumulation();
  const paths: TextItem[] = [];
  const items = textItems(list);
  for (const [i, item] of items.entries()) {
    const inline = inlineConfigs(layer, list.items[i] as Node);
    if (!inline) paths.push(item);
    for (const resource of inline ?? []) {
      const first = configs.resources.appendNew(resource);
      if (first) layer.state.base.report(conflictBetween(resource, first));
    }
  }
  gather(layer, configs, paths);
  return configs.resources.items;
}

function inlineConfigs(layer: Layer, node: Node): Resource[] | undefined {
  if (node.kind !== 'scalar') return [];
  if (node.text.trim() === '') return [];
  const { patches, findings } = readStrategicPatches(embeddedText(node), layer.state.isClusterScoped);
  if (hasErrors(findings)) {
    // One line is a path; more are a configuration, whose faults are better named than a missing file.
    if (!node.text.trim().includes('\n')) return undefined;
    for (const finding of findings) layer.state.base.report(finding);
    return [];
  }
  if (layer.state.annotates) {
    for (const resource of patches) annotatePath(resource, fileOrigin(layer));
  }
  return patches;
}

/** The kustomization's own file, as origin annotations write it. */
function fileOrigin({ origin, kustomization }: Layer): OriginPath {
  return { ...origin, path: cleanPath(`${origin.path}/${kustomization.fileName}`) };
}

function builtinBy(layer: Layer, kind: string): ConfiguredBy {
  const { path, ...repository } = fileOrigin(layer);
  return { ...repository, configuredIn: path, apiVersion: 'builtin', kind, name: '', namespace: '' };
}

function pluginBy(config: Resource): ConfiguredBy | undefined {
  const origin = writtenOrigin(config);
  if (!origin) return undefined;
  const { version, kind } = gvkOf(config);
  const { path, ...repository } = origin;
  return {
    ...repository,
    configuredIn: path,
    apiVersion: version,
    kind,
    name: nameOf(config),
    namespace: namespaceOf(config),
  };
}
