// Of many chains those that end at the same cause, told once: the chain of what is to blame, and who waits for that. Pure.
import { keyOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { nameBeside } from '../blockedBy.ts';
import { objectName } from '../names.ts';
import type { Why } from './chain.ts';

export interface Cause {
  /** The shortest of the chains that end there. */
  readonly why: Why;
  /** What the others wait for. */
  readonly ref: ObjectRef;
  /** What is not ready for the same reason, in the order of the chains. */
  readonly waiting: readonly ObjectRef[];
}

/** In the order of the chains. Every chain is in one of them: as the one that is told, or as what waits. */
export function causesOf(all: readonly Why[]): Cause[] {
  const groups = new Map<string, Why[]>();
  for (const why of all) {
    const key = causeKey(why);
    groups.set(key, [...(groups.get(key) ?? []), why]);
  }
  return [...groups].map(([key, group]) => {
    const itself = group.find(({ ref }) => keyOf(ref) === key);
    const why = itself ?? group.reduce((a, b) => (wayOf(b).length < wayOf(a).length ? b : a));
    const waiting = group.filter((one) => one !== why).map(({ ref }) => ref);
    return { why, ref: itself ? why.ref : (wayOf(why).findLast(isFlux) ?? why.ref), waiting };
  });
}

/** `apps and web-prod wait for infra.`; empty where nothing does. */
export function waitingSentence({ ref: cause, waiting }: Cause): string {
  if (waiting.length === 0) return '';
  const names = waiting.map((ref) => nameOf(ref, cause));
  const last = names.at(-1) ?? '';
  const who = names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
  return `${who} ${names.length === 1 ? 'waits' : 'wait'} for ${nameOf(cause, cause)}.`;
}

/** Kustomizations are called as in the chains. */
function nameOf(ref: ObjectRef, beside: ObjectRef): string {
  return ref.kind === 'Kustomization' ? nameBeside(ref, beside) : objectName(ref);
}

/** What a chain ends at. A circle has no end: one of it stands for all. */
function causeKey(why: Why): string {
  const way = wayOf(why).map(keyOf);
  const end = way.at(-1) ?? keyOf(why.ref);
  const first = way.indexOf(end);
  return first === way.length - 1 ? end : (way.slice(first).toSorted()[0] ?? end);
}

/** What the deepest of the links has come through. */
function wayOf({ ref, links }: Why): readonly ObjectRef[] {
  return links.reduce<readonly ObjectRef[]>((way, { of = [] }) => (of.length > way.length ? of : way), [ref]);
}

function isFlux({ group }: ObjectRef): boolean {
  return group.endsWith('.fluxcd.io');
}
