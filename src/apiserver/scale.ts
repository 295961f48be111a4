// The scale subresource: an autoscaling/v1 Scale that is read from, and written to, an object's replica counts.
import { managedFieldsFromScale, managedFieldsOfScale, replicasPath } from '../merge/scale.ts';
import type { ReplicasPaths } from '../merge/scale.ts';
import { updateManaged } from '../merge/update.ts';
import { singleVersion } from '../merge/versions.ts';
import type { WrittenKind } from '../merge/ownership.ts';
import { cloneJson, getList, getObject, getPath, getString, isJsonObject, setKey } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { apiVersionOf } from '../model/objectRef.ts';
import type { Facts } from '../schema/builtin.ts';
import { timeNow } from './api.ts';
import type { Api, Target } from './api.ts';
import { badRequest, conflict, internalError, invalid, methodNotAllowed, notFound, plainFailure } from './errors.ts';
import type { Handling } from './handling.ts';
import type { ApiRequest, ApiResponse } from './http/message.ts';
import type { Accepted } from './http/negotiate.ts';
import { respond } from './http/respond.ts';
import type { ServedResource } from './served.ts';
import { selectorText } from './table/printer.ts';
import { invalidValue } from './validation/fieldError.ts';
import { decodePatched, patchBody, patchTypeOf } from './verbs/patch.ts';
import { finishUpdate } from './verbs/update.ts';
import { shown } from './versions.ts';
import { decodeObject, readBody, readYamlBody } from './write/decode.ts';
import { appliedAs } from './write/managed.ts';
import { fitName, fitNamespace, metadataOf, text } from './write/metadata.ts';
import { writeOptions } from './write/options.ts';
import type { WriteOptions } from './write/options.ts';

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
const SCALE_VERSION = 'autoscaling/v1';
const BUILTIN_PATH = '.spec.replicas';

/** Answers GET, PUT and PATCH of `.../scale`. Throws ApiError. */
export function handleScale(
  handling: Handling,
  request: ApiRequest,
  target: Target,
  verb: string,
  { form }: Accepted,
): ApiResponse {
  const { api } = handling;
  const { resource, namespace, name } = target;
  const old = api.store.get(resource.stored, namespace, name);
  if (verb === 'get') {
    if (!old) throw notFound(resource.type, name);
    const path = resource.custom?.scale?.specReplicas;
    if (path !== undefined && numberAt(shown(resource, old), path) === undefined)
      throw internalError(`the spec replicas field ${JSON.stringify(path)} does not exist`);
    return respond(200, scaleOf(resource, shown(resource, old)), form);
  }
  if (verb !== 'update' && verb !== 'patch') throw methodNotAllowed();
  const scaleResource = scaleResourceOf(handling.facts, target.resource);
  const scaleTarget: Target = { ...target, resource: scaleResource };
  const agent = request.headers['user-agent'] ?? '';
  const type = verb === 'patch' ? patchTypeOf(resource, request.headers['content-type'] ?? '') : undefined;
  const options = writeOptions(
    request.query,
    agent,
    verb === 'patch' ? 'PatchOptions' : 'UpdateOptions',
    type === 'apply',
  );
  const sent =
    type === undefined
      ? decodeObject(
          scaleResource,
          readBody(scaleResource, request.body, request.headers['content-type'] ?? ''),
          request.body,
          options.fieldValidation,
          handling.types,
        )
      : undefined;
  if (!old) throw notFound(resource.type, name);
  const live = withManagedFields(api, resource, old);
  let next: { readonly object: JsonObject; readonly warnings?: readonly string[] };
  if (sent) next = sent;
  else if (type === 'apply') next = { object: applyScale(api, scaleTarget, resource, live, request.body, options) };
  else
    next = decodePatched(
      scaleTarget,
      patchBody(scaleTarget, type as 'json', live, request.body),
      [],
      options,
      handling.types,
    );
  const updated = cloneJson(next.object);
  fitName(target, updated);
  fitNamespace(target, updated);
  const owned =
    type === 'apply'
      ? updated
      : updateManaged({ ...scaleKind(scaleResource), live, updated, manager: options.manager, now: timeNow(api) });
  return respond(200, store(api, target, old, owned, options), form, next.warnings ?? []);
}

/** Scale as if it were served: what decoding needs to know of it. */
function scaleResourceOf(facts: Facts, { rules: _rules, ...resource }: ServedResource): ServedResource {
  const schema = facts.schemaOf(SCALE) ?? { type: 'any' };
  const { custom: _custom, ...rest } = resource;
  return { ...rest, type: { ...resource.type, ...SCALE }, schema, rules: {} };
}

function scaleKind({ schema }: ServedResource): WrittenKind {
  return {
    apiVersion: SCALE_VERSION,
    kind: 'Scale',
    versions: singleVersion(SCALE_VERSION, schema),
    builtin: true,
    subresource: 'scale',
  };
}

/** The Scale of an object, in the object's own version. */
function scaleOf(resource: ServedResource, object: JsonObject): JsonObject {
  const metadata: JsonObject = {};
  for (const field of ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp']) {
    const value = getString(object, 'metadata', field);
    if (value !== undefined) metadata[field] = value;
  }
  const scale = resource.custom?.scale;
  const replicas = numberAt(object, scale?.specReplicas ?? BUILTIN_PATH);
  const status: JsonObject = { replicas: numberAt(object, scale?.statusReplicas ?? '.status.replicas') ?? 0 };
  const selector = scale ? textAt(object, scale.selector) : builtinSelector(object);
  if (selector !== '') status['selector'] = selector;
  return {
    kind: 'Scale',
    apiVersion: SCALE_VERSION,
    metadata,
    spec: replicas === undefined || replicas === 0 ? {} : { replicas },
    status,
  };
}

