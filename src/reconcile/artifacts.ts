// What the source controllers read and the Kustomization controller builds from: snapshots by source and revision, held
// in memory. Stands for source-controller's storage; nothing is kept beyond the process.
import type { ObjectRef } from '../model/objectRef.ts';
import { keyOf } from '../model/objectRef.ts';
import type { Snapshot } from '../source/snapshot.ts';

export interface Artifacts {
  put(source: ObjectRef, revision: string, snapshot: Snapshot): void;
  get(source: ObjectRef, revision: string): Snapshot | undefined;
  delete(source: ObjectRef): void;
  /** Notes what a Kustomization was brought to: at one revision a source may come to hold something else. */
  applied(kustomization: ObjectRef, digest: string): void;
  /** The digest that was noted last; undefined where this process has brought it to nothing yet. */
  appliedOf(kustomization: ObjectRef): string | undefined;
}

/** The newest revision, and the one before it: a status may still name it while the newer one is announced. */
const KEPT = 2;

export function createArtifacts(): Artifacts {
  const applied = new Map<string, string>();
  const held = new Map<string, readonly { revision: string; snapshot: Snapshot }[]>();
  return {
    put(source, revision, snapshot) {
      const others = (held.get(keyOf(source)) ?? []).filter((one) => one.revision !== revision);
      held.set(keyOf(source), [{ revision, snapshot }, ...others].slice(0, KEPT));
    },
    get: (source, revision) => held.get(keyOf(source))?.find((one) => one.revision === revision)?.snapshot,
    delete: (source) => void held.delete(keyOf(source)),
    applied: (kustomization, digest) => void applied.set(keyOf(kustomization), digest),
    appliedOf: (kustomization) => applied.get(keyOf(kustomization)),
  };
}
