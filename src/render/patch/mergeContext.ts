// What the merge of a patch carries from node to node, and the form of its step. Shared by maps and lists.
import type { Node } from '../../model/node.ts';
import type { SchemaNode, SchemaSet } from '../../schema/schemaSet.ts';
import type { Change } from '../write.ts';

export interface MergeContext {
  readonly schemas: SchemaSet;
  readonly change: Change;
  /** Where the merge stands, for messages. */
  readonly path: readonly string[];
}

/** Merges two nodes at the same place; either may be missing. Undefined: the place is to be empty. */
export type MergeNodes = (
  target: Node | undefined,
  patch: Node | undefined,
  schema: SchemaNode | undefined,
  context: MergeContext,
) => Node | undefined;
