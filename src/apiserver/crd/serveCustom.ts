// Which kinds are served, as CRDs come and go: accepts their names, establishes them, makes them served resources, and
// clears their objects away when they go. Part of the server itself, as in upstream; not one of the controllers.
import { createHash } from 'node:crypto';
import { ruleTree } from '../../cel/openapi/compileRules.ts';
import { cloneJson, equalJson, getList, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Disposable } from '../../model/disposable.ts';
import { typesOfCrd } from '../../schema/crd.ts';
import { timeNow } from '../api.ts';
import type { Api, Target } from '../api.ts';
import { ApiError } from '../errors.ts';
import { ServedSet } from '../served.ts';
import type { ServedResource } from '../served.ts';
import type { Store } from '../store/store.ts';
import { deleteObject } from '../verbs/delete.ts';
import { STORAGE_RETRY_MS, StorageError } from '../store/storageError.ts';
import { updateObject } from '../verbs/update.ts';
import { isCondition, setCondition } from './conditions.ts';
import { CLEANUP_FINALIZER } from './rules.ts';

export interface CustomServing {
  readonly served: () => ServedSet;
  /** Begins to follow the CRDs of the store. */
  start(api: Api): Disposable;
}

const CRDS = 'apiextensions.k8s.io/customresourcedefinitions';
const MANAGER = 'kube-apiserver';

export function serveCustomResources(store: Store, builtins: readonly ServedResource[]): CustomServing {
  /** The kinds of each CRD, read once for each of its revisions. */
  const known = new Map<string, { readonly spec: JsonObject; readonly resources: readonly ServedResource[] }>();
  let set = new ServedSet(builtins);
  const refresh = (): void => {
    const custom = store.list(CRDS).flatMap((crd) => {
      const name = getString(crd, 'metadata', 'name') ?? '';
      if (!isCondition(crd, 'Established')) return [];
      const before = known.get(name);
      // Status and metadata of a CRD change more often than what it serves.
      const basis: JsonObject = { spec: crd['spec'] ?? {}, ending: isCondition(crd, 'Terminating') };
      if (before && equalJson(before.spec, basis)) return before.resources;
      const resources = resourcesOf(crd);
      known.set(name, { spec: basis, resources });
      return resources;
    });
    set = new ServedSet([...builtins, ...custom]);
  };
  refresh();
  return {
    served: () => set,
    start: (api) => {
      let cancel: (() => void) | undefined;
      // A change that was stored must not look refused because of what follows from it.
      const attempt = (work: () => void): void => {
        try {
          work();
        } catch (error) {
          if (!(error instanceof StorageError)) throw error;
          cancel ??= api.clock.after(STORAGE_RETRY_MS, again);
        }
      };
      const again = (): void => {
        cancel = undefined;
        attempt(() => store.list(CRDS).forEach((crd) => advance(api, crd)));
      };
      const subscription = store.onChange((event) => {
        if (event.resource === CRDS) {
          refresh();
          if (event.type !== 'DELETED') attempt(() => advance(api, event.object));
        } else if (event.type === 'DELETED') attempt(() => finishEnding(api, event.resource));
      });
      // The process before may have ended in between.
      again();
      return {
        dispose: () => {
          subscription.dispose();
          cancel?.();
        },
      };
    },
  };
}

function crdTarget(api: Api, name: string, subresource: string): Target | undefined {
  const resource = api.served().at('apiextensions.k8s.io', 'v1', 'customresourcedefinitions');
  return resource && { resource, namespace: '', name, subresource };
}

/** One step in the life of a CRD. */
function advance(api: Api, changed: JsonObject): void {
  const name = getString(changed, 'metadata', 'name') ?? '';
  const crd = api.store.get(CRDS, '', name);
  if (!crd) return;
  if (getString(crd, 'metadata', 'deletionTimestamp') !== undefined) {
    clearObjects(api, crd);
    return;
  }
  const next = cloneJson(crd);
  establish(api, next);
  const target = crdTarget(api, name, 'status');
  if (target && !equalJson(next, crd)) updateObject(api, target, next, { manager: MANAGER, dryRun: false });
}

