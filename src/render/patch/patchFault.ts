// Why a patch cannot be applied, on its way from the merge to the finding. Never leaves this folder as an exception.
import type { Node } from '../../model/node.ts';

export class PatchFault extends Error {
  /** The node of the patch that it is about. */
  readonly node: Node | undefined;

  constructor(message: string, node: Node | undefined) {
    super(message);
    this.node = node;
  }
}
