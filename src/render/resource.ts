// A resource on its way through the build: its tree and what kustomize remembers beside it (earlier ids, prefixes,
// suffixes, who refers to it, generator options). Holds no rules of transformers.
import { child, lastEntries, textOf } from '../model/node.ts';
import type { MapNode, Node } from '../model/node.ts';
import { ReadOrigin } from '../model/origin.ts';
import { parseApiVersion } from '../model/objectRef.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';
import type { DocumentText } from '../model/sourceText.ts';
import { builtinScope } from './config/clusterScoped.ts';
import { dropEmptyAgain, removeField } from './write.ts';

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
}

export type Behavior = 'unspecified' | 'create' | 'merge' | 'replace';

export interface Resource {
  /** The tree. Changed only through write.ts. */
  node: MapNode;
  /** Identities that it had before, oldest first. */
  earlier: readonly EarlierId[];
  /** Prefixes and suffixes that it was given, innermost first. */
  prefixes: readonly string[];
  suffixes: readonly string[];
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
  /**
   * Whether upstream's annotations of its own came behind the labels, where they were the first ones of the object, or the only
   * ones when all were written anew. Undefined where annotations stand as they do in the tree.
   */
  notesBehindLabels: boolean | undefined;
  /** Whether it is a whole document that ends in a comment, which go-yaml v3 writes behind it until JSON is made of it. */
  hasFoot: boolean;
  /** Whether its values are still the nodes of its document, with the comments there. They are not once JSON is made of it. */
  hasComments: boolean;
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
    notesBehindLabels: undefined,
    hasFoot: false,
    hasComments: false,
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

/** The group, version and kind as they stand now. */
export function gvkOf(resource: Resource): GroupVersionKind {
  const { node, lastId } = resource;
  const kind = kindOf(resource);
  const apiVersion = versionOf(node);
  if (lastId?.apiVersion === apiVersion && lastId.id.kind === kind) return lastId.id;
  return { ...parseApiVersion(apiVersion), kind };
}

/** The apiVersion as it is written, which upstream takes for a version where it is null too. */
function versionOf(node: MapNode): string {
  const version = child(node, 'apiVersion');
  return version?.kind === 'scalar' ? version.text : '';
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
  const node = child(child(resource.node, 'metadata'), field);
  const map = node?.kind === 'scalar' ? node.below : node;
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
  const { entries } = resource.node;
  const { lastId } = resource;
  const apiVersion = versionOf(resource.node);
  const kind = textOf(entries.get('kind')?.value) ?? '';
  const metadata = entries.get('metadata')?.value;
  const inMetadata = metadata?.kind === 'map' ? metadata.entries : undefined;
  const name = textOf(inMetadata?.get('name')?.value) ?? '';
  const namespace = textOf(inMetadata?.get('namespace')?.value) ?? '';
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

/** The group and version as they stand now. */
function groupVersionOf({ node, lastId }: Resource): Pick<GroupVersionKind, 'group' | 'version'> {
  const apiVersion = versionOf(node);
  return lastId?.apiVersion === apiVersion ? lastId.id : parseApiVersion(apiVersion);
}

/** Every earlier identity, oldest first; not the current one. */
export function earlierIds(resource: Resource): ResourceId[] {
  if (resource.earlier.length === 0) return [];
  const now = groupVersionOf(resource);
  return resource.earlier.map((earlier) => idOf(earlier, now));
}

/** An earlier identity: the group and the version are those of today. */
function idOf(
  { kind, name, namespace }: EarlierId,
  { group, version }: Pick<GroupVersionKind, 'group' | 'version'>,
): ResourceId {
  const effectiveNamespace = namespace === '' ? DEFAULT_NAMESPACE : namespace;
  return { group, version, kind, name, namespace, effectiveNamespace };
}

/** The first identity that the resource had. */
export function originalId(resource: Resource): ResourceId {
  const first = resource.earlier[0];
  return first ? idOf(first, groupVersionOf(resource)) : currentId(resource);
}

/** Remembers the current identity as an earlier one; called by every step that is about to change it. */
export function rememberId(resource: Resource): void {
  const { kind, name, effectiveNamespace } = currentId(resource);
  placeNotes(resource, 'more');
  resource.earlier = [...resource.earlier, { kind, name, namespace: effectiveNamespace }];
}

/**
 * Remembers where upstream's annotations of its own come to stand: called before it notes `more` in them, and where all
 * annotations have been written `anew`, which puts them behind everything else in the metadata.
 */
export function placeNotes(resource: Resource, why: 'more' | 'anew'): void {
  if (why === 'more') dropEmptyAgain(resource.node, 'metadata');
  const metadata = child(resource.node, 'metadata');
  const isNoted = hasNotes(resource);
  // Empty annotations make room for its own.
  const annotations = child(metadata, 'annotations');
  const hasOthers = annotations?.kind === 'map' && annotations.entries.size > 0;
  if (why === 'more' && (isNoted || hasOthers)) return;
  if (why === 'more' && annotations && metadata?.kind === 'map' && !isUnseen(annotations))
    removeField(metadata, 'annotations', { place: undefined, cause: annotations.origin.cause });
  const isAlone = !hasOthers && (why === 'more' || isNoted);
  resource.notesBehindLabels = isAlone ? child(metadata, 'labels') !== undefined : undefined;
}

/** Whether upstream keeps something of it in annotations of its own. */
export function hasNotes({ earlier, prefixes, suffixes, needsHash, behavior }: Resource): boolean {
  return earlier.length + prefixes.length + suffixes.length > 0 || needsHash || behavior !== undefined;
}

function isUnseen(node: Node): boolean {
  return node.kind === 'scalar' && node.below !== undefined;
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
