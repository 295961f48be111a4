// Corrections that Flux makes to an object before it compares or applies it (fluxcd/pkg/ssa, normalize): known faults of
// the server are avoided, fields that only the server sets go. Works on a copy of its own; never fails.
import { getKey, getList, getObject, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import { isGoTyped, throughGoType } from './goTyped.ts';

/** Where the pod template of a kind is. */
const POD_SPECS = new Map<string, readonly string[]>([
  ['/Pod', ['spec']],
  ['apps/Deployment', ['spec', 'template', 'spec']],
  ['apps/StatefulSet', ['spec', 'template', 'spec']],
  ['apps/DaemonSet', ['spec', 'template', 'spec']],
  ['apps/ReplicaSet', ['spec', 'template', 'spec']],
  ['batch/Job', ['spec', 'template', 'spec']],
  ['batch/CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
]);

/** Normalises an object and returns it; the given one is used up. Without schemas built-in kinds keep their form. */
export function normalizeObject(object: JsonObject, schemas?: SchemaSet): JsonObject {
  const ref = refOf(object);
  const { group, kind } = ref;
  // Upstream loses rules of roles on the way through their type, and so leaves them alone (kustomize-controller#1041).
  if (group === 'rbac.authorization.k8s.io' && (kind === 'Role' || kind === 'ClusterRole')) return object;
  const schema = isGoTyped(group) ? schemas?.schemaOf(ref) : undefined;
  const through = schema && throughGoType(object, schema);
  const typed = through ?? object;
  const podSpec = POD_SPECS.get(`${group}/${kind}`);
  // What does not fit its type is left to the server's judgement, as it is.
  if (podSpec && (through || !schema)) defaultProtocols(getList(typed, ...podSpec, 'containers') ?? []);
  if (group === '' && kind === 'Service' && (through || !schema))
    normalizePorts(getList(typed, 'spec', 'ports') ?? [], through !== undefined);
  if (group === '' && kind === 'Secret') moveStringData(typed);
  const metadata = getObject(typed, 'metadata');
  if (metadata && through) typed['metadata'] = metadataThroughType(metadata);
  else if (metadata) delete metadata['creationTimestamp'];
  if (kind.toLowerCase() !== 'customresourcedefinition' || group !== 'apiextensions.k8s.io') delete typed['status'];
  return typed;
}

/** The fields of ObjectMeta, but for creationTimestamp: each is left out where it is empty. */
const METADATA = new Set([
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
]);

/** What a built-in object is sent with: an empty list would be a field that is owned, or one that the server refuses. */
function metadataThroughType(metadata: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(metadata))
    if (METADATA.has(key) && !(key === 'deletionGracePeriodSeconds' ? value === null : isEmpty(value)))
      setKey(kept, key, value);
  return kept;
}

function isEmpty(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isJsonObject(value)) return Object.keys(value).length === 0;
  return value === null || value === '' || value === 0;
}

/** Ports are a list keyed by protocol, which structured merge does not default (structured-merge-diff#130). */
function defaultProtocols(containers: readonly JsonValue[]): void {
  for (const container of containers) defaultProtocol(getList(container, 'ports') ?? []);
}

function defaultProtocol(ports: readonly JsonValue[]): void {
  for (const port of ports) if (isJsonObject(port) && !getKey(port, 'protocol')) port['protocol'] = 'TCP';
}

/** The target of a service port is a Go struct: it is sent as 0 where it is not set, which the server reads as "the port". */
function normalizePorts(ports: readonly JsonValue[], typed: boolean): void {
  defaultProtocol(ports);
  for (const port of ports)
    if (typed && isJsonObject(port) && getKey(port, 'targetPort') === undefined) port['targetPort'] = 0;
}

/** The object with the target ports that the server will fill in: for comparisons that ask no server. */
export function withTargetPorts(object: JsonObject): JsonObject {
  const ports = getList(object, 'spec', 'ports');
  if (object['kind'] !== 'Service' || object['apiVersion'] !== 'v1' || !ports) return object;
  const filled = ports.map((port) =>
    isJsonObject(port) && (port['targetPort'] ?? 0) === 0 ? { ...port, targetPort: port['port'] ?? 0 } : port,
  );
  return { ...object, spec: { ...getObject(object, 'spec'), ports: filled } };
}

/** stringData is write-only: applied as it is, a key that leaves Git would stay in the cluster (kubernetes/kubernetes#108008). */
function moveStringData(object: JsonObject): void {
  const texts = getObject(object, 'stringData');
  if (!texts || Object.values(texts).some((text) => typeof text !== 'string')) return;
  const data = getObject(object, 'data') ?? {};
  for (const [key, text] of Object.entries(texts)) setKey(data, key, base64(String(text)));
  if (Object.keys(texts).length > 0) object['data'] = data;
  delete object['stringData'];
}

function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
