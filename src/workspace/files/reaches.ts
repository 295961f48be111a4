// The reverse index of each rendering, made when it is first asked for and kept as long as the rendering's objects are.
import { hasErrors } from '../../model/finding.ts';
import type { Manifest } from '../../model/manifest.ts';
import { createReach, newKnownTouches } from '../../render/reach.ts';
import type { Reach } from '../../render/reach.ts';
import type { RootRendering } from '../state.ts';

/** What the lines of files reach in a rendering: in what was last made without an error. */
export function createReaches(): (rendering: RootRendering) => Reach {
  const touches = newKnownTouches();
  const known = new WeakMap<readonly Manifest[], Reach>();
  return (rendering) => {
    const manifests = hasErrors(rendering.findings) ? rendering.lastGood : rendering.manifests;
    const before = known.get(manifests);
    if (before) return before;
    const reach = createReach(manifests, touches);
    known.set(manifests, reach);
    return reach;
  };
}
