// Which objects a list, a watch or a deletecollection is about.
import { getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Target } from '../api.ts';
import { parseFieldSelector } from './fieldSelector.ts';
import { parseLabelSelector } from './labelSelector.ts';

export interface Selection {
  readonly matches: (object: JsonObject) => boolean;
  /** Nothing is left out: the count of what remains can be told. */
  readonly isEverything: boolean;
}

/** Reads the selectors of a query. A target with a name selects that name. Throws ApiError. */
export function selectionOf({ resource, name }: Target, query: URLSearchParams): Selection {
  const labelText = query.get('labelSelector') ?? '';
  const fieldText = query.get('fieldSelector') ?? '';
  const byLabels = parseLabelSelector(labelText);
  const byFields = parseFieldSelector(fieldText, resource);
  const byName = parseFieldSelector(name === '' ? '' : `metadata.name=${name}`, resource);
  const isEverything = labelText.trim() === '' && fieldText === '' && name === '';
  if (isEverything) return { isEverything, matches: () => true };
  return { isEverything, matches: (object) => byLabels(labelsOf(object)) && byFields(object) && byName(object) };
}

function labelsOf(object: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(getObject(object, 'metadata', 'labels') ?? {}).map(([key, value]) => [key, String(value)]),
  );
}
