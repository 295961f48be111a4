// What Flux sends for a rendered object: owner labels, normalisation, common metadata, in this order (kustomize-controller,
// reconcile and apply). Makes new objects; the rendered ones stay as they are.
import { cloneJson, getKey, getObject, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import { ownerLabels } from './metadata.ts';
import { normalizeObject } from './normalize.ts';

/** The Kustomization that owns what is applied. */
export interface Owner {
  readonly namespace: string;
  readonly name: string;
}

export interface DesiredOptions {
  readonly owner: Owner;
  /** Types of the built-in kinds: with them the same fields are owned as after an apply of the real controller. */
  readonly schemas?: SchemaSet;
  /** spec.commonMetadata: may overwrite owner labels, as upstream lets it. */
  readonly commonMetadata?:
    | { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> }
    | undefined;
}

/** The object as it is sent to the server. */
export function desiredObject(rendered: JsonObject, { owner, commonMetadata, schemas }: DesiredOptions): JsonObject {
  const object = cloneJson(rendered);
  for (const { key, value } of ownerLabels(owner)) setMetadata(object, 'labels', key, value);
  const normalized = normalizeObject(object, schemas);
  for (const field of ['labels', 'annotations'] as const) {
    for (const [key, value] of Object.entries(commonMetadata?.[field] ?? {}))
      setMetadata(normalized, field, key, value);
  }
  return normalized;
}

function setMetadata(object: JsonObject, field: 'labels' | 'annotations', key: string, value: string): void {
  const metadata = getObject(object, 'metadata') ?? {};
  setKey(object, 'metadata', metadata);
  const existing = getKey(metadata, field);
  const map = isJsonObject(existing) ? existing : {};
  setKey(metadata, field, map);
  setKey(map, key, value);
}
