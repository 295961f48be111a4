// The suites against the real programs. Each says "skipped: NAME not found" where its program is missing.
import { counted, onlyFlag, runSuites } from '../../scripts/suites.ts';

await runSuites(
  [
    { name: 'samples against kustomize', run: () => counted('test/real/samples.ts', []) },
    { name: 'generated trees against kustomize', run: () => counted('test/real/trees.ts', ['--runs', '1000']) },
    { name: 'kubectl on the embedded cluster', run: () => counted('test/real/kubectl.ts', []) },
  ],
  onlyFlag(),
);
