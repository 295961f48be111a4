// Why a patch cannot be applied, on its way from the merge to the finding. Never leaves this folder as an exception.
import type { Fix } from '../../model/finding.ts';
import type { Node } from '../../model/node.ts';

export class PatchFault extends Error {
  /** The node of the patch that it is about. */
  readonly node: Node | undefined;

  readonly fix: Fix | undefined;

  constructor(message: string, node: Node | undefined, fix?: Fix) {
    super(message);
    this.node = node;
    this.fix = fix;
  }
}
