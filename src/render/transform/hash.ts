// HashTransformer: appends the content hash to the names of the objects that ask for it. Runs once, at the end.
import { child, visitNodes } from '../../model/node.ts';
import type { Origin } from '../../model/origin.ts';
import { contentHash } from '../generate/hash.ts';
import { nameOf, rememberId } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { untagged } from './setEntry.ts';
import type { Transformer, TransformerUse } from './transformer.ts';
import { newMap, setScalar } from '../write.ts';

export const hashTransformer: Transformer = (context) => {
  for (const resource of context.resources.items) {
    // An empty name is reported as such (nameless.ts); upstream crashes on it.
    if (!resource.needsHash || nameOf(resource) === '') continue;
    const hash = contentHash(resource);
    rememberId(resource);
    const name = child(child(resource.node, 'metadata'), 'name');
    if (name?.kind !== 'scalar') continue;
    const cause = { by: 'hash' as const, content: contentOf(resource) };
    const change = { place: resource.node.origin.place, cause, derived: true };
    setScalar(name, untagged(`${nameOf(resource)}-${hash}`, name.style), change);
  }
};

/** It is asked for by no entry of a kustomization. */
export const NO_USE: TransformerUse = {
  config: newMap({ place: undefined, cause: { by: 'transformer', field: '' } }),
  fieldSpecs: [],
  field: '',
  index: 0,
  place: undefined,
};

/** The origins of what is hashed: a change of any of them gives another name. */
function contentOf(resource: Resource): readonly Origin[] {
  const found = new Set<Origin>();
  for (const field of ['kind', 'type', 'data', 'binaryData', 'stringData']) {
    const node = child(resource.node, field);
    if (node) visitNodes(node, ({ origin }) => found.add(origin));
  }
  return [...found];
}