function steps(dotted: string): string[] {
  return dotted.split('.').filter((step) => step !== '');
}

function numberAt(object: JsonObject, dotted: string): number | undefined {
  const value = getPath(object, ...steps(dotted));
  return typeof value === 'number' ? value : undefined;
}

function textAt(object: JsonObject, dotted: string | undefined): string {
  const value = dotted === undefined ? undefined : getPath(object, ...steps(dotted));
  return typeof value === 'string' ? value : '';
}

/** Label selectors of workloads; a ReplicationController has a plain map. */
function builtinSelector(object: JsonObject): string {
  const selector = getObject(object, 'spec', 'selector');
  if (!selector) return '';
  const isMap =
    selector['matchLabels'] === undefined &&
    selector['matchExpressions'] === undefined &&
    Object.values(selector).every((value) => typeof value === 'string');
  const printed = selectorText(isMap ? { matchLabels: selector } : selector);
  return printed === '<none>' ? '' : printed;
}

function replicasPaths(api: Api, resource: ServedResource): ReplicasPaths {
  const versions = api
    .served()
    .resources()
    .filter(({ type }) => type.group === resource.type.group && type.kind === resource.type.kind);
  return new Map(
    versions.map((each) => [
      apiVersionOf(each.type),
      each.custom && !each.custom.scale ? undefined : replicasPath(each.custom?.scale?.specReplicas ?? BUILTIN_PATH),
    ]),
  );
}

function withManagedFields(api: Api, resource: ServedResource, old: JsonObject): JsonObject {
  const scale = scaleOf(resource, shown(resource, old));
  const managedFields = managedFieldsOfScale(getList(old, 'metadata', 'managedFields'), replicasPaths(api, resource));
  if (managedFields.length > 0) metadataOf(scale)['managedFields'] = managedFields;
  return scale;
}

/** Apply to a Scale. That of a custom resource cannot be converted by upstream once anything changes: it says so. */
function applyScale(
  api: Api,
  target: Target,
  resource: ServedResource,
  live: JsonObject,
  body: string,
  options: WriteOptions,
): JsonObject {
  const value = readYamlBody(body);
  if (!isJsonObject(value)) throw badRequest('error decoding YAML: the body is not an object');
  const why = `request to convert CR to an invalid group/version: ${SCALE_VERSION}`;
  if (resource.custom && getList(live, 'metadata', 'managedFields') === undefined) {
    throw plainFailure(
      `failed to create manager for existing fields: failed to convert live object (/; ${SCALE_VERSION}, Kind=Scale) to proper version: ${why}`,
    );
  }
  const { object, changed } = appliedAs(api, scaleKind(target.resource), live, value, options.manager, options.force);
  if (resource.custom && changed)
    throw plainFailure(
      `failed to convert new object (${target.namespace}/${target.name}; ${SCALE_VERSION}, Kind=Scale) to proper version: ${why}`,
    );
  return object;
}

/** Writes a Scale's replicas into its object and stores that. Answers the new Scale. */
function store(api: Api, target: Target, old: JsonObject, scale: JsonObject, { dryRun }: WriteOptions): JsonObject {
  const { resource, name } = target;
  const [version, uid] = [text(scale, 'resourceVersion'), text(scale, 'uid')];
  if (version !== '' && version !== '0' && version !== text(old, 'resourceVersion'))
    throw conflict(resource.type, name);
  if (uid !== '' && uid !== text(old, 'uid'))
    throw conflict(
      resource.type,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${text(old, 'uid')}`,
    );
  const replicas = getPath(scale, 'spec', 'replicas') ?? 0;
  // A custom resource is judged by what it becomes.
  if (typeof replicas !== 'number' || (replicas < 0 && !resource.custom))
    throw invalid(SCALE, name, [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')]);
  const object = cloneJson(shown(resource, old));
  put(object, steps(resource.custom?.scale?.specReplicas ?? BUILTIN_PATH), replicas);
  const managedFields = managedFieldsFromScale(
    getList(old, 'metadata', 'managedFields'),
    getList(scale, 'metadata', 'managedFields'),
    apiVersionOf(resource.type),
    replicasPaths(api, resource),
  );
  const metadata = metadataOf(object);
  if (managedFields.length > 0) metadata['managedFields'] = managedFields;
  else delete metadata['managedFields'];
  const { admission, ...bare } = target;
  const before = scaleOf(resource, shown(resource, old));
  // What is admitted is the change of the Scale.
  const validate = (): void =>
    admission?.validate({ operation: 'UPDATE', target, name, object: scale, old: before, kind: SCALE });
  const admitted: Target = {
    ...bare,
    subresource: '',
    ...(admission ? { admission: { ...admission, validate } } : {}),
  };
  return scaleOf(resource, finishUpdate(api, admitted, object, old, dryRun).object);
}

function put(object: JsonObject, path: readonly string[], value: JsonValue): void {
  let at = object;
  for (const step of path.slice(0, -1)) {
    const inner = at[step];
    if (isJsonObject(inner)) at = inner;
    else {
      const made: JsonObject = {};
      setKey(at, step, made);
      at = made;
    }
  }
  setKey(at, path.at(-1) ?? '', value);
}
