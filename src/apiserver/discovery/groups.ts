// Groups and versions in the order of discovery: versions of a group from the most to the least stable.
import type { ServedSet } from '../served.ts';

export interface Group {
  readonly name: string;
  readonly versions: readonly string[];
}

const FORM = /^v(\d+)(?:(alpha|beta)(\d+))?$/;

/** Kubernetes' order of versions: v2, v1, v1beta2, v1alpha1, then all others by name. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [FORM.exec(a), FORM.exec(b)];
  if (!x || !y) return x ? -1 : y ? 1 : a < b ? -1 : 1;
  const stage = (match: RegExpExecArray): number => (match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0);
  return stage(y) - stage(x) || Number(y[1]) - Number(x[1]) || Number(y[3] ?? 0) - Number(x[3] ?? 0);
}

export function groupsOf(served: ServedSet): Group[] {
  const versions = new Map<string, string[]>();
  for (const { type } of served.resources()) {
    const known = versions.get(type.group) ?? [];
    if (!known.includes(type.version)) known.push(type.version);
    versions.set(type.group, known);
  }
  return [...versions].map(([name, found]) => ({ name, versions: found.sort(compareVersions) }));
}
