// CustomResourceDefinitions as a kind: defaults, what is set at birth and at death, what makes one invalid.
import { equalJson, getList, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { structAt } from '../kinds/defaulting.ts';
import type { KindRules } from '../kinds/kind.ts';
import { forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { internalValue } from '../validation/goInternal.ts';
import { dns1035Errors, subdomainErrors } from '../../model/names.ts';
import { setCondition } from './conditions.ts';
import { ruleErrors } from './ruleErrors.ts';
import { schemaErrorsOf } from './schemaErrors.ts';
import { deprecationErrors, presentationErrors, splitPresentation } from './versionErrors.ts';

/** Holds a CRD until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

export const crdRules: KindRules = {
  default: (crd) => {
    const spec = getObject(crd, 'spec');
    const names = getObject(spec, 'names');
    if (!spec || !names) return;
    const kind = getString(names, 'kind') ?? '';
    if ((getString(names, 'singular') ?? '') === '') names['singular'] = kind.toLowerCase();
    if ((getString(names, 'listKind') ?? '') === '' && kind !== '') names['listKind'] = `${kind}List`;
    if (!isJsonObject(spec['conversion'])) spec['conversion'] = { strategy: 'None' };
    const status = structAt(crd, 'status');
    if ((getList(status, 'storedVersions') ?? []).length === 0)
      status['storedVersions'] = storageVersions(crd).slice(0, 1);
  },
  prepareForCreate: (crd) => {
    crd['status'] = { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: storageVersions(crd) };
  },
  prepareForUpdate: (crd) => {
    const status = getObject(crd, 'status');
    if (!status) return;
    const stored = (getList(status, 'storedVersions') ?? []).map(String);
    for (const version of storageVersions(crd))
      // The status is still that of the stored object: it is replaced, not changed.
      if (!stored.includes(version)) crd['status'] = { ...status, storedVersions: [...stored, version] };
  },
  marksGracePeriod: false,
  prepareForDelete: (crd, { now }) => {
    const metadata = crd['metadata'] as JsonObject;
    const finalizers = (getList(metadata, 'finalizers') ?? []).map(String);
    if (!finalizers.includes(CLEANUP_FINALIZER)) metadata['finalizers'] = [...finalizers, CLEANUP_FINALIZER];
    setCondition(
      crd,
      {
        type: 'Terminating',
        status: 'True',
        reason: 'InstanceDeletionPending',
        message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
      },
      now,
    );
  },
  generation: 'spec',
  unconditionalUpdate: false,
  validate: (crd, _context, old) => [
    ...(old ? [] : nameOfNamesErrors(crd)),
    ...specErrors(crd),
    ...ruleErrors(crd),
    ...(old ? [] : storedVersionErrors(crd)),
  ],
  validateUpdate: (crd, old) => [...immutableErrors(crd, old), ...storedVersionErrors(crd)],
};

function versionsOf(crd: JsonObject): JsonObject[] {
  return (getList(crd, 'spec', 'versions') ?? []).filter(isJsonObject);
}

function storageVersions(crd: JsonObject): string[] {
  return versionsOf(crd)
    .filter((version) => version['storage'] === true)
    .map((version) => getString(version, 'name') ?? '');
}

/** As the server's own structs print; none at all is null. */
function printedVersions(crd: JsonObject): JsonValue {
  const versions = versionsOf(crd);
  return versions.length === 0
    ? null
    : versions.map((version) => internalValue('apiextensions.CustomResourceDefinitionVersion', version));
}

/** A version in which objects may still be stored must stay. */
function storedVersionErrors(crd: JsonObject): FieldError[] {
  const stored = (getList(crd, 'status', 'storedVersions') ?? []).map(String);
  if (stored.length === 0)
    return [invalidValue('status.storedVersions', stored, 'must have at least one stored version')];
  const left = new Set(stored);
  // Of versions with one name only the first finds what is stored.
  const missing = versionsOf(crd).flatMap((version) => {
    const name = getString(version, 'name') ?? '';
    const isStored = left.delete(name) || version['storage'] !== true;
    return isStored ? [] : [invalidValue('status.storedVersions', stored, `must have the storage version ${name}`)];
  });
  const gone = stored.flatMap((version, i) => {
    if (!left.has(version)) return [];
    const why = `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`;
    return [invalidValue(`status.storedVersions[${i}]`, version, why)];
  });
  return [...missing, ...gone];
}

/** A new CRD is named by what it defines. */
function nameOfNamesErrors(crd: JsonObject): FieldError[] {
  const defined = `${getString(crd, 'spec', 'names', 'plural') ?? ''}.${getString(crd, 'spec', 'group') ?? ''}`;
  return ['generateName', 'name'].flatMap((field) => {
    const text = getString(crd, 'metadata', field) ?? '';
    const isUnset = field === 'generateName' && text === '';
    return isUnset || text === defined
      ? []
      : [invalidValue(`metadata.${field}`, text, 'must be spec.names.plural+"."+spec.group')];
  });
}

function specErrors(crd: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const group = getString(crd, 'spec', 'group') ?? '';
  if (group === '') errors.push(requiredValue('spec.group'));
  else if (subdomainErrors(group).length > 0)
    errors.push(...subdomainErrors(group).map((error) => invalidValue('spec.group', group, error)));
  else if (!group.includes('.'))
    errors.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'));
  const scope = getString(crd, 'spec', 'scope') ?? '';
  if (scope === '') errors.push(requiredValue('spec.scope'));
  else if (!['Cluster', 'Namespaced'].includes(scope))
    errors.push(notSupported('spec.scope', scope, ['Cluster', 'Namespaced']));
  const said = splitVersions(versionsOf(crd));
  return [
    ...errors,
    ...versionErrors(crd, said),
    ...nameErrors(crd),
    ...sharedErrors(crd, said),
    ...conversionErrors(crd),
  ];
}

function versionErrors(crd: JsonObject, { sharedSchema, presented }: SplitVersions): FieldError[] {
  const errors: FieldError[] = [];
  const versions = versionsOf(crd);
  const schemas = versions.map((version) => getObject(version, 'schema', 'openAPIV3Schema'));
  for (const i of versions.keys())
    if (!schemas[i]) errors.push(requiredValue(`spec.versions[${i}].schema.openAPIV3Schema`, 'schemas are required'));
  const isShared = sharedSchema !== undefined;
  for (const [i, version] of versions.entries()) {
    const [name, at, schema] = [getString(version, 'name') ?? '', `spec.versions[${i}]`, schemas[i]];
    errors.push(...dns1035Errors(name).map((error) => invalidValue(`${at}.name`, name, error)));
    errors.push(...deprecationErrors(version, at));
    if (schema && !isShared) errors.push(...schemaErrorsOf(schema, `${at}.schema.openAPIV3Schema`, hasStatus(version)));
    const beside = isShared ? undefined : schema;
    errors.push(...presentationErrors(presented.own[i] ?? {}, beside, at, NO_SCHEMA_OF_VERSION));
  }
  const [first] = versions;
  const firstName = getString(first, 'name') ?? '';
  errors.push(...storageErrors(crd));
  if (firstName !== '')
    errors.push(...dns1035Errors(firstName).map((error) => invalidValue('spec.version', firstName, error)));
  return errors;
}

/** One schema, or one scale or column, of all versions is that of the definition, to the server's own structs. */
interface SplitVersions {
  readonly sharedSchema: JsonObject | undefined;
  readonly presented: ReturnType<typeof splitPresentation>;
}

function splitVersions(versions: readonly JsonObject[]): SplitVersions {
  const [first, ...others] = versions.map((version) => getObject(version, 'schema', 'openAPIV3Schema'));
  const isShared = first && others.every((schema) => equalJson(schema ?? null, first));
  return { sharedSchema: isShared ? first : undefined, presented: splitPresentation(versions) };
}

function sharedErrors(crd: JsonObject, { sharedSchema: schema, presented }: SplitVersions): FieldError[] {
  const withStatus = versionsOf(crd).some(hasStatus);
  const errors = schema ? schemaErrorsOf(schema, 'spec.validation.openAPIV3Schema', withStatus) : [];
  return [...errors, ...presentationErrors(presented.shared, schema, 'spec', NO_SCHEMA_OF_ALL)];
}

/** In the server's words, which say the opposite of what is meant. */
const NO_SCHEMA_OF_VERSION = '`version.schema.openAPIV3Schema` is not included';
const NO_SCHEMA_OF_ALL = 'validations.schema is included';

const hasStatus = (version: JsonObject): boolean => getObject(version, 'subresources', 'status') !== undefined;

function storageErrors(crd: JsonObject): FieldError[] {
  const names = versionsOf(crd).map((version) => getString(version, 'name'));
  const wrong = (why: string): FieldError => invalidValue('spec.versions', printedVersions(crd), why);
  return [
    ...(new Set(names).size < names.length ? [wrong('must contain unique version names')] : []),
    ...(storageVersions(crd).length === 1 ? [] : [wrong('must have exactly one version marked as storage version')]),
  ];
}

function nameErrors(crd: JsonObject): FieldError[] {
  const names = getObject(crd, 'spec', 'names') ?? {};
  const errors: FieldError[] = [];
  for (const field of ['plural', 'singular', 'kind', 'listKind']) {
    const value = getString(names, field) ?? '';
    if (value === '') errors.push(requiredValue(`spec.names.${field}`));
    else
      errors.push(
        ...dns1035Errors(/[kK]ind$/.test(field) ? value.toLowerCase() : value).map((error) =>
          invalidValue(`spec.names.${field}`, value, error),
        ),
      );
  }
  for (const field of ['shortNames', 'categories'])
    for (const [i, value] of (getList(names, field) ?? []).map(String).entries())
      errors.push(...dns1035Errors(value).map((error) => invalidValue(`spec.names.${field}[${i}]`, value, error)));
  if (getString(names, 'kind') === getString(names, 'listKind') && getString(names, 'kind')) {
    errors.push(
      invalidValue('spec.names.listKind', getString(names, 'listKind'), 'kind and listKind may not be the same'),
    );
  }
  return errors;
}

/** Without a webhook there is nothing to say about one. */
function conversionErrors(crd: JsonObject): FieldError[] {
  const conversion = getObject(crd, 'spec', 'conversion');
  const [strategy, webhook] = [getString(conversion, 'strategy') ?? '', getObject(conversion, 'webhook')];
  if (!conversion || strategy === 'Webhook') return [];
  const unset = 'should not be set when strategy is not set to Webhook';
  const errors: FieldError[] = [];
  if (strategy === '') errors.push(requiredValue('spec.conversion.strategy'));
  else if (strategy !== 'None') errors.push(notSupported('spec.conversion.strategy', strategy, ['None', 'Webhook']));
  if (getObject(webhook, 'clientConfig')) errors.push(forbiddenField('spec.conversion.webhookClientConfig', unset));
  if ((getList(webhook, 'conversionReviewVersions') ?? []).length > 0)
    errors.push(forbiddenField('spec.conversion.conversionReviewVersions', unset));
  return errors;
}

/** What a CRD keeps for life once its names were accepted. */
function immutableErrors(crd: JsonObject, old: JsonObject): FieldError[] {
  const established = (getList(old, 'status', 'conditions') ?? []).some(
    (each) => getString(each, 'type') === 'Established' && getString(each, 'status') === 'True',
  );
  if (!established) return [];
  return ['scope', 'names.kind', 'group', 'names.plural'].flatMap((field) => {
    const [now, before] = [getString(crd, 'spec', ...field.split('.')), getString(old, 'spec', ...field.split('.'))];
    return equalJson(now ?? null, before ?? null) ? [] : [invalidValue(`spec.${field}`, now, 'field is immutable')];
  });
}
