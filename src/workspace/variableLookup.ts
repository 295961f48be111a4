// The data of ConfigMaps and Secrets that rendered manifests hold, for postBuild.substituteFrom. What is encrypted is unknown.
import { getObject, getString } from '../model/json.ts';
import type { JsonValue } from '../model/json.ts';
import { manifestRef } from '../model/manifest.ts';
import type { Manifest } from '../model/manifest.ts';
import { toJson } from '../model/node.ts';
import type { VariableLookup } from './renderer.ts';

/** Looks among manifests; an object without a namespace is taken for one of any. */
export function variablesIn(manifests: Iterable<Manifest>): VariableLookup {
  return (kind, namespace, name) => {
    for (const manifest of manifests) {
      const ref = manifestRef(manifest);
      if (ref.kind !== kind || ref.name !== name || (ref.namespace !== '' && ref.namespace !== namespace)) continue;
      return dataOf(toJson(manifest.node));
    }
    return undefined;
  };
}

/** The data by key. Secrets hold base64 in `data`; undefined where it is none, or encrypted. */
export function dataOf(object: JsonValue): ReadonlyMap<string, string> | undefined {
  if (getObject(object, 'sops')) return undefined;
  const secret = getString(object, 'kind') === 'Secret';
  const data = new Map<string, string>();
  for (const [key, value] of Object.entries(getObject(object, 'data') ?? {})) {
    const text = secret ? decoded(String(value)) : String(value);
    if (text === undefined) return undefined;
    data.set(key, text);
  }
  for (const [key, value] of Object.entries(getObject(object, 'stringData') ?? {})) data.set(key, String(value));
  return data;
}

function decoded(text: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
  } catch {
    return undefined; // No base64: the object itself is reported for it.
  }
}
