// Which proxy an address is reached through, by the variables that kubectl reads. Opens nothing.

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for a server: HTTPS_PROXY or HTTP_PROXY by its scheme, unless NO_PROXY names the host. Never for loopback. */
export function proxyFor(server: string, env: Environment): string | undefined {
  const url = new URL(server);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) return undefined;
  const secure = url.protocol === 'https:';
  const proxy = secure ? (env['HTTPS_PROXY'] ?? env['https_proxy']) : (env['HTTP_PROXY'] ?? env['http_proxy']);
  if (!proxy || excluded(host, url.port || (secure ? '443' : '80'), env['NO_PROXY'] ?? env['no_proxy'] ?? ''))
    return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function excluded(host: string, port: string, list: string): boolean {
  return list.split(',').some((entry) => {
    const rule = entry.trim().toLowerCase();
    if (rule === '') return false;
    if (rule === '*') return true;
    if (rule.includes('/')) return inNetwork(host, rule);
    const [name = '', only] = /^(.*?)(?::(\d+))?$/.exec(rule)?.slice(1) ?? [];
    if (only !== undefined && only !== port) return false;
    const domain = name.replace(/^\*?\./, '');
    return host === domain || host.endsWith(`.${domain}`);
  });
}

/** IPv4 networks alone: `10.0.0.0/8`. */
function inNetwork(host: string, rule: string): boolean {
  const [network = '', bits = '32'] = rule.split('/');
  const [a, b] = [addressOf(host), addressOf(network)];
  if (a === undefined || b === undefined) return false;
  const shift = 32 - Number(bits);
  return shift >= 32 || a >>> shift === b >>> shift;
}

function addressOf(text: string): number | undefined {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((sum, part) => ((sum << 8) | part) >>> 0, 0);
}
