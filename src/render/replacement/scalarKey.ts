// A key as a scalar, for what writes scalars. Nothing else.
import type { ScalarNode } from '../../model/node.ts';
import { resolvePlain } from '../../yaml/resolve.ts';

export function newScalarKey(text: string, style: ScalarNode['style']): ScalarNode {
  const tag = style === 'plain' ? resolvePlain(text, 'resource').tag : '!!str';
  return { kind: 'scalar', value: text, text, tag, style, origin: { place: undefined, cause: { by: 'resource' } } };
}
