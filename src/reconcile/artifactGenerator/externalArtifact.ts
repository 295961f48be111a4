// The ExternalArtifact that an ArtifactGenerator keeps for each of its artifacts: the object, and its status (source-watcher,
// reconcileExternalArtifact). The files themselves stay in memory.
import { equalJson, getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { apiVersionOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { StatusError } from '../../kube/client.ts';
import type { KubeClient } from '../../kube/client.ts';
import { timestamp } from '../conditions.ts';
import { ARTIFACT_GENERATOR, EXTERNAL_ARTIFACT, ORIGIN_REVISION, WATCHER_MANAGER } from '../fluxKinds.ts';

const GENERATOR_LABEL = 'source.extensions.fluxcd.io/generator';

export interface ArtifactFacts {
  readonly revision: string;
  readonly digest: string;
  readonly size: number;
  /** The revision of the source that the artifact was made from, where the generator asks for it. */
  readonly originRevision: string | undefined;
}

/** Writes the object and, where it would change, its status. */
export async function writeExternalArtifact(
  client: KubeClient,
  generator: JsonObject,
  ref: ObjectRef,
  facts: ArtifactFacts,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  const head = { apiVersion: apiVersionOf(EXTERNAL_ARTIFACT), kind: EXTERNAL_ARTIFACT.kind };
  const metadata = { name: ref.name, namespace: ref.namespace };
  const options = { fieldManager: WATCHER_MANAGER, force: true };
  const live = await client.apply(
    { ...head, metadata: { ...metadata, ...metadataOf(generator) }, spec: { sourceRef: sourceRefOf(generator) } },
    options,
    signal,
  );
  const artifact = artifactOf(ref, facts, now);
  if (sameArtifact(getObject(live, 'status', 'artifact'), artifact)) return;
  const generation = getPath(live, 'metadata', 'generation') ?? 1;
  const ready: JsonObject = {
    type: 'Ready',
    status: 'True',
    reason: 'Succeeded',
    message: 'Artifact is ready',
    lastTransitionTime: timestamp(now),
    observedGeneration: generation,
  };
  await client.apply(
    { ...head, metadata, status: { artifact, conditions: [ready] } },
    { ...options, subresource: 'status' },
    signal,
  );
}

export async function deleteExternalArtifact(client: KubeClient, ref: ObjectRef, signal: AbortSignal): Promise<void> {
  try {
    await client.delete(ref, { propagation: 'Background' }, signal);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 404) throw error;
  }
}

/** The name of the file that source-watcher would keep. */
export function fileNameOf(digest: string): string {
  return `${digest.split(':').at(-1) ?? ''}.tar.gz`;
}

function metadataOf(generator: JsonObject): JsonObject {
  const common = getObject(generator, 'spec', 'commonMetadata');
  const labels: JsonObject = {
    'app.kubernetes.io/managed-by': WATCHER_MANAGER,
    [GENERATOR_LABEL]: getString(generator, 'metadata', 'uid') ?? '',
    ...getObject(common, 'labels'),
  };
  const annotations = getObject(common, 'annotations');
  return annotations ? { labels, annotations } : { labels };
}

function sourceRefOf(generator: JsonObject): JsonObject {
  const { namespace, name } = refOf(generator);
  return { apiVersion: apiVersionOf(ARTIFACT_GENERATOR), kind: ARTIFACT_GENERATOR.kind, name, namespace };
}

function artifactOf(ref: ObjectRef, facts: ArtifactFacts, now: number): JsonObject {
  const path = `externalartifact/${ref.namespace}/${ref.name}/${fileNameOf(facts.digest)}`;
  const artifact: JsonObject = {
    digest: facts.digest,
    lastUpdateTime: timestamp(now),
    path,
    revision: facts.revision,
    size: facts.size,
    // Nothing answers there: the artifact is handed over in memory. The field is required.
    url: `plumbline://memory/${path}`,
  };
  if (facts.originRevision !== undefined) artifact['metadata'] = { [ORIGIN_REVISION]: facts.originRevision };
  return artifact;
}

function sameArtifact(live: JsonObject | undefined, wanted: JsonObject): boolean {
  return ['digest', 'revision', 'path', 'metadata'].every((field) => equalJson(getPath(live, field), wanted[field]));
}
