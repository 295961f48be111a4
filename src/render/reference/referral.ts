// Decides which object a name means, when names were changed: by the names it had, its kind, its namespace, and the
// prefixes and suffixes that both sides got (upstream's nameref filter). Changes no object.
import { child, textOf } from '../../model/node.ts';
import { isSelected } from '../transform/fieldSpec.ts';
import type { GvkSelector } from '../transform/fieldSpec.ts';
import { currentId, currentKey, describe, earlierIds, kindOf, nameOf, namespaceOf, NO_NAMESPACE } from '../resource.ts';
import type { Resource, ResourceId } from '../resource.ts';

interface Candidate extends Ids {
  readonly resource: Resource;
  /** Where it stood among all when the index was made. */
  readonly position: number;
}

interface Ids {
  earlier: readonly ResourceId[];
  current: ResourceId;
  original: ResourceId;
}

export interface CandidateIndex {
  /** Nothing was renamed. */
  readonly isEmpty: boolean;
  /** Objects by each name that they had, in order. */
  readonly byEarlierName: Map<string, Candidate[]>;
  readonly byOriginalNamespace: ReadonlyMap<string, readonly Candidate[]>;
  /**
   * For each name that was looked up, the identities of those that did, by their keys: some may be gone, or look up other names
   * now. Kept for who builds again.
   */
  readonly lookups: Map<string, Map<string, ResourceId>> | undefined;
}

/** Only objects that had another identity before can be meant. */
export function indexCandidates(resources: readonly Resource[], keepsLookups: boolean): CandidateIndex {
  const byEarlierName = new Map<string, Candidate[]>();
  const byOriginalNamespace = new Map<string, Candidate[]>();
  for (const [position, resource] of resources.entries()) {
    const candidate = { resource, position, ...idsOf(resource) };
    addNames(byEarlierName, candidate);
    add(byOriginalNamespace, candidate.original.effectiveNamespace, candidate);
  }
  const lookups = keepsLookups ? new Map<string, Map<string, ResourceId>>() : undefined;
  return {
    get isEmpty() {
      return byEarlierName.size === 0;
    },
    byEarlierName,
    byOriginalNamespace,
    lookups,
  };
}

/** Takes over the identities that an object of the index has now. Its namespaces must be those that it had. */
export function updateCandidate({ byEarlierName, byOriginalNamespace }: CandidateIndex, resource: Resource): void {
  const ids = idsOf(resource);
  const candidate = byOriginalNamespace.get(ids.original.effectiveNamespace)?.find((one) => one.resource === resource);
  if (!candidate) return;
  for (const { name } of candidate.earlier) {
    const left = byEarlierName.get(name)?.filter((one) => one !== candidate) ?? [];
    if (left.length > 0) byEarlierName.set(name, left);
    else byEarlierName.delete(name);
  }
  Object.assign(candidate, ids);
  addNames(byEarlierName, candidate);
  for (const { name } of candidate.earlier) byEarlierName.get(name)?.sort((a, b) => a.position - b.position);
}

function idsOf(resource: Resource): Ids {
  const earlier = earlierIds(resource);
  const current = currentId(resource);
  return { earlier, current, original: earlier[0] ?? current };
}

function addNames(byEarlierName: Map<string, Candidate[]>, candidate: Candidate): void {
  const { earlier } = candidate;
  const { length } = earlier;
  for (let i = 0; i < length; i++) {
    const { name } = earlier[i] as ResourceId;
    if (earlier.findIndex((id) => id.name === name) === i) add(byEarlierName, name, candidate);
  }
}

function add(map: Map<string, Candidate[]>, key: string, candidate: Candidate): void {
  const known = map.get(key);
  if (known) known.push(candidate);
  else map.set(key, [candidate]);
}

/** A resource that refers, with what it may refer to. */
export interface Referrer {
  readonly resource: Resource;
  readonly id: ResourceId;
  readonly sees: (candidate: Candidate) => boolean;
}

/** What a resource can refer to by namespaces, or a sentence where its subjects cannot be read. */
export function candidatesFor(resource: Resource, _index: CandidateIndex): Referrer | string {
  const id = currentId(resource);
  if (id.effectiveNamespace === NO_NAMESPACE) return { resource, id, sees: () => true };
  const others = subjectNamespaces(resource);
  if (typeof others === 'string') return others;
  const sees = ({ current, resource: target }: Candidate): boolean =>
    current.effectiveNamespace === NO_NAMESPACE ||
    current.effectiveNamespace === id.effectiveNamespace ||
    (others.size > 0 && others.has(namespaceOf(target)));
  return { resource, id, sees };
}

