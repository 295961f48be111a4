// Continue tokens: where the next page of a list starts and of which revision it is. The form is upstream's, so that
// tools that look into it find what they know.
import { isJsonObject } from '../../model/json.ts';
import { parseJson } from '../../model/jsonText.ts';
import { badRequest } from '../errors.ts';

export interface ContinueToken {
  readonly revision: number;
  /** The first key of the page (below the namespace, where there is one). */
  readonly start: string;
}

export function writeContinue(revision: number, start: string): string {
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `/${start}` });
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** Reads a token; undefined for none. Throws the 400 of a broken one. */
export function readContinue(text: string, resourceVersion: string): ContinueToken | undefined {
  if (text === '') return undefined;
  if (resourceVersion !== '' && resourceVersion !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
  const bad = (why: string) => badRequest(`invalid continue token: continue key is not valid: ${why}`);
  let json: string;
  try {
    json = new TextDecoder().decode(
      Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0)),
    );
  } catch {
    throw bad(`illegal base64 data at input byte ${text.length}`);
  }
  let token;
  try {
    token = parseJson(json);
  } catch {
    throw bad(`invalid character '${json[0] ?? ''}' looking for beginning of value`);
  }
  if (!isJsonObject(token) || token['v'] !== 'meta.k8s.io/v1')
    throw bad(`server does not recognize this encoded version ${isJsonObject(token) ? String(token['v'] ?? '') : ''}`);
  if (token['rv'] === 0 || token['rv'] === undefined)
    throw bad('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  const start = String(token['start'] ?? '');
  if (start === '') throw bad('encoded start key empty (version meta.k8s.io/v1)');
  const key = start.startsWith('/') ? start.slice(1) : start;
  // Upstream's guard against tokens that climb out of their kind.
  if (key.split('/').some((part) => part === '' || part === '.' || part === '..'))
    throw badRequest(`invalid continue token: invalid continue key: ${start}`);
  return { revision: Number(token['rv'] ?? 0), start: key };
}
