// CustomResourceDefinitions that the server refuses for what their versions say beside each other, in the words of a real one.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import type { KindContext } from '../kinds/kind.ts';
import { crdRules } from './rules.ts';

const SCHEMA = {
  openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } } },
};
const EMPTY = { openAPIV3Schema: { type: 'object' } };
const SELECTABLE = { selectableFields: [{ jsonPath: '.spec.a' }] };

function errorsOf(...versions: JsonObject[]): string[] {
  const crd: JsonObject = {
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
      versions: versions.map((version, at) => ({ name: `v${at + 1}`, served: true, storage: at === 0, ...version })),
    },
    status: { storedVersions: ['v1'] },
  };
  const found = crdRules.validate?.(crd, {} as KindContext, undefined) ?? [];
  return found.map(({ field, message }) => `${field}: ${message}`);
}

test('fields may be selected where the schema names them', () => {
  expect(errorsOf({ schema: SCHEMA, ...SELECTABLE })).toEqual([]);
  expect(errorsOf({ schema: SCHEMA, ...SELECTABLE }, { schema: SCHEMA, ...SELECTABLE })).toEqual([]);
  expect(errorsOf({ schema: SCHEMA, ...SELECTABLE }, { schema: EMPTY })).toEqual([]);
});

test('a schema that all versions share stands beside no fields of one of them', () => {
  expect(errorsOf({ schema: SCHEMA, ...SELECTABLE }, { schema: SCHEMA })).toEqual([
    'spec.versions[0].selectableFields: Invalid value: "": may only be set when `version.schema.openAPIV3Schema` is not included',
  ]);
});

test('fields that all versions share stand beside no schema of one of them', () => {
  expect(errorsOf({ schema: SCHEMA, ...SELECTABLE }, { schema: EMPTY, ...SELECTABLE })).toEqual([
    'spec.selectableFields: Invalid value: "": may only be set when validations.schema is included',
  ]);
});

test('what all versions say alike is told once, where the definition has it', () => {
  const scale = { subresources: { scale: { specReplicasPath: '.other.n', statusReplicasPath: '.status.n' } } };
  const column = { additionalPrinterColumns: [{ name: 'A', type: 'text', jsonPath: '.spec.a' }] };
  expect(errorsOf({ schema: SCHEMA, ...scale, ...column })).toEqual([
    'spec.subresources.scale.specReplicasPath: Invalid value: ".other.n": should be a json path under .spec',
    'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
  ]);
});

test('rules below a junctor are read although they may not stand there', () => {
  const not = { 'x-kubernetes-validations': [{ rule: '' }] };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', not } } } };
  const at = 'spec.validation.openAPIV3Schema.properties[spec].not.x-kubernetes-validations';
  expect(errorsOf({ schema })).toEqual([
    `${at}: Forbidden: must be empty to be structural`,
    `${at}[0].rule: Required value: rule is not specified`,
  ]);
});

test('of versions with one name the first finds what is stored', () => {
  expect(errorsOf({ schema: SCHEMA }, { schema: SCHEMA, name: 'v1', storage: true })).toContain(
    'status.storedVersions: Invalid value: ["v1"]: must have the storage version v1',
  );
});
