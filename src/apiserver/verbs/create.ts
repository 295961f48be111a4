// POST: a new object. Order of the steps as in k8s.io/apiserver: admission of the namespace, managedFields, strategy,
// system fields, validation, store.
import { cloneJson } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { kindContext } from '../api.ts';
import type { Api, Target } from '../api.ts';
import { ApiError, generatedNameExists, plainFailure } from '../errors.ts';
import { hasStatus } from '../served.ts';
import { convert, shown, workingVersion } from '../versions.ts';
import { checkNamespace } from '../write/admission.ts';
import { withDefaults } from '../write/default.ts';
import { emptyStruct } from '../write/goDecode.ts';
import type { GoTypes } from '../write/goTypes.ts';
import { allocate, checkRules, refuseForbidden, storeNew } from '../write/finish.ts';
import { withUpdater } from '../write/managed.ts';
import { dedupOwners, dropEmpty, fillForCreate, fitNamespace, metadataOf, text } from '../write/metadata.ts';

export interface CreateOptions {
  readonly manager: string;
  readonly dryRun: boolean;
}

export interface Written {
  readonly object: JsonObject;
  readonly created: boolean;
  readonly warnings: readonly string[];
}

const MAX_NAME_BASE = 58;
const NAME_ATTEMPTS = 8;

/** Creates an object that was decoded in the target's version. Throws ApiError. */
export function createObject(
  api: Api,
  target: Target,
  decoded: JsonObject,
  { manager, dryRun }: CreateOptions,
): Written {
  const { resource } = target;
  if (resource.custom && !resource.custom.accepting)
    throw new ApiError(405, 'MethodNotAllowed', 'create not allowed while custom resource definition is terminating', {
      group: resource.type.group,
      kind: resource.type.plural,
    });
  const body = cloneJson(decoded);
  fitNamespace(target, body);
  for (const warning of dedupOwners(body)) target.admission?.warn(warning);
  const sentName = text(body, 'name') === '' ? nameFrom(api, text(body, 'generateName')) : text(body, 'name');
  checkNamespace(api, { ...target, name: sentName });
  const owned = withUpdater(api, target, undefined, withDefaults(resource, body), manager);
  return finishCreate(api, target, owned, dryRun, text(body, 'resourceVersion') !== '');
}

/** The second half of a create; an apply of an object that does not exist comes here with managedFields of its own. */
export function finishCreate(
  api: Api,
  target: Target,
  owned: JsonObject,
  dryRun: boolean,
  namesVersion = false,
): Written {
  const { resource } = target;
  const object = cloneJson(convert(resource, owned, workingVersion(resource)));
  const warnings: string[] = [];
  if (target.subresource === '') refuseForbidden(target, object, resource.rules.admit?.(object, kindContext(api)));
  for (const warning of dedupOwners(object, 'late')) target.admission?.warn(warning);
  fillForCreate(api, resource, object);
  const metadata = metadataOf(object);
  const isGenerated = text(object, 'name') === '' && text(object, 'generateName') !== '';
  if (isGenerated) metadata['name'] = nameFrom(api, text(object, 'generateName'));
  const context = { ...kindContext(api), isNameGenerated: isGenerated, isDryRun: dryRun };
  if (target.subresource !== 'status') allocate(resource, object, undefined, context);
  if (hasStatus(resource)) dropStatus(target, object, api.types);
  resource.rules.prepareForCreate?.(object, context);
  if (!resource.custom) dropEmpty(metadata);
  warnings.push(...(resource.rules.warnings?.(object, undefined) ?? []));
  checkRules(api, target, object, undefined);
  refuseForbidden(target, object, resource.rules.forbid?.(object, undefined, context));
  target.admission?.validate({ operation: 'CREATE', target, name: text(object, 'name'), object, old: undefined });
  // The store itself refuses it, when everything else was found in order.
  if (namesVersion) throw plainFailure('resourceVersion should not be set on objects to be created');
  const stored = isGenerated ? storeGenerated(api, target, object, dryRun) : storeNew(api, target, object, dryRun);
  return { object: shown(resource, stored), created: true, warnings };
}

/** A client cannot set the status with a create. Built-in kinds keep an empty one. */
function dropStatus({ resource }: Target, object: JsonObject, types: GoTypes): void {
  if (resource.custom) delete object['status'];
  else if (object['status'] !== undefined)
    object['status'] = emptyStruct(resource.schema.fields?.get('status') ?? { type: 'object' }, types);
}

function nameFrom(api: Api, prefix: string): string {
  return prefix === '' ? '' : `${prefix.slice(0, MAX_NAME_BASE)}${api.newSuffix()}`;
}

/** A generated name that is taken is made anew, eight times as upstream does. */
function storeGenerated(api: Api, target: Target, object: JsonObject, dryRun: boolean): JsonObject {
  const metadata = metadataOf(object);
  for (let attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
    if (!api.store.get(target.resource.stored, text(object, 'namespace'), text(object, 'name')))
      return storeNew(api, target, object, dryRun);
    metadata['name'] = nameFrom(api, text(object, 'generateName'));
  }
  throw generatedNameExists(target.resource.type, text(object, 'name'));
}
