// Many Kustomizations of one source are asked for at once, as Reconcile All does: each asks for the source too.
import { expect, test } from 'vitest';
import { refOf } from '../../src/model/objectRef.ts';
import { configMap, kustomization, openRepository, signal } from './cluster.ts';
import { openOnCluster } from './openOnCluster.ts';

const PATIENCE = { timeout: 20_000 };
const NAMES = Array.from({ length: 12 }, (_, at) => `app-${at}`);

test('a request for a source that another one has overtaken is handled with that one', async () => {
  const files = NAMES.flatMap((name) => [
    [`clusters/dev/${name}.yaml`, kustomization(name, `./${name}`)],
    [`${name}/one.yaml`, configMap(name, 'a')],
  ]);
  const root = await openRepository(Object.fromEntries(files) as Record<string, string>);
  const workspace = await openOnCluster(root);
  await workspace.clusters.startLoop('dev', () => undefined, signal);
  const objects = () => workspace.state.clusters[0]?.kustomizations ?? [];
  await expect.poll(() => objects().length, PATIENCE).toBeGreaterThanOrEqual(NAMES.length);
  const asked: Promise<void>[] = [];
  for (const object of objects()) {
    asked.push(workspace.reconcile('dev', refOf(object), { withSource: true }, signal));
    // Each request has a time of its own.
    const now = Date.now();
    while (Date.now() === now) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(asked);
}, 30_000);
