// A real control plane (etcd and kube-apiserver) on loopback, for tests and benchmarks that compare with it.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/freePort.ts';
import { ended } from './ended.ts';
import { findOracle } from './oracle.ts';

const TOKEN = 'real-control-plane';
const POLL_MS = 50;

export interface ControlPlane {
  readonly url: string;
  /** The bearer token of the administrator. */
  readonly token: string;
  /** A kubeconfig of the administrator. */
  readonly kubeconfig: string;
  /** Process ids: etcd, kube-apiserver. */
  readonly pids: readonly number[];
  dispose(): Promise<void>;
}

/** Starts it and resolves when /readyz answers; undefined where a program is missing. */
export async function startControlPlane(
  signal: AbortSignal = AbortSignal.timeout(90_000),
): Promise<ControlPlane | undefined> {
  const etcd = findOracle('etcd');
  const apiserver = findOracle('kube-apiserver');
  if (!etcd || !apiserver) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-plane-'));
  const [client, peer, secure] = await Promise.all([freePort(), freePort(), freePort()]);
  const children: ChildProcess[] = [];
  const start = (program: string, args: string[]): void => {
    children.push(spawn(program, args, { stdio: 'ignore', cwd: folder }));
  };
  const dispose = async (): Promise<void> => {
    for (const child of children.reverse()) await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    writeFileSync(join(folder, 'key.pem'), privateKey, { mode: 0o600 });
    writeFileSync(join(folder, 'pub.pem'), publicKey);
    writeFileSync(join(folder, 'tokens.csv'), `${TOKEN},admin,admin,system:masters\n`, { mode: 0o600 });
    start(etcd, [
      '--data-dir',
      join(folder, 'etcd'),
      '--unsafe-no-fsync',
      '--listen-client-urls',
      `http://127.0.0.1:${client}`,
      '--advertise-client-urls',
      `http://127.0.0.1:${client}`,
      '--listen-peer-urls',
      `http://127.0.0.1:${peer}`,
    ]);
    start(apiserver, [
      `--etcd-servers=http://127.0.0.1:${client}`,
      `--secure-port=${secure}`,
      '--bind-address=127.0.0.1',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${join(folder, 'pub.pem')}`,
      `--service-account-signing-key-file=${join(folder, 'key.pem')}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      '--authorization-mode=RBAC',
      '--allow-privileged=true',
      `--token-auth-file=${join(folder, 'tokens.csv')}`,
      '--disable-admission-plugins=ServiceAccount',
      `--cert-dir=${join(folder, 'certs')}`,
    ]);
    const url = `https://127.0.0.1:${secure}`;
    while (!(await isReady(url))) {
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, kubeconfigText(url), { mode: 0o600 });
    return {
      url,
      token: TOKEN,
      kubeconfig,
      pids: children.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function kubeconfigText(server: string): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'real',
    clusters: [{ name: 'real', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'admin', user: { token: TOKEN } }],
    contexts: [{ name: 'real', context: { cluster: 'real', user: 'admin' } }],
  };
  return JSON.stringify(config, null, 2);
}

function isReady(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request(
      `${url}/readyz`,
      { rejectUnauthorized: false, agent: false, timeout: 1_000, headers: { authorization: `Bearer ${TOKEN}` } },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.end();
  });
}
