// What of the folder a root is built from: all of it for a kustomization, and for a Flux Kustomization what the artifact of its
// source would hold (.sourceignore, spec.ignore, spec.sparseCheckout, spec.include). Renders nothing.
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { GIT_REPOSITORY, sourceRefOf } from '../../reconcile/fluxKinds.ts';
import { includesOf } from '../../reconcile/gitRepository/includes.ts';
import { artifactView, includingViews } from '../../source/artifactView.ts';
import type { ArtifactView, IncludedView } from '../../source/artifactView.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { filePatterns, IGNORE_FILE, parsePatterns } from '../../source/sourceignore.ts';
import type { IgnorePattern } from '../../source/sourceignore.ts';
import { clamped, sparseDirectories } from '../../source/sparse.ts';
import { NO_MANIFESTS } from './indexFolder.ts';
import type { FluxFileObject, Root } from '../state.ts';

export interface RootViews {
  /** `sources`: the sources that files of the folder write. */
  of(root: Root, sources: readonly FluxFileObject[]): Snapshot;
  /** Files have changed: perhaps some that say what is ignored. */
  touched(paths: readonly string[]): void;
}

/** A change of such a file is one of every Flux Kustomization. */
export function saysWhatIsIgnored(path: string): boolean {
  return path === IGNORE_FILE || path.endsWith(`/${IGNORE_FILE}`);
}

/** Views of one folder, each made once. */
export function rootViews(folder: Snapshot): RootViews {
  let patterns: readonly IgnorePattern[] | undefined;
  const views = new Map<string, ArtifactView>();

  /** The artifact of a source, without what it includes where one of them is above it. */
  function viewOf(source: JsonObject | undefined, all: readonly JsonObject[], above: readonly string[]): Snapshot {
    const ignore = getString(source, 'spec', 'ignore');
    const directories = sparseDirectories(source);
    const key = JSON.stringify([ignore, directories]);
    let view = views.get(key);
    if (!view) {
      patterns ??= filePatterns(folder, NO_MANIFESTS);
      const own = ignore === undefined ? patterns : [...patterns, ...parsePatterns(ignore)];
      views.set(key, (view = artifactView(folder, { patterns: own, directories })));
    }
    return source ? includingViews(view, includedViews(source, all, above)) : view;
  }

  function includedViews(source: JsonObject, all: readonly JsonObject[], above: readonly string[]): IncludedView[] {
    const path = [...above, keyOf(refOf(source))];
    return includesOf(source).flatMap(({ ref, fromPath, toPath }) => {
      const found = all.find((one) => keyOf(refOf(one)) === keyOf(ref));
      // Another repository has none of its files here.
      if (!found || path.includes(keyOf(ref)) || urlOf(found) !== urlOf(source)) return [];
      return [{ snapshot: viewOf(found, all, path), from: clamped(fromPath), to: clamped(toPath) }];
    });
  }

  return {
    of(root, sources) {
      if (root.kind !== 'flux') return folder;
      const near = sources.toSorted(
        (a, b) => nearness(b, root.place.source.path) - nearness(a, root.place.source.path),
      );
      const all = near.map(({ object }) => object);
      return viewOf(sourceOf(sourceRefOf(root.object), all), all, []);
    },
    touched(paths) {
      for (const view of views.values()) view.touched(paths);
      if (!paths.some(saysWhatIsIgnored)) return;
      patterns = undefined;
      views.clear();
    },
  };
}

/** One that is made by other means than a file is taken as it is made: without rules of its own. */
function sourceOf(wanted: ObjectRef, all: readonly JsonObject[]): JsonObject | undefined {
  return wanted.kind === GIT_REPOSITORY.kind ? all.find((one) => keyOf(refOf(one)) === keyOf(wanted)) : undefined;
}

const urlOf = (repository: JsonObject): string | undefined => getString(repository, 'spec', 'url');

/** Each cluster may write a source of the same name: the one that is written nearest is meant. */
function nearness({ place }: FluxFileObject, path: string): number {
  const [a, b] = [place.source.path.split('/'), path.split('/')];
  const parted = a.findIndex((part, at) => part !== b[at]);
  return parted < 0 ? a.length : parted;
}
