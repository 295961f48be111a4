// The content hash that generated objects carry in their names, byte for byte as upstream computes it: Go's JSON of some
// fields, SHA-256, ten digits in an alphabet without vowels.
import { byCodePoint } from '../../model/byCodePoint.ts';
import { child, toJson } from '../../model/node.ts';
import type { MapNode } from '../../model/node.ts';
import { isJsonObject } from '../../model/json.ts';
import type { JsonValue } from '../../model/json.ts';
import { sha256Hex } from '../../model/sha256.ts';
import { goString } from '../json/goString.ts';
import { kindOf } from '../resource.ts';
import type { Resource } from '../resource.ts';

/** The ten characters of a resource's hash. */
export function contentHash(resource: Resource): string {
  return shorten(sha256Hex(encodedFor(resource)));
}

function encodedFor(resource: Resource): string {
  const { node } = resource;
  // Upstream looks the name up under the literal key `metadata/name`, so that it is always empty here.
  if (kindOf(resource) === 'ConfigMap') {
    return goJson({ kind: 'ConfigMap', name: '', data: fieldValue(node, 'data'), ...mapOnly(node, 'binaryData') });
  }
  if (kindOf(resource) === 'Secret') {
    const type = fieldValue(node, 'type');
    return goJson({ kind: 'Secret', type, name: '', data: fieldValue(node, 'data'), ...mapOnly(node, 'stringData') });
  }
  // A generated object whose kind a patch changed: upstream hashes its parser's nodes, with lines and columns of a text
  // that only it has. Not to be equalled.
  return goJson(toJson(node));
}

function fieldValue(node: MapNode, field: string): JsonValue {
  const found = child(node, field);
  if (!found) return '';
  return found.kind === 'scalar' ? found.text : toJson(found);
}

function mapOnly(node: MapNode, field: string): Record<string, JsonValue> {
  const found = child(node, field);
  return found?.kind === 'map' ? { [field]: toJson(found) } : {};
}

const letters: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

function shorten(hex: string): string {
  return hex.slice(0, 10).replaceAll(/[013ae]/g, (digit) => letters[digit] ?? digit);
}

/** JSON as Go's encoding/json writes it: keys sorted, no spaces, and the characters of HTML escaped. */
export function goJson(value: JsonValue): string {
  if (typeof value === 'string') return goString(value);
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (isJsonObject(value)) {
    const members = Object.keys(value)
      .toSorted(byCodePoint)
      .map((key) => `${goString(key)}:${goJson(value[key] as JsonValue)}`);
    return `{${members.join(',')}}`;
  }
  // Upstream reads the JSON of the fields into 64 bit floats.
  return String(typeof value === 'bigint' ? Number(value) : value);
}
