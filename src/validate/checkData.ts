// The keys and the size of the data of ConfigMaps and Secrets, by the rules of the API server (ValidateConfigMap,
// ValidateSecret). Values are never part of a message.
import { child } from '../model/node.ts';
import type { MapNode, Node } from '../model/node.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { isTemplate } from './checkSchema.ts';
import type { Check } from './checkSchema.ts';
import { fieldPath } from './fieldPath.ts';
import { wrongValue } from './findings.ts';

const KEY = /^[-._a-zA-Z0-9]{1,253}$/;
/** Of all values together, decoded. */
const SIZE_LIMIT = 1024 * 1024;
const encoder = new TextEncoder();

export function checkData(node: MapNode, ref: ObjectRef, check: Check): void {
  if (ref.group !== '' || (ref.kind !== 'ConfigMap' && ref.kind !== 'Secret')) return;
  let size = 0;
  for (const field of ['data', 'binaryData', 'stringData']) {
    const map = child(node, field);
    if (map?.kind !== 'map') continue;
    const encoded = field === 'binaryData' || (field === 'data' && ref.kind === 'Secret');
    for (const [key, { value, keyPlace }] of map.entries) {
      size += sizeOf(value) * (encoded ? 0.75 : 1);
      if (isTemplate(key, check) || (KEY.test(key) && key !== '.' && !key.startsWith('..'))) continue;
      const spot = { path: fieldPath(field, key), at: keyPlace ?? value.origin.place };
      const rule = 'must be letters, digits, "-", "_" and ".", at most 253, and not start with ".."';
      check.report(wrongValue(`the key ${rule}`, spot, check.subject));
    }
  }
  if (size <= SIZE_LIMIT) return;
  const spot = { path: '', at: node.origin.place };
  check.report(wrongValue('the data is larger than 1 MiB, which no object may hold: divide it', spot, check.subject));
}

function sizeOf(value: Node): number {
  return value.kind === 'scalar' ? encoder.encode(value.text).length : 0;
}
