// Which scalars have no form in JSON. kyaml carries them along, and fails only where it makes JSON of an object. Reads only.
import type { Finding } from '../model/finding.ts';
import type { MapEntry, MapNode, ScalarNode } from '../model/node.ts';
import type { Place } from '../model/sourceText.ts';
import { infinite, keyOfOtherType, notOfTag, tabInBlock, unprintableCharacter, unprintableInKey } from './findings.ts';
import { isPlainText, resolvePlain, resolveTagged } from './resolve.ts';
import { fitsBlock } from './scalarStyle.ts';

/**
 * Whether the text of a scalar is not what its tag says, or begins with a tab in a block, or the scalar is no finite number.
 * Within brackets no scalar is in a block (settleFlow).
 */
export function isUnfit(node: ScalarNode): boolean {
  const { value, tag, text } = node;
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'string') return false;
  if (text.charCodeAt(0) === TAB) return isBlock(node);
  return tag !== '!!str' && resolveTagged(tag, text, 'resource') === undefined;
}

const TAB = 9;

/** Whether go-yaml v3 writes the scalar as a block, whose indentation it cannot tell again where a tab follows it. */
function isBlock({ style, text }: ScalarNode): boolean {
  if (style !== 'literal' && style !== 'folded' && !(style === 'plain' && text.includes('\n'))) return false;
  return fitsBlock(text);
}

/** The finding for such a scalar. */
export function unfitScalar({ value, tag, text }: ScalarNode, at: Place): Finding {
  if (typeof value === 'string' && text.charCodeAt(0) === TAB) return tabInBlock(at);
  return typeof value === 'number' ? infinite(text, at) : notOfTag(tag, text, at);
}

/**
 * Whether a scalar holds a character that encoding/json leaves as it is and go-yaml refuses: upstream's JSON of an object can
 * be made, but not be read again.
 */
export function isUnprintable({ value }: ScalarNode): boolean {
  return typeof value === 'string' && unprintableCharacter.test(value);
}

/** Whether a key holds one, or a line break that go-yaml sees in no key. */
export function isUnprintableKey(key: string): boolean {
  return unprintableInKey.test(key);
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
