// Puts an object in the place of one that was known by something else: another name, kind or version. Builds those again
// that look up one of its names, and moves it to where it belongs in the output. Possible only where
// - no other object, read or made, ever had one of its identities, so that nothing is mistaken for it;
// - each step that is for it no more, or is now, is for another object too, so that the same is said of the step;
// - the same is said about it, and its namespaces are those that it had;
// and where what holds for an edited object (rebuildObject.ts) holds for each that is built again beside it.
import type { Place } from '../../model/sourceText.ts';
import { moveInOrder } from '../output/order.ts';
import { updateCandidate } from '../reference/referral.ts';
import type { Rendering } from '../rendering.ts';
import { currentId, currentKey, namespaceOf, originalId } from '../resource.ts';
import type { EarlierId, Resource } from '../resource.ts';
import { newResourceList } from '../resourceList.ts';
import type { ResourceList } from '../resourceList.ts';
import { areFew, replaced } from './rebuildReached.ts';
import { forgets } from './reachOfUse.ts';
import type { Recorded } from './recorded.ts';
import { replay } from './replay.ts';
import type { Instead, Replayed } from './replay.ts';
import { areAsBuilt, sameFindings, sameOutside } from './sameOutside.ts';
import { isStillSaid } from './stillSaid.ts';
import { subjectsOf } from './subjects.ts';
import type { Subject } from './subjects.ts';

export interface Becoming {
  readonly subject: Subject;
  /** What is done in place of a step to get the object that it becomes. */
  readonly instead?: Instead;
  /** It alone, as it was built and as it is to be. */
  readonly was: Replayed;
  readonly is: Replayed;
  readonly isInFile: (place: Place) => boolean;
}

/** The rendering with the object as it is to be; undefined where others may be concerned, with everything as it was. */
export function takeIdentity(before: Recorded, becoming: Becoming): Rendering | undefined {
  const { subject, instead, was, is, isInFile } = becoming;
  const { object } = subject;
  const { trace, end } = before;
  const { index } = end.names;
  const [old, made] = [was.resources[0], is.resources[0]];
  if (!old || !made || !sameFindings(was, is, isInFile) || !staysInSight(old, made)) return undefined;
  // Nobody has looked up a name where none could be found.
  if (index.isEmpty && made.earlier.length > 0) return undefined;
  if (forgets(trace.steps.filter((step) => step.kind === 'ran'))) return undefined;
  // What is missing is said with the name that comes nearest to it.
  if (before.rendering.findings.some(({ severity }) => severity !== 'info')) return undefined;
  const everyone = (before.everyone ??= everyoneOf(before));
  if (isTaken(everyone, object, made) || !isStillSaid(before, { ...becoming, subjects: [subject] })) return undefined;
  const referrers = referrersOf(before, everyone, object, [old, made]);
  const subjects = referrers && subjectsOf(trace, referrers);
  if (!subjects) return undefined;
  const built = [...subjects.keys()];
  const others = [...subjects.values()];
  const again = (): Replayed | undefined => replay(trace, end, others);
  const builtThen = again();
  if (!areAsBuilt(builtThen, others)) return undefined;
  const asItWas = { ...object };
  Object.assign(object, made);
  updateCandidate(index, object);
  const builtNow = again();
  // It can look up names that it has itself.
  const itself = replay(trace, end, [subject], instead);
  const [final] = itself?.resources ?? [];
  if (
    !builtNow ||
    !itself ||
    !final ||
    !sameOutside(builtThen, builtNow, built, isInFile) ||
    !sameOutside(is, itself, [object], () => false)
  ) {
    Object.assign(object, asItWas);
    updateCandidate(index, object);
    return undefined;
  }
  object.node = final.node;
  everyone.idChanged(object);
  const at = end.ordered.indexOf(object);
  const ordered = moveInOrder(end.ordered, object, end.kustomization, end.ending.order);
  const to = ordered.indexOf(object);
  const manifests = before.rendering.manifests.toSpliced(at, 1).toSpliced(to, 0, { node: object.node });
  end.ordered = ordered;
  before.rendering = { ...before.rendering, manifests };
  return replaced(before, built, builtNow.resources);
}

/** Whether others see it where they saw it. */
function staysInSight(old: Resource, made: Resource): boolean {
  return (
    namespaceOf(old) === namespaceOf(made) &&
    currentId(old).effectiveNamespace === currentId(made).effectiveNamespace &&
    originalId(old).effectiveNamespace === originalId(made).effectiveNamespace
  );
}

function everyoneOf({ trace: { steps } }: Recorded): ResourceList {
  return newResourceList(steps.flatMap((step) => (step.kind === 'read' || step.kind === 'made' ? step.resources : [])));
}

/** Whether some other object has, or ever had, an identity that this one has or had, whatever their versions. */
function isTaken(everyone: ResourceList, object: Resource, made: Resource): boolean {
  const keys = new Set(everKnownAs(made).map(keyOf));
  return everKnownAs(made).some(({ name }) =>
    everyone.byAnyName(name).some((one) => one !== object && everKnownAs(one).some((id) => keys.has(keyOf(id)))),
  );
}

function everKnownAs(resource: Resource): EarlierId[] {
  const { kind, name, effectiveNamespace } = currentId(resource);
  return [...resource.earlier, { kind, name, namespace: effectiveNamespace }];
}

function keyOf({ kind, name, namespace }: EarlierId): string {
  return `${kind}\n${namespace}\n${name}`;
}

/** The others that look up a name that the object had or gets; undefined where they are many, or not all in the output. */
function referrersOf(
  { end }: Recorded,
  everyone: ResourceList,
  object: Resource,
  becoming: readonly Resource[],
): Set<Resource> | undefined {
  const { lookups } = end.names.index;
  const found = new Set<Resource>();
  for (const { name } of becoming.flatMap(({ earlier }) => earlier))
    for (const [key, id] of lookups?.get(name) ?? [])
      for (const one of everyone.byAnyName(id.name)) if (one !== object && currentKey(one) === key) found.add(one);
  const isInOutput = [...found].every((one) => end.ordered.includes(one));
  return isInOutput && areFew(found.size, end.ordered.length) ? found : undefined;
}
