// What an action loses, breaks or opens: only what Git cannot simply bring back, or what nobody means by accident. Judges
// the objects as they are before and after; knows nothing of why.
import { deletesObjects } from '../../model/deletionPolicy.ts';
import { equalJson, getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import { immutableChange } from './immutableFields.ts';
import type { Danger, FieldChange } from './plan.ts';
import { widerRights } from './widerRights.ts';

const DEFINITION_GOES: Danger = {
  code: 'definition-removal',
  message: 'a CustomResourceDefinition is deleted, and every object of its kind with it',
};

/** By group and kind: what a deletion takes with it, whether the object comes back or not. */
const REMOVED = new Map<string, Danger>([
  ['/Namespace', { code: 'namespace-removal', message: 'a Namespace is deleted, and everything in it' }],
  ['apiextensions.k8s.io/CustomResourceDefinition', DEFINITION_GOES],
  [
    '/PersistentVolumeClaim',
    { code: 'data-loss', message: 'a PersistentVolumeClaim is deleted: its data may be lost' },
  ],
  ['/PersistentVolume', { code: 'data-loss', message: 'a PersistentVolume is deleted: its data may be lost' }],
]);

/** By kind: what a replacement means for those that lose no data. */
const REPLACED = new Map([
  ['Job', 'a Job is deleted and run again'],
  ['Service', 'a Service is deleted and made anew: its addresses may change'],
]);

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

export function replaceDangers(live: JsonObject): Danger[] {
  const { group, kind } = refOf(live);
  const removed = REMOVED.get(`${group}/${kind}`);
  if (removed) return [removed];
  const message =
    REPLACED.get(kind) ??
    `a ${kind || 'object'} is deleted and made anew${WORKLOADS.has(kind) ? ': all its pods are gone for a while' : ''}`;
  const replaced: Danger = { code: 'replacement', message };
  return kind === 'StatefulSet' && losesClaims(live) ? [{ ...CLAIMS_GO }, replaced] : [replaced];
}

const CLAIMS_GO: Danger = {
  code: 'data-loss',
  message: 'a StatefulSet is deleted, and its volume claims with it: their data may be lost',
};

export function pruneDangers(live: JsonObject): Danger[] {
  const { group, kind } = refOf(live);
  const removed = REMOVED.get(`${group}/${kind}`);
  if (removed) return [removed];
  if (group === 'apps' && kind === 'StatefulSet')
    return [
      losesClaims(live)
        ? CLAIMS_GO
        : { code: 'data-loss', message: 'a StatefulSet is deleted; its volume claims stay' },
    ];
  if (group === 'kustomize.toolkit.fluxcd.io' && kind === 'Kustomization' && deletesObjects(live)) {
    const number = (getList(live, 'status', 'inventory', 'entries') ?? []).length;
    return number === 0
      ? []
      : [
          {
            code: 'data-loss',
            message: `a Kustomization is deleted, and the ${number} ${number === 1 ? 'object' : 'objects'} of its inventory with it`,
          },
        ];
  }
  if (group === 'helm.toolkit.fluxcd.io' && kind === 'HelmRelease')
    return [{ code: 'data-loss', message: 'a HelmRelease is deleted, and its release is uninstalled' }];
  return [];
}

function losesClaims(live: JsonObject): boolean {
  const templates = getList(live, 'spec', 'volumeClaimTemplates') ?? [];
  return (
    templates.length > 0 && getString(live, 'spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted') === 'Delete'
  );
}

/** Selectors that can be changed, and what a change of them does. */
const SELECTORS = new Map<string, { readonly path: readonly string[]; readonly message: string }>([
  ['/Service', { path: ['spec', 'selector'], message: 'the Service sends its traffic to other pods' }],
  [
    'networking.k8s.io/NetworkPolicy',
    { path: ['spec', 'podSelector'], message: 'the NetworkPolicy holds for other pods' },
  ],
  [
    'policy/PodDisruptionBudget',
    { path: ['spec', 'selector'], message: 'the PodDisruptionBudget holds for other pods' },
  ],
]);

/** The dangers of an update. `after` is what an apply would leave. */
export function changeDangers(before: JsonObject, after: JsonObject, changes: readonly FieldChange[]): Danger[] {
  const { group, kind } = refOf(after);
  const dangers: Danger[] = [];
  const frozen = immutableChange(before, changes);
  if (frozen)
    dangers.push({
      code: 'immutable',
      message: `${frozen.path} is immutable: the server refuses the change unless force deletes and recreates the ${kind}`,
    });
  const selector = SELECTORS.get(`${group}/${kind}`);
  if (selector && !equalJson(getPath(before, ...selector.path), getPath(after, ...selector.path)))
    dangers.push({ code: 'selector', message: `${selector.path.join('.')} changes: ${selector.message}` });
  const [was, is] = [getPath(before, 'spec', 'replicas'), getPath(after, 'spec', 'replicas')];
  if (is === 0 && was !== 0 && was !== undefined)
    dangers.push({ code: 'zero-replicas', message: `spec.replicas becomes 0: the ${kind} stops` });
  if (kind === 'CustomResourceDefinition') dangers.push(...versionsThatGo(before, after));
  return [...dangers, ...widerRights(before, after)];
}

/** The dangers of a new object: what it allows. */
export function createDangers(after: JsonObject): Danger[] {
  return widerRights(undefined, after);
}

function versionsThatGo(before: JsonObject, after: JsonObject): Danger[] {
  const served = (definition: JsonObject): string[] =>
    (getList(definition, 'spec', 'versions') ?? [])
      .filter((version) => getPath(version, 'served') === true)
      .map((version) => getString(version, 'name') ?? '');
  const now = new Set(served(after));
  const gone = served(before).filter((name) => !now.has(name));
  return gone.length === 0
    ? []
    : [
        {
          code: 'definition-removal',
          message: `${gone.join(' and ')} of the CustomResourceDefinition is not served any more`,
        },
      ];
}
