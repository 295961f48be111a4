// The body of a request as an object of the kind: media type, syntax, kind and version, unknown and duplicate fields.
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { getString, isJsonObject } from '../../model/json.ts';
import { parseJson } from '../../model/jsonText.ts';
import type { Finding } from '../../model/finding.ts';
import { toJson } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import { apiVersionOf, parseApiVersion } from '../../model/objectRef.ts';
import { SourceText } from '../../model/sourceText.ts';
import { pruneUnknown } from '../../schema/prune.ts';
import { readYaml } from '../../yaml/read.ts';
import { badRequest, unsupportedBody } from '../errors.ts';
import type { ServedResource } from '../served.ts';
import { coerceEmbedded, coerceMetadata } from './customMetadata.ts';
import type { EmbeddedFaults } from './customMetadata.ts';
import { duplicateFields } from './duplicateFields.ts';
import { DecodeError, goDecode } from './goDecode.ts';
import type { Decoded, Emptied } from './goDecode.ts';
import type { GoTypes } from './goTypes.ts';
import { parseMerging } from './mergeDuplicates.ts';
import type { FieldValidation } from './options.ts';

export interface DecodedBody {
  readonly object: JsonObject;
  readonly emptied: readonly Emptied[];
  readonly warnings: readonly string[];
}

const SCHEME = 'pkg/runtime/scheme.go:111';