function subjectNamespaces(resource: Resource): ReadonlySet<string> | string {
  const namespaces = new Set<string>();
  const subjects = kindOf(resource) === 'RoleBinding' ? child(resource.node, 'subjects') : undefined;
  if (subjects?.kind !== 'list') return namespaces;
  for (const subject of subjects.items) {
    if (subject.kind !== 'map') return 'there is a subject that is no map: write its kind and name';
    const namespace = child(subject, 'namespace');
    if (!namespace || textOf(child(subject, 'kind')) !== 'ServiceAccount') continue;
    if (namespace.kind !== 'scalar' || typeof namespace.value !== 'string')
      return 'a subject has a namespace without a value: write it, or remove the field';
    namespaces.add(namespace.text);
  }
  return namespaces;
}

export interface Wanted {
  readonly oldName: string;
  readonly target: GvkSelector;
  readonly path: string;
  readonly referrer: Referrer;
  readonly index: CandidateIndex;
  /** For references by a map: the namespace that stands in it, if any. The namespace of the referral is then copied too. */
  readonly namespace?: { readonly of: string | undefined };
}

/** The object that is meant; undefined for none, a sentence where more than one could be. */
export function selectReferral(wanted: Wanted): Resource | string | undefined {
  const { oldName, target, referrer, index } = wanted;
  if (index.lookups) noteLookup(index.lookups, oldName, referrer);
  let found = (index.byEarlierName.get(oldName) ?? []).filter((candidate) => referrer.sees(candidate));
  if (wanted.namespace?.of !== undefined) found = inNamespace(found, wanted.namespace.of, referrer, index);
  found = found.filter((candidate) => candidate.earlier.some((id) => isSelected(id, target)));
  const roleRef = wanted.path.endsWith('roleRef/name') ? roleRefOf(referrer.resource) : undefined;
  if (roleRef) found = found.filter((candidate) => candidate.earlier.some((id) => isSelected(id, roleRef)));
  found = found.filter((candidate) => isNear(candidate, referrer.id));
  if (found.length === 1) return found[0]?.resource;
  found = found.filter((candidate) => sameAffixes(referrer.resource, candidate.resource, 'emptyMatches'));
  if (found.length > 1)
    found = found.filter((candidate) => sameAffixes(referrer.resource, candidate.resource, 'exact'));
  const [first] = found;
  if (!first || found.length === 1 || allSame(found, wanted.namespace !== undefined)) return first?.resource;
  return `'${oldName}' can mean ${found.map(({ resource }) => describe(resource)).join(' or ')}; give it a namespace, or another name`;
}

function noteLookup(lookups: Map<string, Map<string, ResourceId>>, name: string, { resource, id }: Referrer): void {
  const known = lookups.get(name) ?? new Map<string, ResourceId>();
  known.set(currentKey(resource), id);
  lookups.set(name, known);
}

function roleRefOf(resource: Resource): GvkSelector | undefined {
  const roleRef = child(resource.node, 'roleRef');
  const [group, kind] = [child(roleRef, 'apiGroup'), child(roleRef, 'kind')];
  return group && kind ? { group: textOf(group), kind: textOf(kind) } : undefined;
}

/** Objects that were in a namespace at first; where the referrer sees none of those, the ones that are in it now. */
function inNamespace(
  found: readonly Candidate[],
  namespace: string,
  referrer: Referrer,
  index: CandidateIndex,
): Candidate[] {
  if (namespace === NO_NAMESPACE) return [];
  const known = index.byOriginalNamespace.get(namespace)?.some((candidate) => referrer.sees(candidate)) ?? false;
  return found.filter(({ original, current }) => (known ? original : current).effectiveNamespace === namespace);
}

function isNear({ resource, current }: Candidate, referrer: ResourceId): boolean {
  return (
    referrer.effectiveNamespace === NO_NAMESPACE ||
    current.effectiveNamespace === NO_NAMESPACE ||
    kindOf(resource) === 'ServiceAccount' ||
    current.effectiveNamespace === referrer.effectiveNamespace
  );
}

function sameAffixes(a: Resource, b: Resource, mode: 'emptyMatches' | 'exact'): boolean {
  const same = (x: readonly string[], y: readonly string[]): boolean =>
    (mode === 'emptyMatches' && (x.length === 0 || y.length === 0)) || sameEnding(x, y);
  return same(a.prefixes, b.prefixes) && same(a.suffixes, b.suffixes);
}

/** Whether the shorter list is the end of the longer one; an empty one only of an empty one. */
function sameEnding(a: readonly string[], b: readonly string[]): boolean {
  const length = Math.min(a.length, b.length);
  if (length === 0) return a.length === b.length;
  for (let i = 1; i <= length; i++) if (a.at(-i) !== b.at(-i)) return false;
  return true;
}

function allSame(found: readonly Candidate[], withNamespace: boolean): boolean {
  const key = ({ resource }: Candidate): string =>
    withNamespace ? `${namespaceOf(resource)}/${nameOf(resource)}` : nameOf(resource);
  return new Set(found.map(key)).size === 1;
}
