// The sentence as Markdown, each place a link. Inert but for those: text of a cluster is no markup.
import { inertMarkdown } from '../tree/treeNode.ts';
import type { WhyLink, WhyTarget } from './chain.ts';

type Target = Extract<WhyTarget, { kind: 'place' }>;

/** One link a line, so that a narrow hover reads well. */
export function whyMarkdown(links: readonly WhyLink[], linkOf: (target: Target) => string): string {
  return links.map((link, at) => `${at === 0 ? '' : link.goesOn ? ' ' : '  \n→ '}${linked(link, linkOf)}`).join('');
}

function linked({ text, target }: WhyLink, linkOf: (target: Target) => string): string {
  if (target?.kind !== 'place' || target.path.includes('://')) return inertMarkdown(text);
  const place = `${target.path}:${target.line}`;
  const at = text.indexOf(place);
  if (at < 0) return inertMarkdown(text);
  const [before, after] = [text.slice(0, at), text.slice(at + place.length)];
  return `${inertMarkdown(before)}[${inertMarkdown(place)}](${linkOf(target)})${inertMarkdown(after)}`;
}
