// What a plan and an apply need to know of a Flux Kustomization. Reads the object; knows nothing of its status.
import { getObject, getPath } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import type { DesiredOptions, Owner } from '../desired/desired.ts';
import { readIgnoreRules } from '../ignoreRules.ts';
import type { IgnoreRule } from '../ignoreRules.ts';

/** The parts of a Kustomization's spec that decide what an apply does. */
export interface ApplySpec {
  readonly owner: Owner;
  readonly force: boolean;
  readonly prune: boolean;
  readonly ignore: readonly IgnoreRule[];
  readonly commonMetadata: DesiredOptions['commonMetadata'];
}

export function applySpecOf(kustomization: JsonObject): ApplySpec {
  const { namespace, name } = refOf(kustomization);
  const texts = (field: 'labels' | 'annotations'): Record<string, string> => {
    const entries = Object.entries(getObject(kustomization, 'spec', 'commonMetadata', field) ?? {});
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  };
  return {
    owner: { namespace, name },
    force: getPath(kustomization, 'spec', 'force') === true,
    prune: getPath(kustomization, 'spec', 'prune') === true,
    ignore: readIgnoreRules(kustomization),
    commonMetadata: { labels: texts('labels'), annotations: texts('annotations') },
  };
}
