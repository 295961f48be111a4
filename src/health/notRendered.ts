// The health of Flux objects that the local loop does not reconcile yet: nothing will change them, so nobody may wait.
import type { JsonObject } from '../model/json.ts';
import { notRenderedYet } from '../model/notRendered.ts';
import { settled } from './health.ts';
import type { Health } from './health.ts';

/** Current, with what is not done yet as its message; undefined where kstatus decides. */
export function notRenderedHealth(object: JsonObject): Health | undefined {
  const said = notRenderedYet(object);
  return said === undefined ? undefined : settled('Current', said);
}
