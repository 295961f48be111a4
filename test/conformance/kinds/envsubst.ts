// Runs golden/envsubst.jsonl: the grammar of fluxcd/pkg/envsubst.
import { evaluate } from '../../../src/render/substitute/evaluate.ts';
import { bytesOf } from '../../../src/render/substitute/byteString.ts';
import { getObject, getString } from '../../../src/model/json.ts';
import type { GoldenRunner } from '../golden.ts';

export const runners: Record<string, GoldenRunner> = {
  envsubst: (record) => {
    const vars = getObject(record, 'vars') ?? {};
    const result = evaluate(
      String(record['expr']),
      (name) => (Object.hasOwn(vars, name) ? String(vars[name]) : undefined),
      record['strict'] === true,
    );
    const failed = getString(record, 'error') !== undefined;
    if (!result.ok)
      return failed ? undefined : `failed with ${result.error}, expected ${JSON.stringify(record['output'])}`;
    if (failed) return `gave ${JSON.stringify(result.text)}, expected the error ${String(record['error'])}`;
    const expected = getString(record, 'output_b64');
    if (expected !== undefined)
      return Buffer.from(bytesOf(result.bytes)).toString('base64') === expected ? undefined : 'other bytes';
    return result.text === record['output']
      ? undefined
      : `gave ${JSON.stringify(result.text)}, expected ${JSON.stringify(record['output'])}`;
  },
};
