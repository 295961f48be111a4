import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkDigests } from './fluxDigest.ts';

const file = join(import.meta.dirname, '../../../shared/conformance/flux/scenarios.jsonl');

test('builds have the digests that kustomize-controller recorded', () => {
  if (!existsSync(file)) {
    console.log('skipped: ../shared/conformance not found');
    return;
  }
  const { results } = checkDigests(file);
  expect(results.filter((result) => result.problem !== undefined).map((result) => result.id)).toEqual([]);
  expect(results.length).toBeGreaterThan(300);
});
