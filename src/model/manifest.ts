// A rendered object: its value tree and what the build knows about it.
import { textOf, child } from './node.ts';
import type { MapNode } from './node.ts';
import { parseApiVersion } from './objectRef.ts';
import type { ObjectRef } from './objectRef.ts';

export interface Manifest {
  readonly node: MapNode;
}

/** The reference of a manifest as it stands now. Missing parts are empty. */
export function manifestRef(manifest: Manifest): ObjectRef {
  const metadata = child(manifest.node, 'metadata');
  return {
    ...parseApiVersion(textOf(child(manifest.node, 'apiVersion')) ?? ''),
    kind: textOf(child(manifest.node, 'kind')) ?? '',
    namespace: textOf(child(metadata, 'namespace')) ?? '',
    name: textOf(child(metadata, 'name')) ?? '',
  };
}
