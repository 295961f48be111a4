// One file in the trees of many commits, found without reading the rest of them. Reads objects only.
import { GitError } from './gitError.ts';
import type { ObjectReader } from './objects.ts';
import { kindOfMode, parseTree } from './tree.ts';

export interface FileInTrees {
  /** The blob of the file in a tree; undefined where the tree has none. Throws GitError where a link or a submodule leads there. */
  blob(tree: string): Promise<string | undefined>;
  text(blob: string): Promise<string>;
}

/** Looks up one path. Folders that are the same in two trees are read once. */
export function fileInTrees(objects: ObjectReader, path: string): FileInTrees {
  const steps = path.split('/');
  const known = new Map<string, string | undefined>();

  async function below(tree: string, depth: number): Promise<string | undefined> {
    const key = `${depth} ${tree}`;
    if (!known.has(key)) known.set(key, await read(tree, depth));
    return known.get(key);
  }

  async function read(tree: string, depth: number): Promise<string | undefined> {
    const entries = parseTree((await objects.read(tree)).bytes, steps.slice(0, depth).join('/'));
    const entry = entries.find(({ name }) => name === steps[depth]);
    if (!entry) return undefined;
    const kind = kindOfMode(entry.mode);
    if (kind === 'directory' && depth < steps.length - 1) return below(entry.id, depth + 1);
    if (kind === 'file' && depth === steps.length - 1) return entry.id;
    throw new GitError('object-invalid', `${path} is no file of its own`);
  }

  return {
    blob: (tree) => below(tree, 0),
    text: async (blob) => new TextDecoder().decode((await objects.read(blob)).bytes),
  };
}
