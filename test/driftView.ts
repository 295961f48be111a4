// The sample files with a Flux Kustomization that applies them, and a cluster in which an object of it has drifted: what tests
// of drift look at.
import type { FieldChange } from '../src/diff/plan/plan.ts';
import { stepsOfPrinted } from '../src/diff/fields/printedPath.ts';
import { cloneJson, getPath, isJsonObject, setKey } from '../src/model/json.ts';
import type { JsonObject, JsonValue } from '../src/model/json.ts';
import { manifestRef } from '../src/model/manifest.ts';
import { toJson } from '../src/model/node.ts';
import { keyOf } from '../src/model/objectRef.ts';
import { driftedFields } from '../src/present/drift/driftedFields.ts';
import type { DriftedField } from '../src/present/drift/driftedFields.ts';
import type { Drift, WorkspaceState } from '../src/workspace/state.ts';
import { newCluster } from '../src/workspace/state.ts';
import { shop } from './sourceView.ts';

const FLUX = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: web-staging
  namespace: flux-system
spec:
  path: ./staging # what is applied
  sourceRef:
    kind: GitRepository
    name: shop
`;

export const applied: Readonly<Record<string, string>> = { ...shop, 'clusters/dev/web.yaml': FLUX };

const owner = {
  group: 'kustomize.toolkit.fluxcd.io',
  version: 'v1',
  kind: 'Kustomization',
  namespace: 'flux-system',
  name: 'web-staging',
};

/** The Deployment of the sample as staging renders it. */
export function webIn({ renderings }: WorkspaceState, kind = 'Deployment'): JsonObject {
  const rendering = renderings.get('flux:flux-system/web-staging');
  const web = rendering?.lastGood.find((one) => manifestRef(one).kind === kind);
  if (!web) throw new Error(`the Kustomization renders no ${kind}`);
  return toJson(web.node) as JsonObject;
}

export interface DriftOptions {
  /** `false`: it was deleted in the cluster. */
  readonly isThere?: boolean;
  readonly kind?: string;
  /** What else the cluster has made of the object. */
  readonly alter?: (live: JsonObject) => JsonObject;
}

/** The state with a cluster in which an object has these values instead. */
export function drifted(
  state: WorkspaceState,
  changes: readonly FieldChange[],
  { isThere = true, kind = 'Deployment', alter = (live) => live }: DriftOptions = {},
): WorkspaceState {
  const desired = webIn(state, kind);
  const live = isThere ? alter(changes.reduce<JsonValue>(withChange, desired) as JsonObject) : undefined;
  const ref = manifestRefOf(state, kind);
  const drift: Drift = { owner, ref, changes, desired, live };
  const cluster = { ...newCluster('dev', 'embedded'), loop: 'controlling' as const };
  return { ...state, clusters: [{ ...cluster, drifts: new Map([[keyOf(ref), drift]]) }] };
}

function withChange(object: JsonValue, { path, before }: FieldChange): JsonValue {
  const steps = stepsOfPrinted(object, path) ?? [];
  const copy = cloneJson(object);
  const parent = getPath(copy, ...steps.slice(0, -1));
  const last = steps.at(-1);
  if (Array.isArray(parent) && before !== undefined) parent[Number(last)] = before;
  else if (isJsonObject(parent) && before !== undefined) setKey(parent, String(last), before);
  else if (isJsonObject(parent)) delete parent[String(last)];
  return copy;
}

function manifestRefOf({ renderings }: WorkspaceState, kind = 'Deployment'): ReturnType<typeof manifestRef> {
  const all = renderings.get('flux:flux-system/web-staging')?.lastGood ?? [];
  const found = all.map(manifestRef).find((one) => one.kind === kind);
  if (!found) throw new Error(`the Kustomization renders no ${kind}`);
  return found;
}

/** The one field that has drifted. */
export function driftedField(state: WorkspaceState): DriftedField {
  const [field] = driftedFields(state);
  if (!field) throw new Error('no field that the files set has drifted');
  return field;
}
