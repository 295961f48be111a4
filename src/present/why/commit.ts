// The end of the chain: who wrote the line that it leads to, and how long ago. Pure; the history is read by whoever asks.
import { ageText } from '../age.ts';
import type { WhyLink } from './chain.ts';

/** The line to ask Git about. */
export interface WrittenLine {
  readonly path: string;
  readonly text: string;
  readonly line: number;
}

/** What Git says of it: see source/git/blameLine.ts. */
export type WrittenBy =
  | { readonly kind: 'committed' | 'older'; readonly commit: { readonly id: string; readonly time: number } }
  | { readonly kind: 'uncommitted' };

/** The written line that the chain ends at; undefined where it ends at something else. */
export function lineOfWhy(links: readonly WhyLink[]): WrittenLine | undefined {
  const target = links.at(-1)?.target;
  if (target?.kind !== 'place' || !target.written) return undefined;
  // What was fetched is of another repository.
  return target.path.includes('://')
    ? undefined
    : { path: target.path, text: target.written.source.text, line: target.line };
}

/** The chain with the commit at its end. `now` is in milliseconds. */
export function withCommit(links: readonly WhyLink[], by: WrittenBy | undefined, now: number): readonly WhyLink[] {
  const line = lineOfWhy(links);
  if (!line || !by) return links;
  if (by.kind === 'uncommitted') return [...links, { text: '(not committed)', goesOn: true }];
  const { id, time } = by.commit;
  const who = `${id.slice(0, 7)}${by.kind === 'older' ? ' or before' : ''}`;
  const age = ageText(now - time * 1000);
  // Behind a place it goes on; behind a sentence it would read as a part of that.
  const isPlace = links.at(-1)?.text.endsWith(`${line.path}:${line.line}`) === true;
  const text = isPlace ? `by ${who} (${age})` : `(written by ${who}, ${age})`;
  return [...links, { text, target: { kind: 'commit', id, path: line.path }, goesOn: true }];
}
