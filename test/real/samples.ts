// Every kustomization root of the sample repositories, built by us and by the real kustomize.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createSample } from '../../src/samples/createSample.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { reportCounts, reportMissing } from '../counts.ts';
import { findOracle } from './oracle.ts';
import { compareRoot, findRoots } from './roots.ts';

const kustomize = findOracle('kustomize');
if (!kustomize) {
  reportMissing('kustomize');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-samples-'));
  const schemas = builtinSchemas();
  let passed = 0;
  let failed = 0;
  try {
    for (const name of ['shop', 'vote'] as const) {
      await createSample(name, join(folder, name), AbortSignal.timeout(60_000));
      for (const root of findRoots(join(folder, name))) {
        const result = await compareRoot(root, [kustomize, 'build'], schemas);
        if (result.outcome === 'equal') passed++;
        else {
          failed++;
          console.log(`${relative(folder, root)}: ${result.outcome}: ${result.detail}`);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  reportCounts({ passed, failed });
}
