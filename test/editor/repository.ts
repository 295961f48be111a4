// The sample repository of a run: made anew, read and committed by the story.
import { readFileSync, writeFileSync } from 'node:fs';
import * as fs from 'node:fs';
import { join } from 'node:path';
import git from 'isomorphic-git';

export interface Repository {
  readonly folder: string;
  read(path: string): string;
  write(path: string, text: string): void;
  /** Line and column, from 1, of the first character after a text in a file. */
  after(path: string, text: string): { line: number; column: number };
  commit(message: string, ...paths: string[]): Promise<void>;
}

export function repositoryAt(folder: string): Repository {
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  return {
    folder,
    read,
    write: (path, text) => writeFileSync(join(folder, path), text),
    after: (path, text) => {
      const content = read(path);
      const at = content.indexOf(text);
      if (at < 0) throw new Error(`${path} does not contain ${JSON.stringify(text)}`);
      const before = content.slice(0, at + text.length).split('\n');
      return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    },
    commit: async (message, ...paths) => {
      for (const filepath of paths) await git.add({ fs, dir: folder, filepath });
      await git.commit({ fs, dir: folder, message, author: { name: 'Ada Example', email: 'ada@example.com' } });
    },
  };
}
