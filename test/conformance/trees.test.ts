// Trees that once came out differently from the real kustomize (found by test/real/trees.ts), against its recorded answers.
// `node test/real/treeCases.ts` asks the real program again.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hasErrors } from '../../src/model/finding.ts';
import { build } from '../../src/render/build.ts';
import { printManifests } from '../../src/render/output/print.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { memorySnapshot } from '../../src/source/memory.ts';
import { parseTreeCase } from './treeCase.ts';

const folder = new URL('trees/', import.meta.url);
const schemas = builtinSchemas();

for (const name of readdirSync(folder)) {
  const { about, files, expected } = parseTreeCase(readFileSync(new URL(name, folder), 'utf8'));
  test(about, () => {
    const { manifests, findings } = build(memorySnapshot(files), 'root', {
      schemas,
      loadRestrictor: 'rootOnly',
      order: 'legacy',
    });
    expect(hasErrors(findings) ? undefined : printManifests(manifests)).toBe(expected);
  });
}
