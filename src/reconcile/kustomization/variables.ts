// Reads the ConfigMaps and Secrets that a Kustomization substitutes from. What a missing one means is said by the render.
import { getList, getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { KubeReader } from '../../kube/client.ts';
import type { VariableSource } from '../../render/rendering.ts';

export async function readVariables(
  client: KubeReader,
  kustomization: JsonObject,
  signal: AbortSignal,
): Promise<VariableSource[]> {
  const namespace = getString(kustomization, 'metadata', 'namespace') ?? '';
  const sources: VariableSource[] = [];
  for (const reference of getList(kustomization, 'spec', 'postBuild', 'substituteFrom') ?? []) {
    const kind = getString(reference, 'kind');
    const name = getString(reference, 'name') ?? '';
    if (kind !== 'ConfigMap' && kind !== 'Secret') continue;
    const found = await client.get({ group: '', version: 'v1', kind, namespace, name }, signal);
    sources.push({ kind, name, data: found && dataOf(found, kind) });
  }
  return sources;
}

/** The data of a ConfigMap or a Secret as text. */
export function dataOf(object: JsonObject, kind: 'ConfigMap' | 'Secret'): ReadonlyMap<string, string> {
  const data = new Map<string, string>();
  for (const [key, value] of Object.entries(getObject(object, 'data') ?? {})) {
    if (typeof value === 'string') data.set(key, kind === 'Secret' ? new TextDecoder().decode(bytesOf(value)) : value);
  }
  return data;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Names of ConfigMaps or Secrets that the Kustomization substitutes from. */
export function substitutesFrom(kustomization: JsonObject, kind: string): string[] {
  return (getList(kustomization, 'spec', 'postBuild', 'substituteFrom') ?? [])
    .filter((reference) => getString(reference, 'kind') === kind)
    .map((reference) => getString(reference, 'name') ?? '');
}
