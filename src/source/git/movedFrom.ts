// Where a file was before a commit moved it: the same text, at a path that the commit took away. Looks only where two trees
// differ; a file that was moved and edited in one commit counts as a new one.
import { joinPath } from '../paths.ts';
import type { ObjectReader } from './objects.ts';
import { kindOfMode, parseTree } from './tree.ts';

/** A commit that touches more folders moves nothing that anybody could follow. */
const MOST_FOLDERS = 1_000;

/** The path that a blob had in the older tree and has no more; undefined where there is none. */
export async function movedFrom(
  objects: ObjectReader,
  before: string,
  now: string,
  blob: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const open: { readonly folder: string; readonly before: string; readonly now: string | undefined }[] = [
    { folder: '', before, now },
  ];
  for (let at = 0; at < open.length && at < MOST_FOLDERS; at++) {
    const next = open[at];
    if (!next) break;
    signal.throwIfAborted();
    const kept = new Map<string, { readonly id: string; readonly mode: number }>();
    if (next.now !== undefined)
      for (const entry of parseTree((await objects.read(next.now)).bytes, next.folder)) kept.set(entry.name, entry);
    for (const { name, id, mode } of parseTree((await objects.read(next.before)).bytes, next.folder)) {
      const same = kept.get(name);
      if (same?.id === id) continue;
      const path = joinPath(next.folder, name);
      const folder = same && kindOfMode(same.mode) === 'directory' ? same.id : undefined;
      if (kindOfMode(mode) === 'directory') open.push({ folder: path, before: id, now: folder });
      else if (kindOfMode(mode) === 'file' && id === blob && !same) return path;
    }
  }
  return undefined;
}
