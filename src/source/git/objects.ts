// Objects of a Git database: raw reads by isomorphic-git, parsing of our own, because isomorphic-git's refuses trees with
// old modes and names that are not UTF-8, and trusts names that no source may have.
import * as nodeFs from 'node:fs';
import git from 'isomorphic-git';
import { GitError } from './gitError.ts';

export interface RawObject {
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly bytes: Uint8Array;
}

export interface Commit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** Seconds since the epoch, of the committer. */
  readonly time: number;
  readonly author: string;
}

/** Reads objects by id. Packs that were read stay in memory as long as this lives. */
export interface ObjectReader {
  read(id: string): Promise<RawObject>;
  commit(id: string): Promise<Commit>;
  /** The commit that a commit or a (chain of) annotated tags leads to. */
  peel(id: string): Promise<string>;
}

const decoder = new TextDecoder();
const TAG_CHAIN_LIMIT = 10;

export function objectReader(gitdir: string): ObjectReader {
  const cache = {};

  async function read(id: string): Promise<RawObject> {
    try {
      const found = await git.readObject({ fs: nodeFs, gitdir, oid: id, format: 'content', cache });
      return { type: found.type as RawObject['type'], bytes: found.object as Uint8Array };
    } catch (error) {
      throw readFailure(id, error);
    }
  }

  return {
    read,
    async commit(id) {
      const object = await read(id);
      if (object.type !== 'commit')
        throw new GitError('object-invalid', `object ${id} is a ${object.type}, not a commit`);
      return parseCommit(id, decoder.decode(object.bytes));
    },
    async peel(id) {
      let at = id;
      for (let step = 0; step < TAG_CHAIN_LIMIT; step++) {
        const object = await read(at);
        if (object.type === 'commit') return at;
        const target = /^object ([0-9a-f]{40})$/m.exec(decoder.decode(object.bytes))?.[1];
        if (object.type !== 'tag' || target === undefined) break;
        at = target;
      }
      throw new GitError('object-invalid', `${id} does not lead to a commit`);
    },
  };
}

function readFailure(id: string, error: unknown): Error {
  const code = (error as { code?: unknown }).code;
  if (code === 'NotFoundError') return new GitError('object-missing', `object ${id} is missing from the repository`);
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return new GitError('object-invalid', `object ${id} cannot be read: ${reason}`);
}

function parseCommit(id: string, text: string): Commit {
  const end = text.indexOf('\n\n');
  const headers = (end < 0 ? text : text.slice(0, end)).split('\n');
  const value = (name: string): string | undefined =>
    headers.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
  const tree = value('tree');
  if (tree === undefined) throw new GitError('object-invalid', `commit ${id} has no tree`);
  return {
    id,
    tree,
    parents: headers.filter((line) => line.startsWith('parent ')).map((line) => line.slice('parent '.length)),
    message: end < 0 ? '' : text.slice(end + 2),
    time: Number(/> (\d+) [+-]\d+$/.exec(value('committer') ?? '')?.[1] ?? 0),
    author: /^(.*?) </.exec(value('author') ?? '')?.[1] ?? '',
  };
}
