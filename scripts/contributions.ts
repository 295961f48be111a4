// Writes what the extension contributes into package.json and package.nls.json, from src/editor/contributions.ts.
import { join } from 'node:path';
import { root, run } from './suites.ts';

process.env['UPDATE'] = '1';
const { code } = await run(process.execPath, [
  join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  'src/editor/contributions.test.ts',
]);
process.exitCode = code;
