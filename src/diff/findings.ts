// What a plan has to say about the user's objects: a factory for each.
import type { Finding } from '../model/finding.ts';
import type { Manifest } from '../model/manifest.ts';
import { printRef } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';

/** The server would refuse the object; `message` is in the server's words. */
export function refused(manifest: Manifest, ref: ObjectRef, message: string): Finding {
  return finding(manifest, ref, 'error', message);
}

/** We may not look at the live object, so nothing can be said about it, and an apply would fail there, in these words. */
export function unreadable(manifest: Manifest, ref: ObjectRef, message: string): Finding {
  return finding(manifest, ref, 'error', message);
}

/**
 * A definition or class that Git says to leave alone and that is not there: Flux waits for every object of its stage, also
 * for those that it skips, and fails when the time is up.
 */
export function awaitedInVain(manifest: Manifest, ref: ObjectRef): Finding {
  const message = `${printRef(ref)} is left alone, and it is not there: what is applied after it waits for it in vain. Make it first, or let it be applied`;
  return finding(manifest, ref, 'error', message);
}

function finding(manifest: Manifest, ref: ObjectRef, severity: Finding['severity'], message: string): Finding {
  const { place } = manifest.node.origin;
  return { code: 'apply-refused', severity, message, object: printRef(ref), ...(place ? { at: place } : {}) };
}
