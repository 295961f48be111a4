// What a Lease says of its holder: who it is, when it was renewed, how long that holds. Decides nothing.
import { getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';

/** No two clocks that work on one cluster are further apart. */
export const SKEW_MS = 60_000;

export interface LeaseTimes {
  /** Empty where it was given back, or never held. */
  readonly holder: string;
  /** As it is written: whether it moves is told by comparing it. */
  readonly renewTime: string;
  /** By the holder's own clock; 0 where it does not say. */
  readonly renewedAt: number;
  readonly durationMs: number;
}

/** `defaultSeconds` is for a Lease that does not say how long it lasts. */
export function leaseTimes(lease: JsonObject | undefined, defaultSeconds: number): LeaseTimes {
  const seconds = getPath(lease, 'spec', 'leaseDurationSeconds');
  const renewTime = getString(lease, 'spec', 'renewTime') ?? '';
  return {
    holder: getString(lease, 'spec', 'holderIdentity') ?? '',
    renewTime,
    renewedAt: Date.parse(renewTime) || 0,
    durationMs: (typeof seconds === 'number' ? seconds : defaultSeconds) * 1000,
  };
}
