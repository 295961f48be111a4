// Flux objects that nothing in the cluster reconciles yet: charts, their repositories, and sources that are not fetched.
// They are there, and nobody will ever say that they are ready. Says which they are; decides nothing about them.
import { getPath } from './json.ts';
import type { JsonObject } from './json.ts';
import { refOf } from './objectRef.ts';

const NOT_RENDERED = 'not rendered yet';
const NOT_FETCHED = 'not fetched yet';

const KINDS: ReadonlyMap<string, string> = new Map([
  ['helm.toolkit.fluxcd.io/HelmRelease', NOT_RENDERED],
  ['source.toolkit.fluxcd.io/HelmChart', NOT_RENDERED],
  ['source.toolkit.fluxcd.io/HelmRepository', NOT_FETCHED],
  ['source.toolkit.fluxcd.io/OCIRepository', NOT_FETCHED],
]);

/**
 * `not rendered yet` or `not fetched yet`; undefined for every other kind, and for an object that a controller has taken up
 * (the definitions say that generation -1 was observed until one has).
 */
export function notRenderedYet(object: JsonObject): string | undefined {
  const { group, kind } = refOf(object);
  const observed = getPath(object, 'status', 'observedGeneration');
  const untouched =
    getPath(object, 'status', 'conditions') === undefined && (observed === undefined || observed === -1);
  return untouched ? KINDS.get(`${group}/${kind}`) : undefined;
}
