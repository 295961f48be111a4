// A loop that is ended from outside in the middle of an apply, as an editor ends its engine: it is gone soon, its Lease is given
// back, and the next loop ends what it had begun.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { getString } from '../../src/model/json.ts';
import { configMap, kustomization, openCluster, openRepository, signal } from './cluster.ts';
import { faults } from './faults.ts';
import { plumbline } from './program.ts';

const CLI = join(import.meta.dirname, '../../src/cli.ts');
const LEASE = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  namespace: 'kube-system',
  name: 'plumbline-loop',
};
const ONE = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' };
const PATIENCE = { timeout: 30_000, interval: 20 };

test('P3: ended in the middle of an apply while the cluster does not answer', async () => {
  const root = await openRepository({
    'clusters/dev/app.yaml': kustomization('app', './app'),
    'app/one.yaml': configMap('one', 'first'),
  });
  const list = faults();
  list.add({ at: /PATCH .*\/configmaps\/one\?/, does: new Promise(() => undefined) });
  const { client, kubeconfig } = await openCluster(list.intercept);
  const words = ['run', '--workspace', root, '--kubeconfig', kubeconfig];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, ...words], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<string>((resolve) =>
    child.once('exit', (code, killedBy) => resolve(killedBy ?? `exit code ${code}`)),
  );
  await vi.waitFor(() => expect(list.happened).toHaveLength(1), PATIENCE);
  child.kill('SIGTERM');
  expect(await ended).toMatch(/^exit code \d+$/);
  expect(getString(await client.get(LEASE, signal), 'spec', 'holderIdentity')).toBe('');
  expect(await client.get(ONE, signal)).toBeUndefined();
  expect(await plumbline([...words, '--once'])).toMatchObject({ code: 0 });
  expect(await client.get(ONE, signal)).toBeDefined();
});
