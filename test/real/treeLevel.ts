// What the parts of a generated tree share (treeArbitrary.ts): its files, and the objects that its kustomizations hold.
import type { Draw } from './treeDraw.ts';

/** Files by path; the root to build is `root`. */
export type Tree = Record<string, string>;

export interface Id {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** Field paths into texts that it holds. */
  readonly texts?: readonly string[];
}

export interface Made {
  readonly id: Id;
  readonly text: string;
}

export interface Level {
  readonly files: Tree;
  readonly draw: Draw;
  /** What each kustomization holds, under the names it was written with. */
  readonly knownOf: Map<string, readonly Id[]>;
  /** What the kustomization that is being made holds: what patches and replacements can name. */
  readonly known: Id[];
}

/** Writes a field of the kustomization in a directory. */
export type Field = (level: Level, path: string) => string;
