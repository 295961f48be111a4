// What an apply or a prune did, object by object. The words are those of fluxcd/pkg/ssa (changeset.go).
import type { ObjectRef } from './objectRef.ts';

export type Action = 'created' | 'configured' | 'unchanged' | 'deleted' | 'skipped' | 'unknown';

export interface ChangeSetEntry {
  readonly ref: ObjectRef;
  readonly action: Action;
}

export type ChangeSet = readonly ChangeSetEntry[];
