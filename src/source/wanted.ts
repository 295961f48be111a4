// What a build needs from outside of its snapshot, and what came back. Values only: who may fetch, and how, is decided
// by who calls the build.
import type { Snapshot } from './snapshot.ts';

/** A file that a kustomization names by its HTTP address. */
export interface WantedFile {
  readonly kind: 'file';
  readonly url: string;
}

/** A Git repository, at a branch, tag or commit; at its HEAD where `ref` is empty. */
export interface WantedRepository {
  readonly kind: 'repository';
  /** The address to clone from, as git takes it. */
  readonly url: string;
  readonly ref: string;
  /** Whether the trees of its submodules are part of it. */
  readonly submodules: boolean;
  /** How long it may take. */
  readonly timeoutMs: number;
}

/** A Helm chart from a chart repository or, with an `oci://` address, a registry. */
export interface WantedChart {
  readonly kind: 'chart';
  readonly repo: string;
  readonly name: string;
  readonly version: string;
  readonly devel: boolean;
}

/** What `helm template` prints for a chart. */
export interface WantedTemplate {
  readonly kind: 'template';
  /** The files of the chart, by path below its folder. */
  readonly chart: ReadonlyMap<string, Uint8Array>;
  readonly name: string;
  /** The texts of the values files, in order: later ones win. */
  readonly values: readonly string[];
  /** Further arguments of `helm template`, none of which names a file. */
  readonly args: readonly string[];
}

export type Wanted = WantedFile | WantedRepository | WantedChart | WantedTemplate;

/** The answer to a wanted thing. `refused`: it was not tried, because the user has not allowed it. */
export type Fetched =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tree'; readonly snapshot: Snapshot }
  | { readonly kind: 'files'; readonly files: ReadonlyMap<string, Uint8Array> }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Brings one thing. Throws only when cancelled: what went wrong is an answer. */
export type Fetch = (wanted: Wanted, signal: AbortSignal) => Promise<Fetched>;

/** What has been fetched for a build so far. */
export interface FetchedThings {
  /** The answer, or undefined where it was not asked for yet. */
  get(wanted: Wanted): Fetched | undefined;
}
