// No value of a Secret on any side and path: fields, documents, bookkeeping of kubectl, the words of a server.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { diffDocuments } from '../documents.ts';
import { fieldChanges, keptChange } from './fieldChanges.ts';
import { withoutSecretValues } from './secrets.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function secret(password: string, more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 's',
      annotations: { [LAST_APPLIED]: JSON.stringify({ data: { password: btoa(password) } }) },
      managedFields: [{ manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:data': { 'f:password': {} } } }],
    },
    data: { password: btoa(password), user: btoa('me-myself') },
    ...more,
  };
}

const [old, now] = [secret('hunter22'), secret('correct horse')];
const shows = (value: unknown): string[] =>
  ['hunter22', 'correct horse', 'me-myself'].flatMap((text) =>
    [text, btoa(text)].filter((form) => JSON.stringify(value).includes(form)),
  );

test('a change of a value is shown, the value is not', () => {
  const changes = fieldChanges(old, now, { live: old, schema: undefined });
  expect(shows(changes)).toEqual([]);
  expect(changes.map(({ path }) => path)).toEqual([`metadata.annotations[${LAST_APPLIED}]`, 'data.password']);
});

test('keys that come and go with all their values', () => {
  const { data: _, ...bare } = now;
  expect(shows(fieldChanges(bare, now, { live: bare, schema: undefined }))).toEqual([]);
  expect(shows(fieldChanges(now, bare, { live: now, schema: undefined }))).toEqual([]);
  expect(shows(fieldChanges(bare, { ...bare, data: btoa('hunter22') }, { live: bare, schema: undefined }))).toEqual([]);
});

test('both documents of the diff editor, and a field that spec.ignore keeps', () => {
  const documents = diffDocuments(now, old);
  expect(shows(documents)).toEqual([]);
  expect(documents.desired?.['data']).toEqual({ password: '••• (changed)', user: '•••' });
  expect(shows(keptChange(old, { pointer: '/data/password', fate: 'adopt' }))).toEqual([]);
});

test('the words of a server quote what it refuses', () => {
  const refusals = [
    `Secret "s" is invalid: data[password]: Invalid value: "hunter22": too short`,
    `failed to create typed patch object (ns/s; /v1, Kind=Secret): .data.password: expected string, got &value.valueUnstructured{Value:${btoa('hunter22')}}`,
  ];
  for (const message of refusals) {
    const masked = withoutSecretValues(message, [old]);
    expect(shows(masked)).toEqual([]);
    expect(masked).toContain('•••');
  }
  const short = { ...old, data: { pin: 42 } };
  expect(withoutSecretValues('.data.pin: expected string, got {Value:42} of 420', [short])).toBe(
    '.data.pin: expected string, got {Value:•••} of 420',
  );
  expect(withoutSecretValues('spec: hunter22', [{ ...old, kind: 'ConfigMap' }])).toBe('spec: hunter22');
  const common = { ...old, data: { a: btoa('value'), b: btoa('valuable') } };
  expect(withoutSecretValues('Invalid value: "valuable": no value, not value', [common])).toBe(
    'Invalid value: "•••": no •••, not •••',
  );
});
