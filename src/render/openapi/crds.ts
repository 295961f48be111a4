// `crds`: OpenAPI definitions of custom resources whose extensions say which of their fields hold labels, annotations,
// names and references; they become transformer configuration. Reads no schemas for merging.
import { getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { parseJson } from '../../model/jsonText.ts';
import type { SourceText } from '../../model/sourceText.ts';
import { toJson } from '../../model/node.ts';
import { hasErrors } from '../../model/finding.ts';
import { readYaml } from '../../yaml/read.ts';
import { emptyConfig, mergeConfigs } from '../config/transformerConfig.ts';
import type { TransformerConfig } from '../config/transformerConfig.ts';
import type { NameReference } from '../config/defaultNameReferences.ts';
import type { FieldSpec } from '../transform/fieldSpec.ts';
import { isJsonText, wrongDefinition } from './schemaShape.ts';
import { kustomizationInvalid } from '../findings.ts';
import type { TextItem } from '../kustomization/kustomization.ts';
import type { TransformContext } from '../transform/transformer.ts';

/** The configuration that the files of `crds` ask for. */
export function configOfCrds(
  paths: readonly TextItem[],
  context: Pick<TransformContext, 'loader' | 'report'>,
): TransformerConfig {
  let config = emptyConfig;
  for (const { text, place } of paths) {
    const source = context.loader.text(text, place);
    if (!source) continue;
    const definitions = definitionsIn(source, context.report);
    if (definitions === undefined) continue;
    const merged = typeof definitions === 'string' ? definitions : mergeConfigs(config, configOf(definitions));
    if (typeof merged === 'string') context.report(kustomizationInvalid(`'${text}': ${merged}`, place));
    else config = merged;
  }
  return config;
}

/** The definitions of a file; a sentence where there are none. Undefined where it has been said, or there is nothing to do. */
function definitionsIn(source: SourceText, report: TransformContext['report']): JsonObject | string | undefined {
  if (source.text === '') return 'the file is empty: OpenAPI definitions belong there';
  // Upstream takes what begins so for JSON.
  const format = source.text.startsWith('{') ? 'json' : 'yaml';
  const definitions = format === 'json' ? jsonOf(source.text) : yamlOf(source, report);
  if (definitions === null) return undefined;
  if (definitions === undefined) return 'the file begins as JSON, and is none: correct it';
  if (!isJsonObject(definitions)) return 'the file holds no OpenAPI definitions: it must be a map of them';
  const wrong = wrongDefinition(definitions, format);
  if (wrong === undefined) return definitions;
  return isObject(definitions)
    ? 'it is an object: list it under resources. Under crds come OpenAPI definitions'
    : `the OpenAPI definitions cannot be read: ${wrong}`;
}

/** Undefined where the text is no JSON. */
function jsonOf(text: string): JsonValue | undefined {
  return isJsonText(text) ? parseJson(text) : undefined;
}

/** Null where the text is no YAML, which has been said, or holds nothing. */
function yamlOf(source: SourceText, report: TransformContext['report']): JsonValue {
  const { documents, findings } = readYaml(source, 'kubernetes');
  for (const finding of findings) report(finding);
  const [document] = documents;
  return hasErrors(findings) || !document ? null : toJson(document);
}

/** A CustomResourceDefinition itself, which is what most people put there first. */
function isObject(definitions: JsonObject): boolean {
  return getString(definitions, 'apiVersion') !== undefined && getString(definitions, 'kind') !== undefined;
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
  const key = Object.keys(isJsonObject(definition) ? definition : {}).findLast(
    (field) => field.toLowerCase() === 'schema',
  );
  const schema = isJsonObject(definition) && key !== undefined ? definition[key] : undefined;
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
