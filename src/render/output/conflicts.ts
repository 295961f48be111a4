// Two objects of one identity, which a patch or a replacement of a name can make. Upstream finds them where it puts objects
// into a new collection: behind a component, behind a validator, and where those for local use go (there it crashes). Changes
// nothing.
import type { Finding } from '../../model/finding.ts';
import { resourceConflict } from '../findings.ts';
import { currentKey, describe } from '../resource.ts';
import type { Resource } from '../resource.ts';

/** Reports each resource that has the current identity of one before it. */
export function reportConflicts(resources: readonly Resource[], report: (finding: Finding) => void): void {
  const seen = new Map<string, Resource>();
  for (const resource of resources) {
    const key = currentKey(resource);
    const first = seen.get(key);
    if (first) report(conflictBetween(resource, first));
    else seen.set(key, resource);
  }
}

/** Says that a resource has the identity of one before it. */
export function conflictBetween(resource: Resource, first: Resource): Finding {
  return resourceConflict(describe(resource), resource.node.origin.place, first.node.origin.place);
}
