// What a path that leads nowhere was probably meant to be. Looks around in the snapshot; reads no file.
import { nearest } from '../../model/nearest.ts';
import type { Snapshot } from '../../source/snapshot.ts';

/** The end of the sentence that says a path is missing, and the path that was meant where that is known. */
export interface Meant {
  readonly hint: string;
  readonly meant?: string;
}

/** A suggestion, or `otherwise`, what to do about it. */
export function meantInstead(
  snapshot: Snapshot,
  path: string,
  resolve: (path: string) => string | undefined,
  otherwise = 'add it, or remove this entry',
): Meant {
  const stands = (one: string): boolean => {
    const found = resolve(one);
    return found !== undefined && snapshot.kind(found) !== undefined;
  };
  if (path.includes('\\')) {
    const slashes = path.replaceAll('\\', '/').replace(/^[A-Za-z]:/, '');
    if (stands(slashes)) return { hint: `: write paths with '/', as '${slashes}'`, meant: slashes };
    return { hint: ": write paths with '/' and relative to this file" };
  }
  if (path.trim() !== path && stands(path.trim()))
    return { hint: ': remove the blanks around its name', meant: path.trim() };
  if (path.startsWith('/')) return { hint: ': write it relative to this file' };
  const found = resolve(path);
  if (found !== undefined && snapshot.isLink?.(found) === true)
    return { hint: ': it is a symbolic link that leads nowhere, or out of the folder that is built' };
  const similar = similarPath(snapshot, path, resolve);
  return similar !== undefined && stands(similar)
    ? { hint: `. Did you mean '${similar}'?`, meant: similar }
    : { hint: `: ${otherwise}` };
}

/** The path with its first wrong name put right. */
function similarPath(
  snapshot: Snapshot,
  path: string,
  resolve: (path: string) => string | undefined,
): string | undefined {
  const parts = path.split('/');
  for (let i = 0; i < parts.length; i++) {
    const above = resolve(parts.slice(0, i).join('/'));
    const here = resolve(parts.slice(0, i + 1).join('/'));
    if (above === undefined || here === undefined) return undefined;
    if (snapshot.kind(here) !== undefined) continue;
    const name = parts[i] as string;
    const similar = similarName(name, snapshot.list(above));
    return similar === undefined ? undefined : parts.with(i, similar).join('/');
  }
  return undefined;
}

function similarName(name: string, names: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const stem = lower.replace(/\.ya?ml$/, '');
  return (
    names.find((one) => one.toLowerCase() === lower) ??
    names.find((one) => one.toLowerCase().replace(/\.ya?ml$/, '') === stem) ??
    // Of names as short as a.yaml, any is near to any other.
    (stem.length < 3 ? undefined : nearest(name, names))
  );
}
