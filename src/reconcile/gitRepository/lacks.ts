// What an artifact lacks and a person would look for in it: submodules that were not asked for, Git LFS pointers in the
// place of manifests. Flux builds without a word; here it is said once for each artifact.
import type { TreeSnapshot } from '../../source/tree.ts';

const LFS = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\r?\n/;
/** A pointer is three short lines. */
const LFS_BYTES = 1024;
const SAID = 5;

/** A sentence for each. `read` is what was read, `artifact` what is left of it. */
export function lacksOf(read: { readonly submodules: readonly string[] }, artifact: TreeSnapshot): string[] {
  const submodules = read.submodules.map(
    (path) => `submodule "${path}" is not fetched: set spec.recurseSubmodules if its files are needed`,
  );
  const pointers = artifact.paths().filter((path) => /\.(ya?ml|json)$/.test(path) && isPointer(artifact, path));
  const said = pointers
    .slice(0, SAID)
    .map((path) => `"${path}" is a Git LFS pointer: the file behind it is not fetched`);
  const more = pointers.length - said.length;
  return [...submodules, ...said, ...(more > 0 ? [`${more} more manifests are Git LFS pointers`] : [])];
}

function isPointer(artifact: TreeSnapshot, path: string): boolean {
  const bytes = artifact.bytes(path);
  return bytes !== undefined && bytes.length < LFS_BYTES && LFS.test(new TextDecoder().decode(bytes));
}
