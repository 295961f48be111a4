import { expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { managedFieldsFromScale, managedFieldsOfScale, replicasPath } from './scale.ts';

const paths = new Map([['apps/v1', replicasPath('.spec.replicas')]]);
const entry = (manager: string, apiVersion: string, fields: JsonObject, subresource?: string): JsonObject => ({
  manager,
  operation: 'Apply',
  apiVersion,
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:spec': fields },
  ...(subresource === undefined ? {} : { subresource }),
});
const object = [
  entry('one', 'apps/v1', { 'f:paused': {}, 'f:replicas': {} }),
  entry('two', 'apps/v1', { 'f:paused': {} }),
];

test('a Scale shows who owns its replicas', () => {
  expect(managedFieldsOfScale(object, paths)).toEqual([entry('one', 'autoscaling/v1', { 'f:replicas': {} })]);
});

test('who wins the replicas of a Scale owns those of the object', () => {
  expect(
    managedFieldsFromScale(object, [entry('hpa', 'autoscaling/v1', { 'f:replicas': {} }, 'scale')], 'apps/v1', paths),
  ).toEqual([
    entry('hpa', 'apps/v1', { 'f:replicas': {} }, 'scale'),
    entry('one', 'apps/v1', { 'f:paused': {} }),
    entry('two', 'apps/v1', { 'f:paused': {} }),
  ]);
});
