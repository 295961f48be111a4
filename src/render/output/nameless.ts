// Objects that have lost their kind or name on the way: what was read had both; a patch or a replacement may have emptied
// them (kyaml's GetValidatedMetadata). Changes nothing.
import type { Finding } from '../../model/finding.ts';
import { child } from '../../model/node.ts';
import { resourceInvalid } from '../findings.ts';
import { kindOf, nameOf } from '../resource.ts';
import type { Resource } from '../resource.ts';

/** Reports a resource that has none any more. */
export function reportNameless(resource: Resource, report: (finding: Finding) => void): void {
  const kind = kindOf(resource);
  if (kind !== '' && (nameOf(resource) !== '' || kind.endsWith('List'))) return;
  const lost = kind === '' ? 'kind' : `name of the ${kind}`;
  const place = (child(child(resource.node, 'metadata'), 'name') ?? resource.node).origin.place;
  report(resourceInvalid(`a patch or a replacement left the ${lost} empty: give it another value`, place));
}
