// Label selectors as Kubernetes writes them (`a=b,c!=d,e in (x,y),!f`): reading and matching. Knows no object.

interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | 'missing';
  readonly values: ReadonlySet<string>;
}

export type LabelSelector = readonly Requirement[];

const PART =
  /^\s*(?:(?<absent>!\s*[^\s=!(),]+)|(?<key>[^\s=!(),]+)\s*(?:(?<equals>==?|!=)\s*(?<value>[^\s=!(),]*)|(?<set>in|notin)\s*\((?<values>[^()]*)\))?)\s*(?:,|$)/;

/** Reads a selector; undefined where it is not one. An empty text selects everything. */
export function parseLabelSelector(text: string): LabelSelector | undefined {
  const requirements: Requirement[] = [];
  let rest = text;
  while (rest.trim() !== '') {
    const found = PART.exec(rest);
    if (!found?.groups) return undefined;
    requirements.push(requirementOf(found.groups));
    rest = rest.slice(found[0].length);
  }
  return requirements;
}

function requirementOf(groups: Record<string, string | undefined>): Requirement {
  const none = new Set<string>();
  if (groups['absent'] !== undefined)
    return { key: groups['absent'].slice(1).trim(), operator: 'missing', values: none };
  const key = groups['key'] ?? '';
  if (groups['equals'] !== undefined) {
    return { key, operator: groups['equals'] === '!=' ? 'notin' : 'in', values: new Set([groups['value'] ?? '']) };
  }
  if (groups['set'] !== undefined) {
    const values = new Set((groups['values'] ?? '').split(',').map((value) => value.trim()));
    return { key, operator: groups['set'] === 'in' ? 'in' : 'notin', values };
  }
  return { key, operator: 'exists', values: none };
}

/** Whether labels satisfy every requirement. A missing label satisfies `!=` and `notin`. */
export function matchesLabels(selector: LabelSelector, labels: ReadonlyMap<string, string>): boolean {
  return selector.every(({ key, operator, values }) => {
    const value = labels.get(key);
    if (operator === 'exists') return value !== undefined;
    if (operator === 'missing') return value === undefined;
    if (operator === 'in') return value !== undefined && values.has(value);
    return value === undefined || !values.has(value);
  });
}
