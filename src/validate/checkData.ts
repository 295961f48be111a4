// The keys and the size of the data of ConfigMaps and Secrets, by the rules of the API server (ValidateConfigMap,
// ValidateSecret). Values are never part of a message.
import { child } from '../model/node.ts';
import type { MapNode } from '../model/node.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { isTemplate } from './checkSchema.ts';
import type { Check } from './checkSchema.ts';
import { fieldPath } from './fieldPath.ts';
import { wrongValue } from './findings.ts';

const KEY = /^[-._a-zA-Z0-9]{1,253}$/;
/** Of all values together, decoded. */
const SIZE_LIMIT = 1024 * 1024;
const encoder = new TextEncoder();

/** The most bytes that a UTF-16 unit takes in UTF-8. */
const WIDEST_UNIT = 3;
const FIELDS = ['data', 'binaryData', 'stringData'];

export function checkData(node: MapNode, ref: ObjectRef, check: Check): void {
  if (ref.group !== '' || (ref.kind !== 'ConfigMap' && ref.kind !== 'Secret')) return;
  let units = 0;
  for (const field of FIELDS) {
    const map = child(node, field);
    if (map?.kind !== 'map') continue;
    for (const [key, entry] of map.entries) {
      const { value } = entry;
      units += value.kind === 'scalar' ? value.text.length : 0;
      if (isTemplate(key, check) || (KEY.test(key) && key !== '.' && !key.startsWith('..'))) continue;
      const spot = { path: fieldPath(field, key), at: entry.keyPlace ?? value.origin.place };
      const rule = 'must be letters, digits, "-", "_" and ".", at most 253, and not start with ".."';
      check.report(wrongValue(`the key ${rule}`, spot, check.subject));
    }
  }
  if (units * WIDEST_UNIT <= SIZE_LIMIT || sizeOf(node, ref) <= SIZE_LIMIT) return;
  const spot = { path: '', at: node.origin.place };
  check.report(wrongValue('the data is larger than 1 MiB, which no object may hold: divide it', spot, check.subject));
}

function sizeOf(node: MapNode, ref: ObjectRef): number {
  let size = 0;
  for (const field of FIELDS) {
    const map = child(node, field);
    const encoded = field === 'binaryData' || (field === 'data' && ref.kind === 'Secret');
    for (const { value } of map?.kind === 'map' ? map.entries.values() : [])
      if (value.kind === 'scalar') size += encoder.encode(value.text).length * (encoded ? 0.75 : 1);
  }
  return size;
}
