// Configuration, identity and namespaces.
import { equalJson, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { forbiddenField, invalidValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { isKnownFinalizer, labelName } from '../validation/metadata.ts';
import { nonNegative } from '../validation/values.ts';
import { configKeyErrors, qualifiedNameErrors } from '../../model/names.ts';
import { getString } from '../../model/json.ts';
import { itemsAt, objectAt, setDefault, structAt } from './defaulting.ts';
import type { KindRules } from './kind.ts';
import { secretTypeErrors } from './validateSecret.ts';

/** A value that is null is stored so, and read as an empty one: the next write stores something new. */
const emptyBytes =
  (field: string) =>
  (object: JsonObject): void => {
    const bytes = objectAt(object, field);
    for (const [key, value] of Object.entries(bytes ?? {})) if (bytes && value === null) setKey(bytes, key, '');
  };

export const secret: KindRules = {
  fromStore: emptyBytes('data'),
  default: (object) => {
    setDefault(object, 'type', 'Opaque');
    // With the defaults, since managers of creates and updates own `data` for it.
    storeStringData(object);
  },
  validate: (object, _context, old) => [
    ...(old ? [...immutableTypeErrors(object, old), ...immutableErrors(object, old, ['data'])] : []),
    ...dataErrors(object, ['data']),
    ...secretTypeErrors(object),
  ],
};

function immutableTypeErrors(object: JsonObject, old: JsonObject): FieldError[] {
  return object['type'] === old['type'] ? [] : [invalidValue('type', object['type'], 'field is immutable')];
}

/** `stringData` is written into `data` and forgotten. */
function storeStringData(object: JsonObject): void {
  const texts = objectAt(object, 'stringData');
  if (texts) {
    const data = structAt(object, 'data');
    for (const [key, value] of Object.entries(texts))
      setKey(data, key, Buffer.from(String(value), 'utf8').toString('base64'));
  }
  delete object['stringData'];
}

/** Secrets are named, nothing more. */
function cleanSecrets(object: JsonObject): void {
  const secrets = itemsAt(object, 'secrets');
  if (secrets.length > 0) object['secrets'] = secrets.map(({ name }) => (name === undefined ? {} : { name }));
}

export const serviceAccount: KindRules = {
  prepareForCreate: cleanSecrets,
  prepareForUpdate: (object) => cleanSecrets(object),
  deleteAnswers: 'object',
};

export const configMap: KindRules = {
  countsEmpty: true,
  fromStore: emptyBytes('binaryData'),
  // Data is never absent to Go; binary data may be, and an emptied map is not an absent one.
  validate: (object, _context, old) => [
    ...(old
      ? immutableErrors({ ...object, data: object['data'] ?? {} }, { ...old, data: old['data'] ?? {} }, [
          'data',
          'binaryData',
        ])
      : []),
    ...dataErrors(object, ['data', 'binaryData']),
    ...sharedKeyErrors(object),
  ],
};

function keysOf(object: JsonObject, field: string): string[] {
  return Object.keys(objectAt(object, field) ?? {}).sort();
}

function dataErrors(object: JsonObject, fields: readonly string[]): FieldError[] {
  return fields.flatMap((field) =>
    keysOf(object, field).flatMap((key) =>
      configKeyErrors(key).map((error) => invalidValue(`${field}[${key}]`, key, error)),
    ),
  );
}

function sharedKeyErrors(object: JsonObject): FieldError[] {
  const binary = new Set(keysOf(object, 'binaryData'));
  return keysOf(object, 'data')
    .filter((key) => binary.has(key))
    .map((key) => invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
}

/** What may not change in an object that was declared immutable. */
function immutableErrors(object: JsonObject, old: JsonObject, fields: readonly string[]): FieldError[] {
  if (old['immutable'] !== true) return [];
  const why = 'field is immutable when `immutable` is set';
  const changed = fields.filter((field) => !equalJson(object[field] ?? null, old[field] ?? null));
  return [...(object['immutable'] === true ? [] : ['immutable']), ...changed].map((field) =>
    forbiddenField(field, why),
  );
}

export const namespace: KindRules = {
  default: (object) => {
    labelWithName(object);
    const status = structAt(object, 'status');
    if ((status['phase'] ?? '') === '') status['phase'] = 'Active';
  },
  defaultsWhenRead: true,
  deleteAnswers: 'object',
  marksGracePeriod: false,
  validateStatusUpdate: (object) => {
    const phase = objectAt(object, 'status')?.['phase'] ?? '';
    const isGoing = getString(object, 'metadata', 'deletionTimestamp') !== undefined;
    const [wanted, when] = isGoing ? ['Terminating', 'is not empty'] : ['Active', 'is empty'];
    const why = `may only be '${wanted}' if \`deletionTimestamp\` ${when}`;
    return phase === wanted ? [] : [invalidValue('status.Phase', phase, why)];
  },
  prepareForCreate: (object) => {
    // A generated name was not known to the defaults.
    labelWithName(object);
    const spec = structAt(object, 'spec');
    const finalizers = Array.isArray(spec['finalizers']) ? spec['finalizers'] : [];
    spec['finalizers'] = finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'];
    object['status'] = { phase: 'Active' };
  },
  // Its finalizers change through the subresource of that name only.
  prepareForUpdate: (object, old) => {
    const before = objectAt(old, 'spec')?.['finalizers'];
    if (before === undefined) delete structAt(object, 'spec')['finalizers'];
    else structAt(object, 'spec')['finalizers'] = before;
  },
  prepareForDelete: (object) => {
    structAt(object, 'status')['phase'] = 'Terminating';
  },
  validate: (object) => itemsOf(objectAt(object, 'spec')?.['finalizers']).map(String).flatMap(namespaceFinalizerErrors),
  holdsDeletion: (object) => itemsOf(objectAt(object, 'spec')?.['finalizers']).length > 0,
  validateName: labelName,
};

function namespaceFinalizerErrors(finalizer: string): FieldError[] {
  const field = 'spec.finalizers';
  return [
    ...qualifiedNameErrors(finalizer).map((error) => invalidValue(field, finalizer, error)),
    ...(isKnownFinalizer(finalizer)
      ? []
      : [invalidValue(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')]),
  ];
}

function labelWithName(object: JsonObject): void {
  const name = getString(object, 'metadata', 'name');
  if (name !== undefined && name !== '')
    structAt(structAt(object, 'metadata'), 'labels')['kubernetes.io/metadata.name'] = name;
}

function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

export const lease: KindRules = {
  default: (object) => {
    structAt(object, 'spec');
  },
  createOnUpdate: true,
  unconditionalUpdate: false,
  validate: (object) => {
    const spec = objectAt(object, 'spec');
    const duration = spec?.['leaseDurationSeconds'];
    return [
      ...(typeof duration === 'number' && duration <= 0
        ? [invalidValue('spec.leaseDurationSeconds', duration, 'must be greater than 0')]
        : []),
      ...nonNegative(spec, ['leaseTransitions'], 'spec'),
    ];
  },
};
