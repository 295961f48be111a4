// The suites against the real programs. Each says "skipped: NAME not found" where its program is missing.
import { existsSync } from 'node:fs';
import { withKnownDifferences } from '../../scripts/knownDifferences.ts';
import { counted, onlyFlag, runSuites } from '../../scripts/suites.ts';
import type { Suite } from '../../scripts/suites.ts';

const SAMPLES = ['media/samples/shop/tree', 'media/samples/vote/tree'];

/** The samples, and the recorded builds where they are there. */
function conformanceData(): string[] {
  const recorded = '../shared/conformance/kustomize.jsonl';
  return existsSync(recorded) ? [...SAMPLES, recorded] : SAMPLES;
}

/** Those that need the real controllers, or are not settled enough to hold up everything: run with `--only=NAME`. */
const byHand: readonly Suite[] = [
  { name: 'taking turns with the controllers', run: () => counted('test/real/interop.ts', []) },
  { name: 'odd specs beside the controllers', run: () => counted('test/real/fluxCases.ts', []) },
];

const only = onlyFlag();
await runSuites(
  [
    ...byHand.filter(({ name }) => name === only),
    { name: 'samples against kustomize', run: () => counted('test/real/samples.ts', []) },
    { name: 'samples end to end', run: () => counted('test/real/repositories.ts', ['shop', 'vote']) },
    {
      name: 'generated trees against kustomize',
      run: () => counted('test/real/trees.ts', ['--runs', '2000', '--seed', '1']),
    },
    {
      name: 'generated Flux Kustomizations against flux build',
      run: () => counted('test/real/fluxBuilds.ts', ['--runs', '300', '--seed', '1']),
    },
    {
      name: 'generated trees, edited, against builds from scratch',
      run: () => counted('test/render/treeEdits.ts', ['--runs', '250', '--seed', '1000']),
    },
    {
      name: 'generated Flux Kustomizations, edited, against builds from scratch',
      run: () => counted('test/render/treeEdits.ts', ['--flux', '--runs', '500', '--seed', '1000']),
    },
    { name: 'recorded trees against kustomize', run: () => counted('test/real/treeCases.ts', []) },
    { name: 'remote resources and charts', run: () => counted('test/real/remotes.ts', []) },
    {
      name: 'origins by mutation',
      run: () => counted('test/real/mutations.ts', ['--runs', '5000', '--seed', '1', ...conformanceData()]),
    },
    { name: 'rules of definitions on kube-apiserver', run: () => counted('test/real/celRules.ts', []) },
    { name: 'admission policies on kube-apiserver', run: () => counted('test/real/admissionPolicies.ts', []) },
    { name: 'priority classes on kube-apiserver', run: () => counted('test/real/priorities.ts', []) },
    { name: 'admission webhooks on kube-apiserver', run: () => counted('test/real/webhooks.ts', []) },
    { name: 'recorded controllers', run: () => withKnownDifferences(['flux/scenarios.jsonl'], 'flux.txt') },
    {
      name: 'generated writes against kube-apiserver',
      run: () => counted('test/real/mergeSequences.ts', ['--runs', '200', '--seed', '1']),
    },
    {
      name: 'odd fields against kube-apiserver',
      run: () => counted('test/real/oddFields.ts', ['--runs', '1500', '--seed', '5']),
    },
    {
      name: 'generated edits beside the controllers',
      run: () => counted('test/real/loopScenarios.ts', ['--runs', '12', '--seed', '1', '--minutes', '3']),
    },
    { name: 'kubectl on the embedded cluster', run: () => counted('test/real/kubectl.ts', []) },
  ],
  only,
);
