// The addresses that an entry of `resources` or `components` may be: an HTTP file, or a repository with a path in it, in
// all the spellings that kustomize takes (api/internal/git/repospec.go, 5.8). Reads text only.
import { parseGoBool } from '../../model/goBool.ts';
import { cleanPath } from '../load/cleanPath.ts';

/** A repository, a folder in it, and what to read it at. */
export interface RepositoryAddress {
  /** The entry as it was written, by which upstream sees a cycle. */
  readonly raw: string;
  /** What git clones from. */
  readonly url: string;
  /** The folder of the kustomization, relative to the repository; empty for its root. */
  readonly path: string;
  /** A branch, tag or commit; empty for HEAD. */
  readonly ref: string;
  /** Whether its submodules are fetched too. */
  readonly submodules: boolean;
  /** How long it may take to fetch it. */
  readonly timeoutMs: number;
}

/** Whether an entry names a file on a web server. It may still turn out to be a repository. */
export function isHttpAddress(text: string): boolean {
  return /^https?:/i.test(text);
}

/** The repository that an entry names; undefined where it is no address of one, but a path. */
export function repositoryAddress(raw: string): RepositoryAddress | undefined {
  if (raw.startsWith('/')) return undefined;
  const question = raw.indexOf('?');
  const text = question < 0 ? raw : raw.slice(0, question);
  const host = splitHost(withoutPrefix(text, 'git::'));
  if (!host) return undefined;
  const parts = splitPath(host.rest, host.base === 'file://');
  if (!parts || parts.repository === '' || leavesRepository(parts.path)) return undefined;
  return {
    raw,
    url: host.base + parts.repository,
    path: cleanPath(parts.path),
    ...queryOf(question < 0 ? '' : raw.slice(question + 1)),
  };
}

interface Host {
  /** Scheme, user and host, up to and with the separator in front of the path. */
  readonly base: string;
  readonly rest: string;
}

const SCHEMES = ['ssh://', 'https://', 'http://', 'file://'];

function splitHost(text: string): Host | undefined {
  const scheme = SCHEMES.find((each) => text.toLowerCase().startsWith(each)) ?? '';
  const afterScheme = text.slice(scheme.length);
  if (scheme === 'file://') return { base: scheme, rest: afterScheme };
  const user = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(afterScheme)?.[0] ?? '';
  const rest = afterScheme.slice(user.length);
  const github = /^github\.com[/:]/i.test(rest);
  const scpStyle = scheme === '' && (user !== '' || github);
  if (scheme === '' && !scpStyle) return undefined;
  const end = separator(rest, scpStyle);
  const host = end < 0 ? rest : rest.slice(0, end + 1);
  if (host === '') return undefined;
  const path = end < 0 ? '' : rest.slice(end + 1);
  if (!github) return { base: scheme + user + host, rest: path };
  const overSsh = scheme === 'ssh://' || user !== '';
  return { base: overSsh ? `${user}github.com:` : 'https://github.com/', rest: path };
}

/** Where the host ends: at a slash or, in `user@host:path`, at a colon in front of any slash. */
function separator(text: string, scpStyle: boolean): number {
  const slash = text.indexOf('/');
  if (!scpStyle) return slash;
  const colon = text.indexOf(':');
  return slash === -1 || (colon > 0 && colon < slash) ? colon : slash;
}

interface PathParts {
  readonly repository: string;
  readonly path: string;
}

const AZURE = '_git/';

/** Splits at what marks the end of the repository: `_git/NAME`, `//`, `.git`; else behind the second segment. */
function splitPath(text: string, isFile: boolean): PathParts | undefined {
  const azure = text.indexOf(AZURE);
  if (azure >= 0) {
    const [name = '', ...path] = text.slice(azure + AZURE.length).split('/');
    return { repository: text.slice(0, azure + AZURE.length) + name, path: path.join('/') };
  }
  const double = text.indexOf('//');
  if (double >= 0) return { repository: text.slice(0, double), path: text.slice(double + 2) };
  const suffix = text.indexOf('.git');
  if (suffix >= 0) return { repository: text.slice(0, suffix + 4), path: text.slice(suffix + 4) };
  if (isFile) return { repository: text, path: '' };
  const segments = text.split('/');
  if (segments.length < 2) return undefined;
  return { repository: segments.slice(0, 2).join('/'), path: segments.slice(2).join('/') };
}

function leavesRepository(path: string): boolean {
  return cleanPath(path).split('/')[0] === '..';
}

/** `ref`, or `version` where there is none; `submodules`; `timeout`. A query that Go would refuse counts as none. */
function queryOf(query: string): Pick<RepositoryAddress, 'ref' | 'submodules' | 'timeoutMs'> {
  const isRefused = query.includes(';') || /%(?![0-9a-fA-F]{2})/.test(query);
  const values = new URLSearchParams(isRefused ? '' : query);
  return {
    ref: values.get('ref') || values.get('version') || '',
    // What is no boolean at all counts as none.
    submodules: parseGoBool(values.get('submodules') ?? '') !== false,
    timeoutMs: durationOf(values.get('timeout') ?? '') ?? DEFAULT_TIMEOUT_MS,
  };
}

const DEFAULT_TIMEOUT_MS = 27_000;
const LONGEST_MS = 2 ** 31 - 1;
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 36e5,
};

/** Seconds, or a duration as Go writes it; undefined where it is neither, or not above zero. */
function durationOf(text: string): number | undefined {
  const seconds = /^\+?\d+$/.test(text) ? Number(text) : 0;
  const parts = [...text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)];
  const isDuration = /^\+?((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(text);
  const ms = isDuration
    ? parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ''] ?? 0), 0)
    : seconds * 1000;
  return ms > 0 ? Math.min(Math.ceil(ms), LONGEST_MS) : undefined;
}

function withoutPrefix(text: string, prefix: string): string {
  return text.toLowerCase().startsWith(prefix) ? text.slice(prefix.length) : text;
}
