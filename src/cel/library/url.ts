// Kubernetes' functions for URLs, which are what Go's url.ParseRequestURI takes.
import { method, overload } from '../environment.ts';
import type { Library } from '../environment.ts';
import { BOOL, listOf, mapOf, opaque, STRING } from '../types.ts';
import { fault, list, mapFrom } from '../value.ts';
import type { CelValue, Opaque } from '../value.ts';

export const URL_TYPE = opaque('kubernetes.URL');

interface Url {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/** The parts of a URL, or Go's words for what is wrong. */
export function parseRequestUri(text: string): Url | string {
  const failed = (why: string): string => `parse ${JSON.stringify(text)}: ${why}`;
  // eslint-disable-next-line no-control-regex -- they are what is refused
  if (/[\0-\x1f\x7f]/.test(text)) return failed('net/url: invalid control character in URL');
  if (text === '') return failed('empty url');
  if (text === '*') return { scheme: '', host: '', path: '*', query: '' };
  if (text.startsWith(':')) return failed('missing protocol scheme');
  const [, scheme = '', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?([\s\S]*)$/.exec(text) ?? [];
  const [before, query] = cut(rest, '?');
  if (!before.startsWith('/'))
    return scheme === ''
      ? failed('invalid URI for request')
      : { scheme: scheme.toLowerCase(), host: '', path: '', query };
  const hasHost = before.startsWith('//') && (scheme !== '' || !before.startsWith('///'));
  const slash = hasHost && scheme !== '' ? before.indexOf('/', 2) : -1;
  const isHost = hasHost && scheme !== '';
  const authority = isHost ? before.slice(2, slash < 0 ? undefined : slash) : '';
  const path = isHost ? (slash < 0 ? '' : before.slice(slash)) : before;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const wrong = hostFault(host) ?? escapeFault(path) ?? userFault(authority);
  return wrong === undefined ? { scheme: scheme.toLowerCase(), host: unescaped(host), path, query } : failed(wrong);
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function escapeFault(text: string): string | undefined {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(text);
  return bad ? `invalid URL escape ${JSON.stringify(bad[0])}` : undefined;
}

function userFault(authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  if (at < 0) return undefined;
  return /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(authority.slice(0, at)) ? undefined : 'net/url: invalid userinfo';
}

function hostFault(host: string): string | undefined {
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    if (end < 0) return "missing ']' in host";
    const port = host.slice(end + 1);
    return isPort(port) ? undefined : `invalid port ${JSON.stringify(port)} after host`;
  }
  const colon = host.lastIndexOf(':');
  if (colon >= 0 && !isPort(host.slice(colon))) return `invalid port ${JSON.stringify(host.slice(colon))} after host`;
  for (const char of host)
    if (char < '\u0080' && !/[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"%]/.test(char))
      return `invalid character ${JSON.stringify(char)} in host name`;
  const escape = /%(?!25)[0-9a-fA-F]{2}/.exec(host)?.[0];
  if (escape !== undefined && Number.parseInt(escape.slice(1), 16) < 0x80) return `invalid URL escape "${escape}"`;
  return escapeFault(host);
}

function isPort(text: string): boolean {
  return text === '' || /^:\d*$/.test(text);
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** As written, unless it holds what must be escaped. */
function escapedPath(path: string): string {
  if (path === '*' || /^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]%/]*$/.test(path)) return path;
  const bytes = new TextEncoder().encode(unescaped(path));
  return Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9\-_.~$&+,/:;=@]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function queryOf({ query }: Url): CelValue {
  const values = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const [key, value] = cut(pair, '=').map((part) => part.replaceAll('+', ' ')) as [string, string];
    if (escapeFault(key) ?? escapeFault(value)) continue;
    const known = values.get(unescaped(key));
    if (known) known.push(unescaped(value));
    else values.set(unescaped(key), [unescaped(value)]);
  }
  return mapFrom([...values].map(([key, each]) => [key, list(each)]));
}

const hostname = ({ host }: Url): string => {
  const plain = host.replace(/:\d*$/, '');
  return plain.startsWith('[') && plain.endsWith(']') ? plain.slice(1, -1) : plain;
};
const port = ({ host }: Url): string => /:(\d+)$/.exec(host)?.[1] ?? '';

function url(text: string): CelValue {
  const checked = parseRequestUri(text);
  // A second reading without the fragment, which the first takes for a part of path or query.
  const parsed = typeof checked === 'string' ? checked : parseRequestUri(cut(text, '#')[0]);
  if (typeof parsed === 'string') return fault(`URL parse error during conversion from string: ${parsed}`);
  const shown = cut(text, '#')[0];
  return {
    kind: 'opaque',
    type: 'kubernetes.URL',
    data: parsed,
    text: shown,
    equals: (other) => other.text === shown,
  };
}

const part = (id: string, read: (parsed: Url) => CelValue): Library[string] => [
  method(id, [URL_TYPE], STRING, (value: Opaque) => read(value.data as Url)),
];

/** @see k8s.io/apiserver/pkg/cel/library/urls.go */
export const urls: Library = {
  url: [overload('string_to_url', [STRING], URL_TYPE, url)],
  isURL: [overload('is_url_string', [STRING], BOOL, (text: string) => typeof parseRequestUri(text) !== 'string')],
  getScheme: part('url_get_scheme', ({ scheme }) => scheme),
  getHost: part('url_get_host', ({ host }) => host),
  getHostname: part('url_get_hostname', hostname),
  getPort: part('url_get_port', port),
  getEscapedPath: part('url_get_escaped_path', ({ path }) => escapedPath(path)),
  getQuery: [
    method('url_get_query', [URL_TYPE], mapOf(STRING, listOf(STRING)), (value: Opaque) => queryOf(value.data as Url)),
  ],
};
