// What can be wrong with replacements, in words.
import type { Finding } from '../../model/finding.ts';
import type { Place } from '../../model/sourceText.ts';
import { wantedBy, whatIsMissing } from '../patch/findings.ts';
import type { Resource } from '../resource.ts';

/** A replacement that cannot be made. */
export function replacementInvalid(message: string, at: Place | undefined, object?: string): Finding {
  return {
    code: 'replacement-invalid',
    severity: 'error',
    message: `the replacement cannot be made: ${message}`,
    ...(at ? { at } : {}),
    ...(object === undefined ? {} : { object }),
  };
}

/** A target that selects nothing. Upstream passes it in silence, and so the output is the same. */
export function replacementOfNothing(
  select: Readonly<Record<string, string>>,
  resources: readonly Resource[],
  at: Place | undefined,
): Finding {
  const { words, fix } = whatIsMissing(wantedBy(select), resources);
  const message = `this target of the replacement matches nothing: ${words}`;
  return { code: 'replacement-invalid', severity: 'warning', message, ...(at ? { at } : {}), ...(fix ? { fix } : {}) };
}
