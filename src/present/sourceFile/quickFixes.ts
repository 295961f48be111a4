// What an editor offers beside a finding: to write what was most likely meant. Where in the text, and which words. Pure.
import type { Finding } from '../../model/finding.ts';
import type { Place } from '../../model/sourceText.ts';

export interface QuickFix {
  readonly title: string;
  /** What is replaced. */
  readonly place: Place;
  readonly text: string;
}

/** The fix of a finding; undefined where none is known, or it cannot be said which part of the text it is about. */
export function quickFixOf({ at, fix }: Pick<Finding, 'at' | 'fix'>): QuickFix | undefined {
  if (!at || !fix) return undefined;
  const { written, meant } = fix;
  const text = at.source.text.slice(at.start, at.end);
  const [first, second] = placesOf(text, written);
  if (first === undefined || second !== undefined || !isSafe(meant, written, text[first - 1])) return undefined;
  const start = at.start + first;
  const place = { source: at.source, start, end: start + written.length };
  return { title: `Change ${written} to ${meant}`, place, text: meant };
}

/** Where the words stand by themselves: not as a part of longer ones. */
function placesOf(text: string, words: string): number[] {
  const found: number[] = [];
  if (words === '') return found;
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1))
    if (!isOfName(text[at - 1]) && !isOfName(text[at + words.length])) found.push(at);
  return found;
}

function isOfName(character: string | undefined): boolean {
  return character !== undefined && /[\w./-]/.test(character);
}

/** Whether a text that is written there is read as that text: with quotes of its own or around it, or plain and a word. */
function isSafe(meant: string, written: string, before: string | undefined): boolean {
  if (/^"[^"\\\n]*"$/.test(meant) || /^["']/.test(written)) return true;
  if (before === '"' || before === "'") return /^[^"'\\\n]+$/.test(meant);
  return /^(?!\.\d)[A-Za-z_./](?:[\w./ -]*[\w./-])?$/.test(meant) && !RESERVED.test(meant);
}

const RESERVED = /^(?:true|false|yes|no|on|off|y|n|null)$/i;
