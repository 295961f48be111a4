// HashTransformer: appends the content hash to the names of the objects that ask for it. Runs once, at the end.
import { child } from '../../model/node.ts';
import { contentHash } from '../generate/hash.ts';
import { nameOf, rememberId } from '../resource.ts';
import { untagged } from '../setEntry.ts';
import type { Transformer } from '../transformer.ts';
import { setScalar } from '../write.ts';

export const hashTransformer: Transformer = (context) => {
  for (const resource of context.resources.items) {
    if (!resource.needsHash) continue;
    const hash = contentHash(resource);
    rememberId(resource);
    const name = child(child(resource.node, 'metadata'), 'name');
    if (name?.kind !== 'scalar') continue;
    const change = { place: resource.node.origin.place, cause: { by: 'hash' as const } };
    setScalar(name, untagged(`${nameOf(resource)}-${hash}`, name.style), change);
  }
};
