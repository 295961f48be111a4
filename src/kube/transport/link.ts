// Opens a way to a server: a socket (through a proxy where one is set), TLS with the kubeconfig's own certificates, and the
// protocol that the server chooses. Certificates are checked unless the kubeconfig says otherwise.
import { request as proxyRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { TlsMaterial } from '../login/access.ts';
import { StatusError } from '../client.ts';
import { http1Link } from './http1.ts';
import { http2Link } from './http2.ts';
import type { Link } from './wire.ts';

export interface LinkOptions {
  /** `https://host:port`; for messages and the Host header. */
  readonly server: string;
  /** Asked for each connection, since client certificates may be renewed. */
  readonly tls: () => Promise<TlsMaterial>;
  readonly proxy?: string | undefined;
}

const CONNECT_TIMEOUT = 10_000;

export async function openLink(options: LinkOptions): Promise<Link> {
  const url = new URL(options.server);
  if (url.protocol === 'http:') return http1Link(options.server, () => openTcp(url, options.proxy));
  const material = await options.tls();
  const first = await openTls(url, material, options.proxy, ['h2', 'http/1.1']);
  if (first.alpnProtocol === 'h2') return http2Link(options.server, first);
  first.destroy();
  return http1Link(options.server, () => openTls(url, material, options.proxy, ['http/1.1']));
}

function hostOf(url: URL): { host: string; port: number } {
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

/** A connected socket with a limit on the time that it takes. */
function connected<S extends Socket>(socket: S, event: string): Promise<S> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => socket.destroy(Object.assign(new Error('the connection timed out'), { code: 'ETIMEDOUT' })),
      CONNECT_TIMEOUT,
    );
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error('the connection was closed'));
    });
    socket.once(event, () => {
      clearTimeout(timer);
      socket.removeAllListeners('error').removeAllListeners('close');
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 30_000);
      resolve(socket);
    });
  });
}

async function openTcp(url: URL, proxy: string | undefined): Promise<Socket> {
  if (proxy !== undefined) return openTunnel(url, new URL(proxy));
  return connected(connectTcp(hostOf(url)), 'connect');
}

async function openTls(url: URL, tls: TlsMaterial, proxy: string | undefined, protocols: string[]): Promise<TLSSocket> {
  const { host } = hostOf(url);
  const socket = await openTcp(url, proxy);
  const isAddress = /^[\d.]+$|:/.test(host);
  const secure = connectTls({
    socket,
    host,
    ALPNProtocols: protocols,
    rejectUnauthorized: tls.insecure !== true,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    // A server name in the hello must not be an address.
    ...(tls.serverName === undefined ? (isAddress ? {} : { servername: host }) : { servername: tls.serverName }),
  });
  return connected(secure, 'secureConnect');
}

/** A tunnel through an HTTP proxy. The proxy's own credentials are in its address and go nowhere else. */
function openTunnel(url: URL, proxy: URL): Promise<Socket> {
  const { host, port } = hostOf(url);
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const headers = proxy.username === '' ? {} : { 'proxy-authorization': `Basic ${btoa(login)}` };
  return new Promise((resolve, reject) => {
    const asked = proxyRequest({
      ...hostOf(proxy),
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...headers },
      timeout: CONNECT_TIMEOUT,
    });
    asked.once('timeout', () =>
      asked.destroy(Object.assign(new Error('the proxy does not answer'), { code: 'ETIMEDOUT' })),
    );
    asked.once('error', reject);
    asked.once('connect', (answer, socket) => {
      if (answer.statusCode === 200) return resolve(socket);
      socket.destroy();
      const why = answer.statusCode === 407 ? 'asks for a login' : `answered ${answer.statusCode ?? 0}`;
      return reject(new StatusError(0, 'ProxyRefused', `the proxy ${proxy.host} ${why} when asked for ${target}`));
    });
    asked.end();
  });
}
