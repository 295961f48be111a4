// A resource on its way through the build: its tree and what kustomize remembers beside it (earlier ids, prefixes,
// suffixes, who refers to it, generator options). Holds no rules of transformers.
import { child, lastEntries, textOf } from '../model/node.ts';
import type { MapNode } from '../model/node.ts';
import { ReadOrigin } from '../model/origin.ts';
import { parseApiVersion } from '../model/objectRef.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';
import type { DocumentText } from '../model/sourceText.ts';
import { builtinScope } from './config/clusterScoped.ts';

/** Kinds that are certainly cluster-scoped have no namespace, whatever they say; unknown kinds are namespaced. */
export type IsClusterScoped = (gvk: GroupVersionKind) => boolean;

/** The effective namespace of cluster-scoped objects (kyaml resid.TotallyNotANamespace). */
export const NO_NAMESPACE = '_non_namespaceable_';
export const DEFAULT_NAMESPACE = 'default';

/** An identity of a resource at one moment of the build (kyaml resid.ResId). */
export interface ResourceId extends GroupVersionKind {
  readonly name: string;
  /** As written; empty where nothing is written. */
  readonly namespace: string;
  /** `default` for an empty one, NO_NAMESPACE for cluster-scoped kinds. What ids are compared by. */
  readonly effectiveNamespace: string;
}

/** An earlier identity. Its group and version are those that the resource has now, as upstream computes it. */
export interface EarlierId {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Of the first one: the object had labels by then, which upstream's annotation of its names came behind. */
  readonly behindLabels?: boolean;
}

export type Behavior = 'unspecified' | 'create' | 'merge' | 'replace';

export interface Resource {
  /** The tree. Changed only through write.ts. */
  node: MapNode;
  /** Identities that it had before, oldest first. */
  readonly earlier: EarlierId[];
  /** Prefixes and suffixes that it was given, innermost first. */
  readonly prefixes: string[];
  readonly suffixes: string[];
  /** Ids of resources whose fields were rewritten to follow this one's name. */
  readonly referredBy: ResourceId[];
  /** Names of vars that read from it. */
  readonly vars: string[];
  /** Of generated objects only. */
  behavior: Behavior | undefined;
  needsHash: boolean;
  /** For patches: what they may change in their targets. */
  allowNameChange: boolean;
  allowKindChange: boolean;
  readonly isClusterScoped: IsClusterScoped;
  /** The identity that it had when it was last asked for. */
  lastId: KnownId | undefined;
  /** Whether it is a whole document that ends in a comment, which go-yaml v3 writes behind it until JSON is made of it. */
  hasFoot: boolean;
  /** The document that it was read from; undefined for what was generated. */
  readonly read: DocumentText | undefined;
}

/** A resource around a tree, without history. */
export function newResource(node: MapNode, isClusterScoped: IsClusterScoped): Resource {
  return {
    node,
    earlier: [],
    prefixes: [],
    suffixes: [],
    referredBy: [],
    vars: [],
    behavior: undefined,
    needsHash: false,
    allowNameChange: false,
    allowKindChange: false,
    isClusterScoped,
    lastId: undefined,
    hasFoot: false,
    read: node.origin instanceof ReadOrigin ? node.origin.document : undefined,
  };
}

export function kindOf(resource: Pick<Resource, 'node'>): string {
  return textOf(child(resource.node, 'kind')) ?? '';
}

export function nameOf(resource: Pick<Resource, 'node'>): string {
  return textOf(child(child(resource.node, 'metadata'), 'name')) ?? '';
}

export function namespaceOf(resource: Pick<Resource, 'node'>): string {
  return textOf(child(child(resource.node, 'metadata'), 'namespace')) ?? '';
}

export function gvkOf(resource: Pick<Resource, 'node'>): GroupVersionKind {
  return { ...parseApiVersion(textOf(child(resource.node, 'apiVersion')) ?? ''), kind: kindOf(resource) };
}

/** The text values of `metadata.annotations`. */
export function annotationsOf(resource: Resource): Map<string, string> {
  return textsOf(resource, 'annotations');
}

/** The text values of `metadata.labels`. */
export function labelsOf(resource: Resource): Map<string, string> {
  return textsOf(resource, 'labels');
}

function textsOf(resource: Resource, field: 'annotations' | 'labels'): Map<string, string> {
  const map = child(child(resource.node, 'metadata'), field);
  const texts = new Map<string, string>();
  if (map?.kind === 'map') {
    for (const [key, { value }] of lastEntries(map)) texts.set(key, value.kind === 'scalar' ? value.text : '');
  }
  return texts;
}

