// A real etcd and kube-apiserver on loopback for tests that compare with them. Starts in a folder of its own; ends what it started.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '../../src/kube/connect.ts';
import { fixedCredential } from '../../src/kube/access.ts';
import { silentLog } from '../../src/model/log.ts';
import { findOracle } from './oracle.ts';

export interface ControlPlane {
  readonly server: string;
  readonly kubeconfig: string;
  /** Of the serving certificate, which signs itself. */
  readonly ca: string;
  readonly token: string;
  dispose(): Promise<void>;
}

const TOKEN = 'plumbline-test-token';

/** Undefined where a program is missing; the caller says so. */
export async function startControlPlane(): Promise<ControlPlane | undefined> {
  const [etcd, apiserver] = [findOracle('etcd'), findOracle('kube-apiserver')];
  if (!etcd || !apiserver) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'control-plane-'));
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
  const children: ChildProcess[] = [];
  const run = (program: string, args: string[]): void => void children.push(spawn(program, args, { stdio: 'ignore' }));
  const dispose = async (): Promise<void> => {
    for (const child of children.reverse()) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  run(etcd, ['--unsafe-no-fsync', '--data-dir', join(folder, 'etcd'), '--listen-client-urls', `http://127.0.0.1:${client}`, '--advertise-client-urls', `http://127.0.0.1:${client}`, '--listen-peer-urls', `http://127.0.0.1:${peer}`]);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  writeFileSync(join(folder, 'sa.key'), privateKey);
  writeFileSync(join(folder, 'tokens.csv'), `${TOKEN},admin,admin,system:masters\n`);
  run(apiserver, [
    `--etcd-servers=http://127.0.0.1:${client}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'sa.key')}`,
    `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--authorization-mode=RBAC',
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--disable-admission-plugins=ServiceAccount',
    `--cert-dir=${join(folder, 'certs')}`,
  ]);
  const server = `https://127.0.0.1:${port}`;
  try {
    await untilReady(server);
    const ca = readFileSync(join(folder, 'certs', 'apiserver.crt'), 'utf8');
    const kubeconfig = join(folder, 'kubeconfig');
    const cluster = { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
    writeFileSync(kubeconfig, JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters: [{ name: 'real', cluster }], users: [{ name: 'admin', user: { token: TOKEN } }], contexts: [{ name: 'real', context: { cluster: 'real', user: 'admin' } }], 'current-context': 'real' }), { mode: 0o600 });
    return { server, kubeconfig, ca, token: TOKEN, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function untilReady(server: string): Promise<void> {
  const access = { server, tls: { insecure: true }, credentials: fixedCredential({ headers: { authorization: `Bearer ${TOKEN}` } }) };
  const kube = createClient(access, { log: silentLog, timeout: 5_000 });
  try {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(250)) {
      const answer = await kube.raw('GET', '/readyz').catch(() => undefined);
      if (answer?.code === 200) return;
    }
    throw new Error('kube-apiserver did not become ready within a minute');
  } finally {
    kube.dispose();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createServer().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => resolve(port));
    });
  });
}

/** kubectl on that control plane; its standard output. Throws with what it said. */
export function kubectl(plane: ControlPlane, args: readonly string[], input?: string): string {
  return execFileSync('kubectl', ['--kubeconfig', plane.kubeconfig, ...args], { encoding: 'utf8', ...(input === undefined ? {} : { input }) });
}
