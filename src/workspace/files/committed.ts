// Whether the last commit has a file as it is now: what is asked before something is said of an edit. Reads the Git objects of
// that file alone, and each once.
import { join } from 'node:path';
import { readLocalRefs } from '../../source/git/localRefs.ts';
import { fileOfTree } from '../../source/git/fileOfTree.ts';
import { objectReader } from '../../source/git/objects.ts';

/** True also where nothing can be said: outside of a repository, or in one that cannot be read. */
export function createCommitted(root: string): (path: string, text: string) => Promise<boolean> {
  const gitdir = join(root, '.git');
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let known: { readonly head: string; readonly texts: Map<string, string | undefined> } | undefined;

  async function committed(head: string, path: string): Promise<string | undefined> {
    if (known?.head !== head) known = { head, texts: new Map() };
    const { texts } = known;
    if (!texts.has(path)) {
      const objects = objectReader(gitdir);
      const bytes = await fileOfTree(objects, (await objects.commit(head)).tree, path);
      texts.set(path, bytes && decoder.decode(bytes));
    }
    return texts.get(path);
  }

  return async (path, text) => {
    try {
      const { head } = await readLocalRefs(gitdir);
      return head === undefined ? false : (await committed(head, path)) === text;
    } catch {
      return true;
    }
  };
}