export function resourceId(
  gvk: GroupVersionKind,
  name: string,
  namespace: string,
  isClusterScoped: IsClusterScoped,
): ResourceId {
  const effectiveNamespace = isClusterScoped(gvk) ? NO_NAMESPACE : namespace === '' ? DEFAULT_NAMESPACE : namespace;
  return { group: gvk.group, version: gvk.version, kind: gvk.kind, name, namespace, effectiveNamespace };
}

/** An identity with the fields that it was made of. */
interface KnownId {
  readonly apiVersion: string;
  readonly id: ResourceId;
  readonly key: string;
}

/** The identity as it stands now. */
export function currentId(resource: Resource): ResourceId {
  return known(resource).id;
}

/** The key of the identity as it stands now. */
export function currentKey(resource: Resource): string {
  return known(resource).key;
}

/** Identities are asked for far more often than they change: the last one is kept, and made anew when a field of it differs. */
function known(resource: Resource): KnownId {
  const { node, lastId } = resource;
  const metadata = child(node, 'metadata');
  const apiVersion = textOf(child(node, 'apiVersion')) ?? '';
  const kind = textOf(child(node, 'kind')) ?? '';
  const name = textOf(child(metadata, 'name')) ?? '';
  const namespace = textOf(child(metadata, 'namespace')) ?? '';
  if (
    lastId?.id.name === name &&
    lastId.apiVersion === apiVersion &&
    lastId.id.kind === kind &&
    lastId.id.namespace === namespace
  )
    return lastId;
  const before = lastId?.apiVersion === apiVersion && lastId.id.kind === kind ? lastId.id : undefined;
  const id = before
    ? withName(before, name, namespace)
    : resourceId({ ...parseApiVersion(apiVersion), kind }, name, namespace, resource.isClusterScoped);
  const made: KnownId = { apiVersion, id, key: idKey(id) };
  // The scope of other kinds may become known in the course of a build (openapi).
  if (before || builtinScope(id, '5.8.1') !== undefined) resource.lastId = made;
  return made;
}

/** The identity of an object of the same kind. */
function withName(
  { group, version, kind, effectiveNamespace }: ResourceId,
  name: string,
  namespace: string,
): ResourceId {
  const scope = effectiveNamespace === NO_NAMESPACE ? NO_NAMESPACE : namespace === '' ? DEFAULT_NAMESPACE : namespace;
  return { group, version, kind, name, namespace, effectiveNamespace: scope };
}

/** Every earlier identity, oldest first; not the current one. */
export function earlierIds(resource: Resource): ResourceId[] {
  if (resource.earlier.length === 0) return [];
  const now = gvkOf(resource);
  return resource.earlier.map((earlier) => idOf(earlier, now));
}

/** An earlier identity: the group and the version are those of today. */
function idOf(
  { kind, name, namespace }: EarlierId,
  { group, version }: Pick<ResourceId, 'group' | 'version'>,
): ResourceId {
  const effectiveNamespace = namespace === '' ? DEFAULT_NAMESPACE : namespace;
  return { group, version, kind, name, namespace, effectiveNamespace };
}

/** The first identity that the resource had. */
export function originalId(resource: Resource): ResourceId {
  const now = currentId(resource);
  const [first] = resource.earlier;
  return first ? idOf(first, now) : now;
}

/** Remembers the current identity as an earlier one; called by every step that is about to change it. */
export function rememberId(resource: Resource): void {
  const { kind, name, effectiveNamespace } = currentId(resource);
  const earlier = { kind, name, namespace: effectiveNamespace };
  const isFirst = resource.earlier.length === 0;
  const behindLabels = isFirst && child(child(resource.node, 'metadata'), 'labels') !== undefined;
  resource.earlier.push(behindLabels ? { ...earlier, behindLabels } : earlier);
}

/** One string for each identity that sameId tells apart. */
export function idKey(id: ResourceId): string {
  return `${id.group}\n${id.version}\n${id.kind}\n${id.effectiveNamespace}\n${id.name}`;
}

/** A short name of a resource for messages: `Kind/name` or `Kind/namespace/name`. */
export function describe(resource: Resource): string {
  const namespace = namespaceOf(resource);
  return [kindOf(resource), ...(namespace === '' ? [] : [namespace]), nameOf(resource)].join('/');
}
