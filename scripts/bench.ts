// `npm run bench [-- NAME...]`: each benchmark runs its peer in the same run and prints a ratio. Absolute times belong to
// this machine and this moment; the ratios are what to compare.
import { benchCluster } from './bench/cluster.ts';
import { benchCommit } from './bench/commit.ts';
import { benchDrift } from './bench/drift.ts';
import { benchKeystroke } from './bench/keystroke.ts';
import { benchPlan } from './bench/plan.ts';
import { benchReach } from './bench/reach.ts';
import { benchReconcile } from './bench/reconcile.ts';
import { benchRender } from './bench/render.ts';
import { benchSizes } from './bench/sizes.ts';

const benchmarks: readonly { readonly name: string; readonly run: () => Promise<void> }[] = [
  { name: 'render', run: benchRender },
  { name: 'reach', run: benchReach },
  { name: 'cluster', run: benchCluster },
  { name: 'commit', run: benchCommit },
  { name: 'reconcile', run: benchReconcile },
  { name: 'plan', run: benchPlan },
  { name: 'drift', run: benchDrift },
  { name: 'keystroke', run: benchKeystroke },
  { name: 'sizes', run: benchSizes },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benchmarks.some((one) => one.name === name));
if (unknown.length > 0) {
  console.error(`unknown benchmark ${unknown.join(', ')}: there are ${benchmarks.map((one) => one.name).join(', ')}`);
  process.exitCode = 2;
} else {
  for (const { name, run } of benchmarks.filter((one) => wanted.length === 0 || wanted.includes(one.name))) {
    console.log(`\n== ${name}`);
    await run();
  }
}
