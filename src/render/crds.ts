// `crds`: OpenAPI definitions of custom resources whose extensions say which of their fields hold labels, annotations,
// names and references; they become transformer configuration. Reads no schemas for merging.
import { getString, isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { toJson } from '../model/node.ts';
import { hasErrors } from '../model/finding.ts';
import { readYaml } from '../yaml/read.ts';
import { emptyConfig, mergeConfigs } from './config/transformerConfig.ts';
import type { TransformerConfig } from './config/transformerConfig.ts';
import type { NameReference } from './config/defaultNameReferences.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { kustomizationInvalid } from './findings.ts';
import type { TextItem } from './kustomization/kustomization.ts';
import type { TransformContext } from './transformer.ts';

/** The configuration that the files of `crds` ask for. */
export function configOfCrds(
  paths: readonly TextItem[],
  context: Pick<TransformContext, 'loader' | 'report'>,
): TransformerConfig {
  let config = emptyConfig;
  for (const { text, place } of paths) {
    const source = context.loader.text(text, place);
    if (!source) continue;
    const { documents, findings } = readYaml(source, 'kubernetes');
    for (const finding of findings) context.report(finding);
    const [document] = documents;
    if (hasErrors(findings) || !document) continue;
    const definitions = toJson(document);
    if (!isJsonObject(definitions)) {
      context.report(kustomizationInvalid(`'${text}' holds no OpenAPI definitions: it must be a map of them`, place));
      continue;
    }
    const merged = mergeConfigs(config, configOf(definitions));
    if (typeof merged === 'string') context.report(kustomizationInvalid(merged, place));
    else config = merged;
  }
  return config;
}

interface Found {
  readonly commonAnnotations: FieldSpec[];
  readonly commonLabels: FieldSpec[];
  readonly namePrefix: FieldSpec[];
  readonly nameReference: NameReference[];
}

function configOf(definitions: JsonObject): TransformerConfig {
  const found: Found = { commonAnnotations: [], commonLabels: [], namePrefix: [], nameReference: [] };
  for (const name of Object.keys(definitions)) {
    const properties = propertiesOf(definitions, name);
    if (!['kind', 'apiVersion', 'metadata'].every((field) => Object.hasOwn(properties, field))) continue;
    visit(definitions, name, name.slice(name.lastIndexOf('.') + 1), [], found);
  }
  return { ...emptyConfig, ...found };
}

function propertiesOf(definitions: JsonObject, name: string): JsonObject {
  const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  const schema = isJsonObject(definition) ? (definition['Schema'] ?? definition['schema']) : undefined;
  const properties = isJsonObject(schema) ? schema['properties'] : undefined;
  return isJsonObject(properties) ? properties : {};
}

const DEPTH_LIMIT = 64;

function visit(definitions: JsonObject, name: string, kind: string, path: readonly string[], found: Found): void {
  if (path.length > DEPTH_LIMIT) return;
  for (const [field, property] of Object.entries(propertiesOf(definitions, name))) {
    if (!isJsonObject(property)) continue;
    const here = [...path, field];
    const spec = (at: readonly string[]): FieldSpec => ({ path: at.join('/'), kind, create: false });
    if (extension(property, 'x-kubernetes-annotation') !== undefined) found.commonAnnotations.push(spec(here));
    if (extension(property, 'x-kubernetes-label-selector') !== undefined) found.commonLabels.push(spec(here));
    if (extension(property, 'x-kubernetes-identity') !== undefined) found.namePrefix.push(spec(here));
    const version = extension(property, 'x-kubernetes-object-ref-api-version');
    const target = extension(property, 'x-kubernetes-object-ref-kind');
    if (version !== undefined && target !== undefined) {
      const key = extension(property, 'x-kubernetes-object-ref-name-key') ?? 'name';
      found.nameReference.push({ kind: target, version, referrers: [spec([...here, key])] });
    }
    const reference = getString(property, '$ref');
    if (reference !== undefined) visit(definitions, reference, kind, here, found);
  }
}

function extension(property: JsonObject, name: string): string | undefined {
  const value: JsonValue | undefined = Object.hasOwn(property, name) ? property[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
