// The refs of a repository on disk, read from its files: loose refs first, then packed-refs.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isObjectId, isRefName } from './refName.ts';

/** Full ref names to object ids; symbolic refs are left out. */
export type Refs = ReadonlyMap<string, string>;

export interface LocalRefs {
  readonly refs: Refs;
  /** The full ref that HEAD names; undefined when HEAD is detached. */
  readonly branch: string | undefined;
  /** The commit of HEAD; undefined on a branch without a commit. */
  readonly head: string | undefined;
}

/** Reads all refs at once. Names that no ref may have are skipped. */
export async function readLocalRefs(gitdir: string): Promise<LocalRefs> {
  const refs = parsePackedRefs(await textOrEmpty(join(gitdir, 'packed-refs')));
  await readLoose(join(gitdir, 'refs'), 'refs', refs);
  const head = (await readFile(join(gitdir, 'HEAD'), 'utf8')).trim();
  const branch = /^ref: (.+)$/.exec(head)?.[1];
  return { refs, branch, head: branch === undefined ? head : refs.get(branch) };
}

function parsePackedRefs(text: string): Map<string, string> {
  const refs = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, id, name] = /^([0-9a-f]{40}) (\S+)$/.exec(line) ?? [];
    if (id !== undefined && name !== undefined && isRefName(name)) refs.set(name, id);
  }
  return refs;
}

async function readLoose(folder: string, prefix: string, refs: Map<string, string>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const name = `${prefix}/${entry.name}`;
    if (entry.isDirectory()) await readLoose(join(folder, entry.name), name, refs);
    else if (isRefName(name)) {
      const id = (await textOrEmpty(join(folder, entry.name))).trim();
      if (isObjectId(id)) refs.set(name, id);
    }
  }
}

async function textOrEmpty(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