/** Reads the text of a POST or PUT. Throws the 400 or 415 of what cannot be read. */
export function readBody(resource: ServedResource, body: string, contentType: string): JsonValue {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/yaml') return readYamlBody(body);
  if (type !== 'application/json' && type !== '') throw unsupportedBody(acceptedBodies(resource));
  const kind = resource.type.kind;
  if (body.trim() === '')
    throw badRequest(
      unrecognized(kind, "couldn't get version/kind; json parse error: unexpected end of JSON input", body),
    );
  try {
    return parseJson(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(unrecognized(kind, `couldn't get version/kind; json parse error: ${goSyntaxError(body)}`, body));
  }
}

export function acceptedBodies(resource: ServedResource): string[] {
  return ['application/json', 'application/yaml', ...(resource.custom ? [] : ['application/vnd.kubernetes.protobuf'])];
}

export function readYamlBody(body: string): JsonValue {
  return readYamlStrictly(body).value;
}

/** DeleteOptions may come as JSON or YAML, under their own kind or none. Undefined where there is no body. */
export function deleteBody(body: string, contentType: string): JsonValue | undefined {
  if (body.trim() === '') return undefined;
  if (contentType.startsWith('application/yaml')) return readYamlBody(body);
  try {
    return parseJson(body);
  } catch (error) {
    if (error instanceof SyntaxError) throw badRequest(`couldn't get version/kind; json parse error: ${error.message}`);
    throw error;
  }
}

/** The same, with a line for each key that stood twice, as go-yaml words it. */
export function readYamlStrictly(body: string): { readonly value: JsonValue; readonly duplicates: readonly string[] } {
  const source = new SourceText('', body);
  const { documents, findings } = readYaml(source, 'kubernetes');
  const broken = findings.find((finding) => finding.severity === 'error' && finding.code !== 'yaml-duplicate-key');
  if (broken) throw badRequest(`error decoding YAML: error converting YAML to JSON: yaml: ${libyamlWords(broken)}`);
  const [first] = documents;
  return { value: first ? toJson(first) : null, duplicates: first ? duplicatesOf(first) : [] };
}

/** Broken YAML is nearly always broken in this way: a value does not begin where one is needed. */
function libyamlWords({ code, message, at }: Finding): string {
  if (code !== 'yaml-syntax' || !at) return message;
  const line = at.source.position(at.start).line;
  return `line ${at.start >= at.source.text.length ? Math.max(1, line - 1) : line}: did not find expected node content`;
}

function duplicatesOf(node: Node): string[] {
  if (node.kind === 'scalar') return [];
  if (node.kind === 'list') return node.items.flatMap(duplicatesOf);
  const own = (node.duplicates ?? []).map(
    ({ key, place }) =>
      `line ${place.source.position(place.start).line}: key ${JSON.stringify(key)} already set in map`,
  );
  return [...own, ...[...node.entries.values()].flatMap(({ value }) => duplicatesOf(value))];
}

function unrecognized(kind: string, why: string, body: string): string {
  const shown = body === '' ? '<empty>' : printBytes(body);
  return `the object provided is unrecognized (must be of type ${kind}): ${why} (${shown})`;
}

const SHOWN_BYTES = 30;

/** The first bytes of a body as upstream prints them: JSON as it is, all else in hexadecimal. */
function printBytes(body: string): string {
  const bytes = new TextEncoder().encode(body);
  const head = bytes.slice(0, SHOWN_BYTES);
  const shown = body.startsWith('{')
    ? new TextDecoder().decode(head)
    : [...head].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > SHOWN_BYTES ? `${shown} ...` : shown;
}

/** The error of encoding/json for text that is not JSON. */
export function goSyntaxError(body: string): string {
  try {
    JSON.parse(body);
    return 'unexpected end of JSON input';
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const at = position === undefined ? body.length : Number(position);
    if (at >= body.length) return 'unexpected end of JSON input';
    const char = body[at] as string;
    const before = body.slice(0, at).trimEnd().at(-1);
    return `invalid character ${quoteChar(char)} ${contextAfter(before)}`;
  }
}

function quoteChar(char: string): string {
  return char === "'" ? `'\\''` : char === '"' ? `'"'` : `'${JSON.stringify(char).slice(1, -1)}'`;
}

function contextAfter(before: string | undefined): string {
  if (before === '{' || before === undefined)
    return before === '{' ? 'looking for beginning of object key string' : 'looking for beginning of value';
  if (before === ',') return 'looking for beginning of value';
  if (before === ':' || before === '[') return 'looking for beginning of value';
  return before === '"' || before === '}' || before === ']'
    ? 'after object key:value pair'
    : 'looking for beginning of value';
}

/** An object that was read, checked against its kind and freed of what the kind does not have. */
export function decodeObject(
  resource: ServedResource,
  value: JsonValue,
  text: string,
  validation: FieldValidation,
  types: GoTypes,
): DecodedBody {
  const { kind } = resource.type;
  // Nothing decodes into anything, to Go.
  if (value === null && !resource.custom) return decodeObject(resource, {}, text, validation, types);
  if (value === null) throw badRequest(unrecognized(kind, "Object 'Kind' is missing in 'null'", text));
  if (!isJsonObject(value)) {
    const found = Array.isArray(value)
      ? 'array'
      : typeof value === 'string'
        ? 'string'
        : typeof value === 'boolean'
          ? 'bool'
          : 'number';
    throw badRequest(
      unrecognized(
        kind,
        `couldn't get version/kind; json parse error: json: cannot unmarshal ${found} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
        text,
      ),
    );
  }
  checkTypeMeta(kind, value, text);
  const twice = duplicateFields(text);
  // Custom resources are plain maps to the server: there the last value stays alone.
  const merged = twice.length > 0 && !resource.custom ? parseMerging(text, resource.schema) : value;
  const named = withTypeMeta(resource, isJsonObject(merged) ? merged : value, text);
  const duplicates = validation === 'Ignore' ? [] : twice;
  const { object, unknown, emptied } = decodeKnown(resource, named, types);
  const problems = [
    ...duplicates.map((path) => `duplicate field ${JSON.stringify(path)}`),
    ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`),
  ];
  if (validation === 'Strict' && problems.length > 0) {
    const why = `strict decoding error: ${problems.join(', ')}`;
    throw badRequest(
      `${kind} in version ${JSON.stringify(resource.type.version)} cannot be handled as a ${kind}: ${why}`,
    );
  }
  return { object, emptied, warnings: validation === 'Warn' ? problems : [] };
}

/** Read before all else, into a struct of its own. */
function checkTypeMeta(kind: string, value: JsonObject, text: string): void {
  for (const field of ['kind', 'apiVersion']) {
    const sent = value[field];
    if (sent === undefined || sent === null || typeof sent === 'string') continue;
    const found = Array.isArray(sent) ? 'array' : typeof sent === 'boolean' ? 'bool' : typeof sent;
    const why = `json: cannot unmarshal ${found === 'bigint' ? 'number' : found} into Go struct field .${field} of type string`;
    throw badRequest(unrecognized(kind, `couldn't get version/kind; json parse error: ${why}`, text));
  }
}

/** Built-in kinds take a body without kind and apiVersion; custom ones do not. */
function withTypeMeta(resource: ServedResource, value: JsonObject, text: string): JsonObject {
  const { kind } = resource.type;
  const apiVersion = apiVersionOf(resource.type);
  const [sentKind, sentVersion] = [getString(value, 'kind') ?? '', getString(value, 'apiVersion') ?? ''];
  if (resource.custom) {
    if (sentKind === '') throw badRequest(unrecognized(kind, `Object 'Kind' is missing in '${text}'`, text));
    if (sentVersion === '') throw badRequest(unrecognized(kind, `Object 'apiVersion' is missing in '${text}'`, text));
    if (sentKind !== kind || sentVersion !== apiVersion) {
      const { group, version } = parseApiVersion(sentVersion);
      throw badRequest(
        `the API version in the data (${sentVersion}) does not match the expected API version (${apiVersion})`.concat(
          group === resource.type.group && version === resource.type.version ? ` of kind ${sentKind}` : '',
        ),
      );
    }
    return value;
  }
  const given = { kind: sentKind === '' ? kind : sentKind, apiVersion: sentVersion === '' ? apiVersion : sentVersion };
  if (given.apiVersion !== apiVersion || given.kind !== kind) {
    const { version } = parseApiVersion(given.apiVersion);
    const why =
      given.apiVersion === apiVersion
        ? `converting (${goVersion(resource)}.${given.kind}) to (${internalPackage(resource.type.group)}.${kind}): unknown conversion`
        : `no kind ${JSON.stringify(given.kind)} is registered for version ${JSON.stringify(given.apiVersion)} in scheme ${JSON.stringify(SCHEME)}`;
    throw badRequest(`${given.kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${why}`);
  }
  return { ...value, ...given };
}

function goVersion(resource: ServedResource): string {
  return resource.type.version;
}

function internalPackage(group: string): string {
  return group === '' ? 'core' : (group.split('.')[0] as string);
}

/** The same for what a patch or an apply left: no version checks, and refusals are Go's bare words. */
export function tryDecode(
  resource: ServedResource,
  value: JsonValue,
  types: GoTypes,
  { faults = 'refused', converts }: { readonly faults?: EmbeddedFaults; readonly converts?: boolean } = {},
): Decoded | { readonly error: string; readonly converted: string } {
  if (!isJsonObject(value))
    return {
      error: 'json: cannot unmarshal into an object',
      converted: 'cannot restore struct from a value that is none',
    };
  try {
    return resource.custom
      ? decodeCustom(resource, value, types, faults)
      : goDecode(value, resource.schema, types, { keepsEmpty: resource.rules.countsEmpty, converts });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { error: error.message, converted: error.converted };
  }
}

function decodeKnown(resource: ServedResource, value: JsonObject, types: GoTypes): Decoded {
  const decoded = tryDecode(resource, value, types);
  if (!('error' in decoded)) return decoded;
  const { kind, version } = resource.type;
  throw badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${decoded.error}`);
}

/** Of a custom resource the server knows its metadata as a struct. Throws DecodeError. */
function decodeCustom(resource: ServedResource, value: JsonObject, types: GoTypes, faults: EmbeddedFaults): Decoded {
  const metadata = value['metadata'];
  const inMetadata = isJsonObject(metadata) ? goDecode(metadata, types.objectMeta, types).unknown : [];
  const { object: coerced } = coerceMetadata(value);
  const { object, unknown } = pruneUnknown(coerced, resource.schema);
  return {
    object,
    emptied: [],
    unknown: [
      ...inMetadata.map((path) => `metadata.${path}`).toSorted(),
      ...unknown,
      ...coerceEmbedded(object, resource.schema, types, faults),
    ],
  };
}
