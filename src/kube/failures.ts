// Failures of requests as StatusError: the server's Status where there is one, else a reason for each way in which a
// connection fails. Messages name no credential.
import { getPath, getString, isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { parseJson } from '../model/jsonText.ts';
import { apiVersionOf } from '../model/objectRef.ts';
import { reasonOf } from '../model/reason.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';
import { StatusError } from './client.ts';

/** Reasons of answers that carry no Status (apimachinery, NewGenericServerResponse). */
const REASONS = new Map([
  [400, 'BadRequest'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [405, 'MethodNotAllowed'],
  [406, 'NotAcceptable'],
  [409, 'Conflict'],
  [410, 'Gone'],
  [415, 'UnsupportedMediaType'],
  [422, 'Invalid'],
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
  [504, 'Timeout'],
]);

/** The error of an answer with a code of 400 and above. */
export function errorOfAnswer(code: number, text: string, retryAfter: number | undefined): StatusError {
  let body: JsonValue = null;
  try {
    body = parseJson(text);
  } catch {
    // A proxy in between answers in its own words: keep a line of them.
  }
  if (isJsonObject(body) && body['kind'] === 'Status') return errorOfStatus(body, code, retryAfter);
  const words = text.split('\n')[0]?.trim().slice(0, 200) ?? '';
  return new StatusError(
    code,
    REASONS.get(code) ?? 'Unknown',
    words === '' ? `the server answered ${code}` : words,
    undefined,
    retryAfter,
  );
}

/** The error of a Status object, such as an ERROR event of a watch carries. */
export function errorOfStatus(status: JsonObject, fallback = 500, retryAfter?: number): StatusError {
  const said = getPath(status, 'code');
  const code = typeof said === 'number' && said > 0 ? said : fallback;
  const seconds = getPath(status, 'details', 'retryAfterSeconds');
  const wait = retryAfter ?? (typeof seconds === 'number' && seconds > 0 ? seconds : undefined);
  const reason = getString(status, 'reason') || (REASONS.get(code) ?? 'Unknown');
  return new StatusError(code, reason, getString(status, 'message') ?? reason, status, wait);
}

/** Seconds of a Retry-After header; dates are not used by API servers. */
export function retryAfterOf(headers: Readonly<Record<string, string>>): number | undefined {
  const value = headers['retry-after'];
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** Codes of Node and OpenSSL, and what each means to the user. */
const CONNECTION: readonly [pattern: RegExp, reason: string, words: string][] = [
  [/^ECONNREFUSED$/, 'ConnectionRefused', 'the connection was refused: is the cluster running?'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'HostNotFound', 'the host name cannot be resolved'],
  [/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN)$/, 'Unreachable', 'the host cannot be reached'],
  [/^CERT_HAS_EXPIRED$/, 'CertificateExpired', "the server's certificate has expired"],
  [/^CERT_NOT_YET_VALID$/, 'CertificateNotYetValid', "the server's certificate is not valid yet: is the clock right?"],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'CertificateWrongHost', "the server's certificate is for another host"],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE)$/,
    'CertificateUntrusted',
    "the server's certificate is not signed by the certificate authority of the kubeconfig",
  ],
  [
    /^ERR_SSL_.*ALERT_CERTIFICATE_EXPIRED$/,
    'ClientCertificateExpired',
    'the client certificate of the kubeconfig has expired',
  ],
  [
    /^ERR_SSL_.*ALERT_(BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_(REQUIRED|UNKNOWN|REVOKED))$/,
    'ClientCertificateRefused',
    'the server refuses the client certificate of the kubeconfig',
  ],
  [/^ERR_SSL_WRONG_VERSION_NUMBER$/, 'NotTls', 'the server does not speak TLS at this address'],
  [/^ERR_(OSSL|SSL)_/, 'Tls', 'the TLS handshake failed'],
];

/** The error of a connection that failed; its `code` is 0. */
export function errorOfConnection(error: unknown, server: string): StatusError {
  if (error instanceof StatusError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const found = CONNECTION.find(([pattern]) => pattern.test(code));
  const message = reasonOf(error);
  if (found) return new StatusError(0, found[1], `${server}: ${found[2]} (${code})`);
  return new StatusError(0, 'ConnectionReset', `${server}: the connection broke: ${message}`);
}

/** The failure for a kind that the cluster does not serve, in the words of client-go. */
export function noKindMatch(gvk: GroupVersionKind): StatusError {
  return new StatusError(404, 'NoKindMatch', `no matches for kind "${gvk.kind}" in version "${apiVersionOf(gvk)}"`);
}

/** Whether the server cannot serve a resourceVersion yet: it was restarted, or another one answers (faults: 504). */
export function isTooLargeVersion(error: StatusError): boolean {
  const causes = getPath(error.status, 'details', 'causes');
  const said = (Array.isArray(causes) ? causes : []).some(
    (cause) =>
      getString(cause, 'reason') === 'ResourceVersionTooLarge' ||
      getString(cause, 'message') === 'Too large resource version',
  );
  return said || (error.reason === 'Timeout' && error.message.includes('Too large resource version'));
}

/** Whether the history that a watch or a page asked for is gone. */
export function isExpired(error: StatusError): boolean {
  return error.code === 410 || error.reason === 'Expired' || error.reason === 'Gone';
}
