// Why something is not ready, from the outside in: the links of one sentence, each with what it leads to. Words only; how a
// link is followed is for whoever shows it. Values of Secrets are in none of them.
import type { ObjectRef } from '../../model/objectRef.ts';
import type { Place } from '../../model/sourceText.ts';
import { placeLine } from '../names.ts';

export type WhyTarget =
  /** `of`: for what no inventory names, a pod, the object of an inventory that it belongs to. */
  | { readonly kind: 'object'; readonly ref: ObjectRef; readonly of?: ObjectRef }
  | { readonly kind: 'kustomization'; readonly ref: ObjectRef }
  /** `written`: in the text that was rendered; without it, the place is one of an earlier text. */
  | { readonly kind: 'place'; readonly path: string; readonly line: number; readonly written?: Place }
  | { readonly kind: 'commit'; readonly id: string; readonly path: string };

export interface WhyLink {
  readonly text: string;
  readonly target?: WhyTarget;
  /** It goes on with the link before it, as who wrote the line that was named. */
  readonly goesOn?: true;
  /** What it is said of, and what led to that: from the outside in. */
  readonly of?: readonly ObjectRef[];
}

/** Something that is not ready, and why. */
export interface Why {
  readonly ref: ObjectRef;
  readonly links: readonly WhyLink[];
}

/** `apps waits for infra -> Deployment infra/web has 0 of 1 replicas.`, with something else `between` for other shapes. */
export function whySentence(links: readonly WhyLink[], between = ' -> '): string {
  const text = links.map((link, at) => `${at === 0 ? '' : link.goesOn ? ' ' : between}${link.text}`).join('');
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A link to a place: `placed(place, 'it is set in')` reads `it is set in base/web.yaml:7`. */
export function placed(place: Place, words: string): WhyLink {
  return { text: `${words} ${placeLine(place)}`, target: targetOf(place) };
}

export function targetOf(place: Place): WhyTarget {
  const { path } = place.source;
  return { kind: 'place', path, line: place.source.position(place.start).line, written: place };
}

/** Text of a cluster in one line, without a full stop. */
export function inOneLine(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' · ')
    .replace(/\.$/, '');
}
