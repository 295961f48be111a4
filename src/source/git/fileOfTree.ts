// One file of a Git tree, without the rest of it.
import type { ObjectReader } from './objects.ts';
import { parseTree } from './tree.ts';

/** The bytes of a file below a tree; undefined where it has no such file. Throws GitError for objects that cannot be read. */
export async function fileOfTree(objects: ObjectReader, tree: string, path: string): Promise<Uint8Array | undefined> {
  let id = tree;
  for (const name of path.split('/')) {
    const object = await objects.read(id);
    const entry = object.type === 'tree' ? parseTree(object.bytes, path).find((one) => one.name === name) : undefined;
    if (!entry) return undefined;
    id = entry.id;
  }
  const object = await objects.read(id);
  return object.type === 'blob' ? object.bytes : undefined;
}
