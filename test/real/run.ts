// The suites against the real programs. Each says "skipped: NAME not found" where its program is missing.
import { withKnownDifferences } from '../../scripts/knownDifferences.ts';
import { counted, onlyFlag, runSuites } from '../../scripts/suites.ts';

await runSuites(
  [
    { name: 'samples against kustomize', run: () => counted('test/real/samples.ts', []) },
    { name: 'samples end to end', run: () => counted('test/real/repositories.ts', ['shop', 'vote']) },
    {
      name: 'generated trees against kustomize',
      run: () => counted('test/real/trees.ts', ['--runs', '2000', '--seed', '1']),
    },
    { name: 'remote resources and charts', run: () => counted('test/real/remotes.ts', []) },
    { name: 'recorded controllers', run: () => withKnownDifferences(['flux/scenarios.jsonl'], 'flux.txt') },
    { name: 'kubectl on the embedded cluster', run: () => counted('test/real/kubectl.ts', []) },
  ],
  onlyFlag(),
);