function establish(api: Api, crd: JsonObject): void {
  const status = crd['status'];
  const names = getObject(crd, 'spec', 'names');
  if (!isJsonObject(status) || !names) return;
  const now = timeNow(api);
  const taken = takenName(api, crd, names);
  if (taken === undefined) {
    status['acceptedNames'] = cloneJson(names);
    setCondition(
      crd,
      { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
      now,
    );
    if (!isCondition(crd, 'Established'))
      setCondition(
        crd,
        {
          type: 'Established',
          status: 'True',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        },
        now,
      );
    return;
  }
  setCondition(crd, { type: 'NamesAccepted', status: 'False', reason: taken.reason, message: taken.message }, now);
  if (!isCondition(crd, 'Established'))
    setCondition(
      crd,
      { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' },
      now,
    );
}

/** A name that another CRD of the group was given first. */
function takenName(
  api: Api,
  crd: JsonObject,
  names: JsonObject,
): { readonly reason: string; readonly message: string } | undefined {
  const group = getString(crd, 'spec', 'group');
  const others = api.store
    .list(CRDS)
    .filter(
      (other) =>
        getString(other, 'spec', 'group') === group &&
        getString(other, 'metadata', 'name') !== getString(crd, 'metadata', 'name'),
    );
  const accepted = others.map((other) => getObject(other, 'status', 'acceptedNames') ?? {});
  const resources = new Set(
    accepted.flatMap((each) => [
      getString(each, 'plural') ?? '',
      getString(each, 'singular') ?? '',
      ...(getList(each, 'shortNames') ?? []).map(String),
    ]),
  );
  const kinds = new Set(accepted.flatMap((each) => [getString(each, 'kind') ?? '', getString(each, 'listKind') ?? '']));
  for (const [field, reason, used] of [
    ['plural', 'PluralConflict', resources],
    ['singular', 'SingularConflict', resources],
    ['kind', 'KindConflict', kinds],
    ['listKind', 'ListKindConflict', kinds],
  ] as const) {
    const name = getString(names, field) ?? '';
    if (name !== '' && used.has(name)) return { reason, message: `${JSON.stringify(name)} is already in use` };
  }
  return undefined;
}

/** The kinds of a CRD, one for each served version. */
function resourcesOf(crd: JsonObject): ServedResource[] {
  const group = getString(crd, 'spec', 'group') ?? '';
  const versions = (getList(crd, 'spec', 'versions') ?? []).filter(isJsonObject);
  const storageVersion =
    getString(
      versions.find((version) => version['storage'] === true),
      'name',
    ) ?? '';
  // The stored version need not be served: its schema is needed all the same.
  const types = typesOfCrd({
    ...crd,
    spec: { ...getObject(crd, 'spec'), versions: versions.map((version) => ({ ...version, served: true })) },
  });
  const storageSchema = types.find(({ resource }) => resource.version === storageVersion)?.schema ?? { type: 'any' };
  const isServed = (name: string): boolean =>
    versions.some((version) => version['name'] === name && version['served'] === true);
  return types
    .filter(({ resource }) => isServed(resource.version))
    .map(({ resource: type, schema }) => {
      const version = versions.find((each) => each['name'] === type.version) ?? {};
      const scale = getObject(version, 'subresources', 'scale');
      const listKind = getString(crd, 'status', 'acceptedNames', 'listKind') ?? `${type.kind}List`;
      return {
        type,
        schema,
        stored: `${group}/${type.plural}`,
        storage: { group, version: storageVersion, kind: type.kind },
        rules: {},
        listKind,
        storageHash: storageHash(group, storageVersion, type.kind),
        custom: {
          crd: getString(crd, 'metadata', 'name') ?? '',
          listKind,
          columns: (getList(version, 'additionalPrinterColumns') ?? []).filter(isJsonObject),
          scale: scale && {
            specReplicas: getString(scale, 'specReplicasPath') ?? '',
            statusReplicas: getString(scale, 'statusReplicasPath') ?? '',
            selector: getString(scale, 'labelSelectorPath'),
          },
          selectableFields: (getList(version, 'selectableFields') ?? []).map(
            (field) => getString(field, 'jsonPath') ?? '',
          ),
          storageSchema,
          shown: new WeakMap(),
          rules: once(() => ruleTree(schema)),
          accepting: !isCondition(crd, 'Terminating'),
          deprecationWarning:
            version['deprecated'] === true
              ? (getString(version, 'deprecationWarning') ?? `${group}/${type.version} ${type.kind} is deprecated`)
              : undefined,
        },
      };
    });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The first eight bytes of a digest of the stored version, as k8s.io/apiserver pkg/endpoints/discovery/storageversionhash.go. */
function storageHash(group: string, version: string, kind: string): string {
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');
}

const IN_PROGRESS = 'InstanceDeletionInProgress';

/** Deletes the objects of a CRD that is being deleted; when none is left, its finalizer goes. */
function clearObjects(api: Api, crd: JsonObject): void {
  if (!(getList(crd, 'metadata', 'finalizers') ?? []).includes(CLEANUP_FINALIZER)) return;
  sayEnding(api, crd);
  const stored = `${getString(crd, 'spec', 'group') ?? ''}/${getString(crd, 'spec', 'names', 'plural') ?? ''}`;
  const resource = api
    .served()
    .resources()
    .find((each) => each.stored === stored);
  for (const object of resource ? api.store.list(stored) : []) {
    if (getString(object, 'metadata', 'deletionTimestamp') !== undefined) continue;
    try {
      const target: Target = {
        resource: resource as ServedResource,
        namespace: getString(object, 'metadata', 'namespace') ?? '',
        name: getString(object, 'metadata', 'name') ?? '',
        subresource: '',
      };
      deleteObject(api, target, { dryRun: false });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
  if (api.store.count(stored) === 0) release(api, crd);
}

/** The last object of an ending CRD may have gone. */
function finishEnding(api: Api, stored: string): void {
  const resource = api
    .served()
    .resources()
    .find((each) => each.stored === stored && each.custom);
  if (!resource?.custom || resource.custom.accepting || api.store.count(stored) > 0) return;
  const crd = api.store.get(CRDS, '', resource.custom.crd);
  if (crd) release(api, crd);
}

/** That its objects are being deleted, which may take a while (apiextensions-apiserver pkg/controller/finalizer). */
function sayEnding(api: Api, crd: JsonObject): void {
  const name = getString(crd, 'metadata', 'name') ?? '';
  const target = crdTarget(api, name, 'status');
  const isSaid = (getList(crd, 'status', 'conditions') ?? []).some(
    (each) => getString(each, 'type') === 'Terminating' && getString(each, 'reason') === IN_PROGRESS,
  );
  if (!target || isSaid) return;
  const next = cloneJson(crd);
  const message = 'CustomResource deletion is in progress';
  setCondition(next, { type: 'Terminating', status: 'True', reason: IN_PROGRESS, message }, timeNow(api));
  updateObject(api, target, next, { manager: MANAGER, dryRun: false });
}

/** Takes the finalizer off, by way of the status as upstream does. */
function release(api: Api, crd: JsonObject): void {
  const name = getString(crd, 'metadata', 'name') ?? '';
  const current = api.store.get(CRDS, '', name);
  const target = crdTarget(api, name, 'status');
  if (!current || !target || !(getList(current, 'metadata', 'finalizers') ?? []).includes(CLEANUP_FINALIZER)) return;
  const next = cloneJson(current);
  const metadata = next['metadata'] as JsonObject;
  metadata['finalizers'] = (getList(metadata, 'finalizers') ?? []).filter(
    (finalizer) => finalizer !== CLEANUP_FINALIZER,
  );
  const ended = isCondition(current, 'Established')
    ? { reason: 'InstanceDeletionCompleted', message: 'removed all instances' }
    : { reason: 'NeverEstablished', message: 'resource was never established' };
  setCondition(next, { type: 'Terminating', status: 'False', ...ended }, timeNow(api));
  updateObject(api, target, next, { manager: MANAGER, dryRun: false });
}
