// Which Kustomizations are ready before another one is applied: what it depends on, and what that depends on.
import type { JsonObject } from '../../model/json.ts';
import { dependenciesOf } from '../../model/dependsOn.ts';

/** `namespace/name` of what a Kustomization waits for itself. */
export function namesOf(kustomization: JsonObject): string[] {
  return dependenciesOf(kustomization).map(({ namespace, name }) => `${namespace}/${name}`);
}

/** All that a Kustomization waits for, and what those wait for. */
export function waitsFor(key: string, byKey: ReadonlyMap<string, JsonObject>): ReadonlySet<string> {
  const open = [key];
  const seen = new Set<string>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const object = byKey.get(next);
    for (const name of object ? namesOf(object) : []) {
      if (!seen.has(name)) open.push(name);
      seen.add(name);
    }
  }
  return seen;
}
