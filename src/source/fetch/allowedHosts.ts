// Which hosts a build may fetch from: what the user has allowed, and nothing else. Opens no connection.
import type { Fetched } from '../wanted.ts';

/** Whether an address may be reached. `file` allows repositories on this machine; `*.example.com` all below that name. */
export function isAllowedHost(url: URL, allowed: readonly string[]): boolean {
  if (url.protocol === 'file:') return allowed.includes('file');
  return allowed.some((each) => {
    const entry = each.toLowerCase();
    // Of ssh addresses the case is kept by who parses them.
    const [hostname, host] = [url.hostname.toLowerCase(), url.host.toLowerCase()];
    if (entry.startsWith('*.')) return hostname.endsWith(entry.slice(1));
    return entry === hostname || entry === host;
  });
}

/** What to allow for an address, as it has to be written. */
function hostToAllow(url: URL): string {
  return url.protocol === 'file:' ? 'file' : url.host;
}

/** Why an address is not asked, with what would allow it. */
export function refusedHost(url: URL): Fetched {
  const host = hostToAllow(url);
  return {
    kind: 'refused',
    reason: `'${host}' is not among the allowed hosts; allow it with --allow-hosts ${host} or the setting plumbline.remote.allowedHosts`,
  };
}

/** The address of a repository as a URL: `git@host:path` is one over ssh. Undefined where it cannot be one. */
export function repositoryUrl(address: string): URL | undefined {
  const scp = /^(?:([\w-]+)@)?([\w.-]+):(?!\/\/)(.*)$/.exec(address);
  const text = scp ? `ssh://${scp[1] === undefined ? '' : `${scp[1]}@`}${scp[2] ?? ''}/${scp[3] ?? ''}` : address;
  return URL.canParse(text) ? new URL(text) : undefined;
}
