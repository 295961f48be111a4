// The Kustomizations that spec.dependsOn of a Flux Kustomization names. Reads what is written; judges nothing.
import { getList, getString } from './json.ts';
import type { JsonObject } from './json.ts';

export interface Dependency {
  readonly namespace: string;
  readonly name: string;
  readonly readyExpr: string | undefined;
}

/** In the order of the spec. What names no namespace is one of its own, as Flux has it: an empty one counts as none. */
export function dependenciesOf(kustomization: JsonObject): Dependency[] {
  return (getList(kustomization, 'spec', 'dependsOn') ?? []).map((entry) => ({
    namespace: getString(entry, 'namespace') || getString(kustomization, 'metadata', 'namespace') || '',
    name: getString(entry, 'name') ?? '',
    readyExpr: getString(entry, 'readyExpr') || undefined,
  }));
}
