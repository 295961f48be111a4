// Which scalars have no form in JSON. kyaml carries them along, and fails only where it makes JSON of an object. Reads only.
import type { Finding } from '../model/finding.ts';
import type { MapEntry, MapNode, ScalarNode } from '../model/node.ts';
import type { Place } from '../model/sourceText.ts';
import { infinite, keyOfOtherType, notOfTag } from './findings.ts';
import { isPlainText, resolvePlain, resolveTagged } from './resolve.ts';

/** Whether the text of a scalar is not what its tag says, or the scalar is no finite number. */
export function isUnfit({ value, tag, text }: ScalarNode): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'string' || tag === '!!str') return false;
  return resolveTagged(tag, text, 'resource') === undefined;
}

/** The finding for such a scalar. */
export function unfitScalar({ value, tag, text }: ScalarNode, at: Place): Finding {
  return typeof value === 'number' ? infinite(text, at) : notOfTag(tag, text, at);
}

/** Whether a key of a map below the root reads as something else than text. Within brackets some plain keys get quotes. */
export function isUnfitKey(map: MapNode, key: string, { keyStyle }: MapEntry): boolean {
  if (keyStyle !== 'plain' || key === '' || isPlainText(key) || (map.flow === true && key.includes(':'))) return false;
  return resolvePlain(key, 'resource').tag !== '!!str';
}

/** The finding for such a key. */
export function unfitKey(key: string, at: Place): Finding {
  return keyOfOtherType(key, resolvePlain(key, 'resource').tag, at);
}
