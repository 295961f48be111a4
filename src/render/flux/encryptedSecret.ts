// Whether a Secret is encrypted with SOPS. Upstream looks at the `sops` field only; ciphertext that lost it, in stringData or
// behind base64, would be applied by it. Here that is refused too.
import { child, textOf } from '../../model/node.ts';
import type { MapNode } from '../../model/node.ts';

const CIPHERTEXT = /^ENC\[AES256_GCM,data:/;
const DECRYPT = 'kustomize.toolkit.fluxcd.io/decrypt';

export function isEncryptedSecret(node: MapNode): boolean {
  if (textOf(child(node, 'kind')) !== 'Secret' || textOf(child(node, 'apiVersion')) !== 'v1') return false;
  const switched = textOf(child(child(child(node, 'metadata'), 'annotations'), DECRYPT)) ?? '';
  if (switched.toLowerCase() === 'disabled') return false;
  return child(node, 'sops') !== undefined || holds(node, 'stringData', (text) => text) || holds(node, 'data', decoded);
}

function holds(node: MapNode, field: string, textOfValue: (text: string) => string): boolean {
  const map = child(node, field);
  const values = map?.kind === 'map' ? [...map.entries.values()] : [];
  return values.some(
    ({ value }) =>
      value.kind === 'scalar' && [value.text, textOfValue(value.text)].some((text) => CIPHERTEXT.test(text)),
  );
}

function decoded(text: string): string {
  try {
    return atob(text.replace(/\s/g, ''));
  } catch {
    return '';
  }
}
