// Why a replacement cannot be made, on its way to the finding. Never leaves the render room as an exception.
import type { Fix } from '../../model/finding.ts';
import type { Place } from '../../model/sourceText.ts';

export class ReplacementFault extends Error {
  /** Where what it is about was written, if that is known better than by the entry. */
  readonly at: Place | undefined;
  /** `absent`: something is not there, which an error before it may explain. */
  readonly kind: 'absent' | 'wrong';

  readonly fix: Fix | undefined;

  constructor(message: string, at?: Place, kind: 'absent' | 'wrong' = 'wrong', fix?: Fix) {
    super(message);
    this.fix = fix;
    this.at = at;
    this.kind = kind;
  }
}
