// The real source-controller and kustomize-controller on a cluster, for tests and benchmarks that compare with them.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../../scripts/freePort.ts';
import { ended } from './ended.ts';
import { findOracle } from './oracle.ts';

export interface FluxControllers {
  /** Process ids: source-controller, kustomize-controller. */
  readonly pids: readonly number[];
  dispose(): Promise<void>;
}

/** Puts Flux's own definitions into a cluster. False where kubectl or the definitions are missing. */
export function installFluxDefinitions(kubeconfig: string): boolean {
  const kubectl = findOracle('kubectl');
  const controller = findOracle('source-controller');
  if (!kubectl || !controller) return false;
  const folder = join(dirname(dirname(controller)), 'crds');
  const files = ['source-controller.yaml', 'kustomize-controller.yaml'].map((name) => join(folder, name));
  if (!files.every((file) => existsSync(file))) return false;
  const apply = spawnSync(
    kubectl,
    ['--kubeconfig', kubeconfig, 'apply', '--server-side', ...files.flatMap((file) => ['-f', file])],
    { stdio: 'ignore' },
  );
  const namespace = spawnSync(kubectl, ['--kubeconfig', kubeconfig, 'create', 'namespace', 'flux-system'], {
    stdio: 'ignore',
  });
  const established = spawnSync(
    kubectl,
    ['--kubeconfig', kubeconfig, 'wait', '--for=condition=established', 'crd', '--all', '--timeout=30s'],
    { stdio: 'ignore' },
  );
  return apply.status === 0 && namespace.status === 0 && established.status === 0;
}

/** Starts both controllers; undefined where a program is missing. `more` are further arguments of the second, `both` of both. */
export async function startFluxControllers(
  kubeconfig: string,
  more: readonly string[] = [],
  both: readonly string[] = [],
): Promise<FluxControllers | undefined> {
  const source = findOracle('source-controller');
  const kustomize = findOracle('kustomize-controller');
  if (!source || !kustomize) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-flux-'));
  mkdirSync(join(folder, 'storage'));
  const ports = await Promise.all(Array.from({ length: 5 }, () => freePort()));
  const [storage, ...others] = ports.map((port) => `127.0.0.1:${port}`);
  const env = { ...process.env, KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: 'flux-system', TMPDIR: folder };
  const start = (program: string, args: readonly string[]): ChildProcess =>
    spawn(program, ['--events-addr=', '--watch-all-namespaces', '--log-level=error', ...both, ...args], {
      env,
      stdio: 'ignore',
      cwd: folder,
    });
  const children = [
    start(source, [
      `--storage-path=${join(folder, 'storage')}`,
      `--storage-addr=${storage ?? ''}`,
      `--storage-adv-addr=${storage ?? ''}`,
      `--metrics-addr=${others[0] ?? ''}`,
      `--health-addr=${others[1] ?? ''}`,
    ]),
    start(kustomize, [`--metrics-addr=${others[2] ?? ''}`, `--health-addr=${others[3] ?? ''}`, ...more]),
  ];
  return {
    pids: children.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    async dispose() {
      await Promise.all(children.map((child) => ended(child)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
