// Puts Flux's definitions and the workspace's own Flux objects into a cluster, so that the loop has something to do. Makes
// what is missing; what Flux already owns is left to it.
import { getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { waitForReady } from '../../health/wait.ts';
import { StatusError } from '../../kube/client.ts';
import type { KubeClient } from '../../kube/client.ts';
import { startObjects } from './fluxEntry.ts';
import type { FluxEntry } from './fluxEntry.ts';
import { KUSTOMIZE_MANAGER } from '../fluxKinds.ts';

/** Who keeps an object up. */
export const OWNER_LABEL = 'kustomize.toolkit.fluxcd.io/name';
const DEFINITIONS_TIMEOUT = 60_000;

/** Applies the definitions, waits until they are served, then makes the objects of the entry that Flux does not own yet. */
export async function bootstrap(
  client: KubeClient,
  definitions: readonly JsonObject[],
  entry: FluxEntry | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (const definition of definitions)
    await client.apply(labelled(definition), { fieldManager: KUSTOMIZE_MANAGER, force: true }, signal);
  const { message } = await waitForReady(definitions.map(refOf), client, { timeout: DEFINITIONS_TIMEOUT }, signal);
  if (message !== '') throw new Error(message);
  client.forgetTypes();
  const objects = entry ? startObjects(entry) : [];
  for (const namespace of new Set(objects.map((object) => refOf(object).namespace))) {
    if (namespace !== '') await ensureNamespace(client, namespace, signal);
  }
  for (const object of objects) await ensureObject(client, object, signal);
}

/** With the label by which `flux check` finds Flux's definitions. */
function labelled(definition: JsonObject): JsonObject {
  const metadata = getObject(definition, 'metadata') ?? {};
  const labels = { ...getObject(metadata, 'labels'), 'app.kubernetes.io/part-of': 'flux' };
  return { ...definition, metadata: { ...metadata, labels } };
}

async function ensureNamespace(client: KubeClient, name: string, signal: AbortSignal): Promise<void> {
  const ref: ObjectRef = { group: '', version: 'v1', kind: 'Namespace', namespace: '', name };
  if (await client.get(ref, signal)) return;
  try {
    await client.create(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      { fieldManager: 'plumbline' },
      signal,
    );
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 409) throw error;
  }
}

/** An object with an owner is kept up by the Kustomization that owns it: touching it would take away its labels. */
async function ensureObject(client: KubeClient, object: JsonObject, signal: AbortSignal): Promise<void> {
  const served = await client.resourceType(refOf(object), signal);
  if (!served) return;
  const live = await client.get(refOf(object), signal);
  if (live && getString(getObject(live, 'metadata', 'labels'), OWNER_LABEL) !== undefined) return;
  await client.apply(object, { fieldManager: KUSTOMIZE_MANAGER, force: true }, signal);
}
