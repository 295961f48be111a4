// How a connection to a Git server is opened: with the certificates of a Secret, directly or through a proxy. Sends no
// request body and follows nothing.
import { request as httpRequest } from 'node:http';
import type { ClientRequest, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as tlsConnect, rootCertificates } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { GitError } from './gitError.ts';

export interface ConnectionSecrets {
  /** PEM certificates that are trusted beside the usual ones. */
  readonly ca?: string | undefined;
  /** The client's certificate and key, PEM. */
  readonly clientCertificate?: string | undefined;
  readonly clientKey?: string | undefined;
  /** The address of an HTTP proxy, with its login. */
  readonly proxy?: string | undefined;
}

/** Opens a request; the caller ends it. Throws GitError where the proxy refuses. */
export async function openRequest(url: URL, init: RequestOptions, secrets: ConnectionSecrets): Promise<ClientRequest> {
  const tls = tlsOptions(secrets);
  if (!secrets.proxy)
    return url.protocol === 'https:' ? httpsRequest(url, { ...init, ...tls }) : httpRequest(url, init);
  const proxy = proxyOf(secrets.proxy);
  if (url.protocol === 'http:') return throughProxy(proxy, url, init);
  const socket = await tunnel(proxy, url, init.signal);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const named = isIP(host) === 0 ? { servername: host } : {};
  // Without an agent: it would open a connection of its own.
  return httpsRequest(url, { ...init, createConnection: () => tlsConnect({ ...tls, ...named, socket, host }) });
}

/** Secrets without what shows who asks: a redirect led to another host. */
export function anonymous(secrets: ConnectionSecrets): ConnectionSecrets {
  return { ca: secrets.ca, proxy: secrets.proxy };
}

function tlsOptions({ ca, clientCertificate, clientKey }: ConnectionSecrets): ConnectionOptions {
  return {
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    ...(clientCertificate === undefined || clientKey === undefined ? {} : { cert: clientCertificate, key: clientKey }),
  };
}

function proxyOf(address: string): URL {
  if (!URL.canParse(address)) throw new GitError('network', 'the address of the proxy cannot be read');
  const proxy = new URL(address);
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:')
    throw new GitError(
      'unsupported-url',
      `a proxy of the kind ${proxy.protocol}// is not supported: use http or https`,
    );
  return proxy;
}

/** Without encryption the proxy itself is asked for the whole address. */
function throughProxy(proxy: URL, url: URL, init: RequestOptions): ClientRequest {
  const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = { ...init.headers, host: url.host, ...proxyLogin(proxy) };
  return send(bare(proxy), { ...init, path: url.href, headers });
}

function tunnel(proxy: URL, url: URL, signal: AbortSignal | undefined): Promise<Socket> {
  const target = `${url.hostname}:${url.port === '' ? '443' : url.port}`;
  const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const headers = { host: target, ...proxyLogin(proxy) };
    const request = send(bare(proxy), {
      method: 'CONNECT',
      path: target,
      headers,
      agent: false,
      ...(signal ? { signal } : {}),
    });
    const refuse = (status: number | undefined): void =>
      reject(
        new GitError('network', `the proxy ${proxy.host} refuses to connect to ${target}: it answers ${status ?? 0}`),
      );
    request.on('connect', (answer, socket) => {
      if (answer.statusCode === 200) return resolve(socket);
      socket.destroy();
      refuse(answer.statusCode);
    });
    request.on('response', (answer) => (answer.resume(), refuse(answer.statusCode)));
    request.on('error', (error) => reject(new GitError('network', `the proxy ${proxy.host}: ${error.message}`)));
    request.end();
  });
}

function bare(proxy: URL): URL {
  const plain = new URL(proxy);
  plain.username = plain.password = '';
  return plain;
}

function proxyLogin({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` };
}
