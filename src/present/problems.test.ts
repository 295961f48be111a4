import { expect, test } from 'vitest';
import type { Finding } from '../model/finding.ts';
import { shortCause } from './problems.ts';

const message = 'spec.ports[0].containerPort: expected integer, got "eighty"';
const finding: Finding = { code: 'schema-type', severity: 'error', message, field: 'spec.ports[0].containerPort' };

test('a row of a tree begins with the cause, not with the path of the field', () => {
  expect(shortCause(finding)).toBe('expected integer, got "eighty"');
  expect(shortCause({ ...finding, field: 'spec.other' })).toBe(message);
});
