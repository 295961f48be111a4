// What the render room takes and gives.
import type { Finding } from '../model/finding.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Origin } from '../model/origin.ts';
import type { SchemaSet } from '../schema/schemaSet.ts';
import type { Release } from './release.ts';
import type { FetchedThings, Wanted } from '../source/wanted.ts';
import type { Frame } from './layer.ts';
import type { Trace } from './rebuild/trace.ts';

export interface BuildOptions {
  /** Where given, filled with what the build did. */
  readonly trace?: Trace;
  /** Called wherever the build has come to the next thing that a kustomization asks for. */
  readonly arrived?: (frames: readonly Frame[]) => void;
  readonly schemas: SchemaSet;
  /** `rootOnly` as `kustomize build` by default; `none` as Flux and `--load-restrictor LoadRestrictionsNone`. */
  readonly loadRestrictor: 'rootOnly' | 'none';
  /** `legacy` sorts as the command line does by default; `none` keeps the order of accumulation, as Flux does. */
  readonly order: 'none' | 'legacy';
  /** Adds `app.kubernetes.io/managed-by`, as `--enable-managedby-label`. */
  readonly managedByLabel?: boolean;
  /** The release to build as; the newest by default. */
  readonly release?: Release;
  /** Whether a process that builds often has made upstream's own types known: then those of `openapi` come beside them. */
  readonly typesAreKnown?: boolean;
  /** The version that the label names, where it is not that of kustomize's own command line. */
  readonly managedByVersion?: string;
  /** `folder` (the default): `..` of the root leads out of what is built, which is refused. `filesystem`: it is the root itself. */
  readonly snapshotIs?: 'folder' | 'filesystem';
  /** What was fetched for this build so far. Without it everything that is not in the snapshot is refused. */
  readonly fetched?: FetchedThings;
  /** How messages write a path of the snapshot; as it is, and `.` for its root, where nothing is said. */
  readonly display?: (path: string) => string;
}

/** The result of a build. With an error among the findings, `manifests` holds what could be built and must not be applied. */
export interface Rendering {
  readonly manifests: readonly Manifest[];
  readonly findings: readonly Finding[];
  /** Every path that the build looked at, existing or not: a change of one of them makes the rendering stale. */
  readonly files: ReadonlySet<string>;
  /** What has to be fetched before this can be built whole. Not empty: the manifests are incomplete. */
  readonly wanted: readonly Wanted[];
}

/** Variables of postBuild.substituteFrom, fetched by the caller: the reference, its data, or `undefined` where it is missing. */
export interface VariableSource {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly data: ReadonlyMap<string, string> | undefined;
  /** Where its entries were written, by key, where the caller knows. */
  readonly origins?: ReadonlyMap<string, Origin>;
  /** Who has it where no file does: `the cluster dev`. */
  readonly holder?: string;
}
