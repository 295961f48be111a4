// The rules that metadata of every kind keeps, as k8s.io/apimachinery pkg/api/validation/objectmeta.go has them.
import { equalJson, getList, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { forbiddenField, invalidValue, requiredValue, tooLong } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { labelNameErrors, labelValueErrors, qualifiedNameErrors, subdomainErrors } from '../../model/names.ts';

const ANNOTATIONS_LIMIT = 256 * 1024;

export type NameRule = (name: string, prefix: 'name' | 'generateName') => string[];

/** The default rule: a DNS subdomain; a generateName may end in a dash or dot, since letters follow it. */
export const subdomainName: NameRule = (name, prefix) =>
  subdomainErrors(prefix === 'generateName' ? maskTrailingDash(name) : name);
export const labelName: NameRule = (name, prefix) =>
  labelNameErrors(prefix === 'generateName' ? maskTrailingDash(name) : name);

export function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

/** Rules for the metadata of an object as it stands. */
export function metadataErrors(object: JsonObject, namespaced: boolean, nameRule: NameRule): FieldError[] {
  const metadata = getObject(object, 'metadata') ?? {};
  const name = getString(metadata, 'name') ?? '';
  const generateName = getString(metadata, 'generateName') ?? '';
  const namespace = getString(metadata, 'namespace') ?? '';
  const errors: FieldError[] = [];
  if (generateName !== '')
    errors.push(
      ...nameRule(generateName, 'generateName').map((error) =>
        invalidValue('metadata.generateName', generateName, error),
      ),
    );
  if (name === '') errors.push(requiredValue('metadata.name', 'name or generateName is required'));
  else errors.push(...nameRule(name, 'name').map((error) => invalidValue('metadata.name', name, error)));
  if (namespaced) {
    if (namespace === '') errors.push(requiredValue('metadata.namespace'));
    else
      errors.push(...labelNameErrors(namespace).map((error) => invalidValue('metadata.namespace', namespace, error)));
  }
  const generation = metadata['generation'];
  if (typeof generation === 'number' && generation < 0)
    errors.push(invalidValue('metadata.generation', generation, 'must be greater than or equal to 0'));
  return [...errors, ...markErrors(metadata), ...finalizerErrors(metadata)];
}

/** What stands on an object: labels, annotations, owners. */
function markErrors(metadata: JsonObject): FieldError[] {
  return [
    ...labelErrors(getObject(metadata, 'labels'), 'metadata.labels'),
    ...annotationErrors(getObject(metadata, 'annotations'), 'metadata.annotations'),
    ...ownerErrors(metadata),
  ];
}

export function labelErrors(labels: JsonObject | undefined, field: string): FieldError[] {
  return sorted(labels).flatMap(([key, value]) => [
    ...qualifiedNameErrors(key).map((error) => invalidValue(field, key, error)),
    ...labelValueErrors(String(value)).map((error) => invalidValue(field, value, error)),
  ]);
}

export function annotationErrors(annotations: JsonObject | undefined, field: string): FieldError[] {
  const errors = sorted(annotations).flatMap(([key]) =>
    qualifiedNameErrors(key.toLowerCase()).map((error) => invalidValue(field, key, error)),
  );
  const encoder = new TextEncoder();
  const size = sorted(annotations).reduce(
    (sum, [key, value]) => sum + encoder.encode(key).length + encoder.encode(String(value)).length,
    0,
  );
  if (size > ANNOTATIONS_LIMIT) errors.push(tooLong(field, ANNOTATIONS_LIMIT));
  return errors;
}

function sorted(map: JsonObject | undefined): [string, JsonValue][] {
  return Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

function ownerErrors(metadata: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const owner of getList(metadata, 'ownerReferences') ?? []) {
    const field = 'metadata.ownerReferences';
    const [version, kind, name, uid] = ['apiVersion', 'kind', 'name', 'uid'].map(
      (key) => getString(owner, key) ?? '',
    ) as [string, string, string, string];
    // Upstream names the fields without the index.
    if (!isVersion(version)) errors.push(invalidValue(`${field}.apiVersion`, version, 'version must not be empty'));
    if (kind === '') errors.push(invalidValue(`${field}.kind`, kind, 'must not be empty'));
    if (name === '') errors.push(invalidValue(`${field}.name`, name, 'must not be empty'));
    if (uid === '') errors.push(invalidValue(`${field}.uid`, uid, 'must not be empty'));
    if (isJsonObject(owner) && owner['controller'] === true) {
      if (controller !== undefined)
        errors.push(
          invalidValue(
            field,
            getList(metadata, 'ownerReferences') ?? [],
            `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${kind}/${name}`,
          ),
        );
      controller ??= `${kind}/${name}`;
    }
  }
  return errors;
}

/** With a group or without; what has more parts names no version. */
function isVersion(apiVersion: string): boolean {
  const parts = apiVersion.split('/');
  return parts.length <= 2 && parts.at(-1) !== '';
}

function finalizerErrors(metadata: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const finalizers = (getList(metadata, 'finalizers') ?? []).map(String);
  for (const finalizer of finalizers)
    errors.push(
      ...qualifiedNameErrors(finalizer).map((error) => invalidValue('metadata.finalizers', finalizer, error)),
    );
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(
      invalidValue('metadata.finalizers', finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'),
    );
  }
  return errors;
}

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** Of the system, or under a domain. */
export function isKnownFinalizer(finalizer: string): boolean {
  return finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer);
}

/** Built-in kinds take finalizers of the system, and others under a domain. */
export function builtinFinalizerErrors(object: JsonObject): FieldError[] {
  return (getList(object, 'metadata', 'finalizers') ?? []).map(String).flatMap((finalizer, i) => {
    if (isKnownFinalizer(finalizer)) return [];
    const why = 'name is neither a standard finalizer name nor is it fully qualified';
    return [invalidValue(`metadata.finalizers[${i}]`, finalizer, why)];
  });
}

/** What an update must not change in metadata, and the rules for what it may. */
export function metadataUpdateErrors(object: JsonObject, old: JsonObject): FieldError[] {
  const [now, before] = [getObject(object, 'metadata') ?? {}, getObject(old, 'metadata') ?? {}];
  const errors: FieldError[] = [];
  if (before['deletionTimestamp'] !== undefined) {
    const had = new Set((getList(before, 'finalizers') ?? []).map(String));
    const added = (getList(now, 'finalizers') ?? []).map(String).filter((finalizer) => !had.has(finalizer));
    if (added.length > 0)
      errors.push(
        forbiddenField(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((item) => JSON.stringify(item)).join(', ')}}`,
        ),
      );
  }
  for (const field of [
    'name',
    'namespace',
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ]) {
    if (!equalJson(now[field], before[field]) && !(now[field] === undefined && before[field] === undefined)) {
      errors.push(invalidValue(`metadata.${field}`, now[field], 'field is immutable'));
    }
  }
  return [...errors, ...markErrors(now)];
}
