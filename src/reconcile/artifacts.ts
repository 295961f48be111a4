// What the source controllers read and the Kustomization controller builds from: snapshots by source and revision, held
// in memory. Stands for source-controller's storage; nothing is kept beyond the process.
import type { ObjectRef } from '../model/objectRef.ts';
import { keyOf } from '../model/objectRef.ts';
import type { Snapshot } from '../source/snapshot.ts';

export interface Artifacts {
  put(source: ObjectRef, revision: string, snapshot: Snapshot): void;
  get(source: ObjectRef, revision: string): Snapshot | undefined;
  delete(source: ObjectRef): void;
}

export function createArtifacts(): Artifacts {
  const held = new Map<string, { revision: string; snapshot: Snapshot }>();
  return {
    put: (source, revision, snapshot) => void held.set(keyOf(source), { revision, snapshot }),
    get(source, revision) {
      const found = held.get(keyOf(source));
      return found?.revision === revision ? found.snapshot : undefined;
    },
    delete: (source) => void held.delete(keyOf(source)),
  };
}
