// What can be wrong with replacements, in words.
import type { Finding } from '../../model/finding.ts';
import type { Place } from '../../model/sourceText.ts';

/** A replacement that cannot be made; `index` counts from 0. */
export function replacementInvalid(index: number, message: string, at: Place | undefined, object?: string): Finding {
  return {
    code: 'replacement-invalid',
    severity: 'error',
    message: `replacement ${index + 1}: ${message}`,
    ...(at ? { at } : {}),
    ...(object === undefined ? {} : { object }),
  };
}
