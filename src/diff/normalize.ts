// Corrections that Flux makes to an object before it compares or applies it (fluxcd/pkg/ssa, normalize): known faults of
// the server are avoided, fields that only the server sets go. Works on a copy of its own; never fails.
import { getKey, getList, getObject, isJsonObject, setKey } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import type { SchemaSet } from '../schema/schemaSet.ts';
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
  const typed = (schema && throughGoType(object, schema)) ?? object;
  const podSpec = POD_SPECS.get(`${group}/${kind}`);
  if (podSpec) defaultProtocols(getList(typed, ...podSpec, 'containers') ?? []);
  if (group === '' && kind === 'Service') defaultProtocol(getList(typed, 'spec', 'ports') ?? []);
  if (group === '' && kind === 'Secret') moveStringData(typed);
  const metadata = getObject(typed, 'metadata');
  if (metadata) delete metadata['creationTimestamp'];
  if (kind.toLowerCase() !== 'customresourcedefinition' || group !== 'apiextensions.k8s.io') delete typed['status'];
  return typed;
}

/** Ports are a list keyed by protocol, which structured merge does not default (structured-merge-diff#130). */
function defaultProtocols(containers: readonly JsonValue[]): void {
  for (const container of containers) defaultProtocol(getList(container, 'ports') ?? []);
}

function defaultProtocol(ports: readonly JsonValue[]): void {
  for (const port of ports) if (isJsonObject(port) && !getKey(port, 'protocol')) port['protocol'] = 'TCP';
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
