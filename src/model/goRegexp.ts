// Go regular expressions (RE2 syntax): parsed by their own rules, matched in time linear in the text, so that no pattern
// of a repository can hang the build. Captures nothing but the whole match.
import { parseCharacterClass, parseEscape } from './goRegexpClass.ts';
import type { Test } from './goRegexpClass.ts';

/** A compiled expression. */
export interface GoRegexp {
  test(text: string): boolean;
  /** The leftmost match at or after an index, the one that a backtracking matcher would prefer. */
  find(text: string, from: number): Match | undefined;
  /** The texts of at most `limit` matches, one after the other (FindAllString). */
  findAll(text: string, limit: number): string[];
}

/** Indexes into the text. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** One step of the program. `split` goes on at both places; `when` needs a position, not a character. */
type Step =
  | { readonly op: 'char'; readonly test: Test }
  | { readonly op: 'split'; a: number; b: number }
  | { readonly op: 'when'; readonly holds: (before: number | undefined, after: number | undefined) => boolean }
  | { readonly op: 'match' };

type Fragment =
  | { readonly kind: 'empty' }
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Fragment[] }
  | {
      readonly kind: 'repeat';
      readonly part: Fragment;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    };

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  /** Repetition takes as little as it can, and as much with a question mark. */
  readonly U: boolean;
}

class RegexpFault extends Error {}

/** RE2's own limit for counted repetition; the program's size is bounded as well. */
const REPEAT_LIMIT = 1000;
const PROGRAM_LIMIT = 20_000;
const DEPTH_LIMIT = 1000;

/** The expression, or undefined where the pattern is malformed. `anchored`: it must match the whole text. */
export function goRegexp(pattern: string, extent: 'anchored' | 'anywhere'): GoRegexp | undefined {
  // Kinds and names, as most patterns are: without a character that means something, the text is all that matches.
  const literal = extent === 'anchored' && /^[\w/-]+$/.test(pattern);
  try {
    const parser = new Parser(extent === 'anchored' ? `^(?:${pattern})$` : pattern);
    const program: Step[] = [];
    emit(parser.parse(), program);
    program.push({ op: 'match' });
    return {
      test: literal ? (text) => text === pattern : (text) => run(program, text),
      find: (text, from) => findMatch(program, text, from),
      findAll: (text, limit) => findEvery(program, text, limit),
    };
  } catch (error) {
    if (error instanceof RegexpFault) return undefined;
    throw error;
  }
}

/** What Go says about a malformed pattern; undefined where it is well-formed. */
export function goRegexpFault(pattern: string): string | undefined {
  try {
    const program: Step[] = [];
    emit(new Parser(pattern).parse(), program);
    return undefined;
  } catch (error) {
    if (error instanceof RegexpFault) return error.message;
    throw error;
  }
}

class Parser {
  private readonly chars: readonly string[];
  private at = 0;
  private depth = 0;
  private flags: Flags = { i: false, m: false, s: false, U: false };

  constructor(pattern: string) {
    this.chars = [...pattern];
  }

  parse(): Fragment {
    const fragment = this.choice();
    if (this.at < this.chars.length) throw new RegexpFault(`unexpected ): \`${this.chars.join('')}\``);
    return fragment;
  }

  private choice(): Fragment {
    if (++this.depth > DEPTH_LIMIT) throw new RegexpFault(`expression nests too deeply: \`${this.chars.join('')}\``);
    const parts = [this.sequence()];
    while (this.chars[this.at] === '|') {
      this.at++;
      parts.push(this.sequence());
    }
    this.depth--;
    return parts.length === 1 ? (parts[0] as Fragment) : { kind: 'choice', parts };
  }

  private sequence(): Fragment {
    const parts: Fragment[] = [];
    for (
      let char = this.chars[this.at];
      char !== undefined && char !== '|' && char !== ')';
      char = this.chars[this.at]
    ) {
      if (char === '\\' && this.chars[this.at + 1] === 'Q') parts.push(...this.literalRun());
      else parts.push(this.repeated(this.atom(char)));
    }
    return { kind: 'sequence', parts };
  }

  private literalRun(): Fragment[] {
    this.at += 2;
    const parts: Fragment[] = [];
    for (let char = this.chars[this.at]; char !== undefined; char = this.chars[this.at]) {
      this.at++;
      if (char === '\\' && this.chars[this.at] === 'E') {
        this.at++;
        break;
      }
      parts.push(this.literal(char));
    }
    return parts;
  }

  private repeated(part: Fragment): Fragment {
    let result = part;
    for (let first: number | undefined; ;) {
      const start = this.at;
      const range = this.repetition();
      if (!range) return result;
      const nongreedy = this.chars[this.at] === '?';
      if (nongreedy) this.at++;
      if (first !== undefined)
        throw new RegexpFault(`invalid nested repetition operator: \`${this.chars.slice(first, this.at).join('')}\``);
      first = start;
      result = { kind: 'repeat', part: result, min: range[0], max: range[1], lazy: nongreedy !== this.flags.U };
    }
  }

  private repetition(): readonly [number, number] | undefined {
    const char = this.chars[this.at];
    if (char === '*' || char === '+' || char === '?') {
      this.at++;
      return [char === '+' ? 1 : 0, char === '?' ? 1 : Infinity];
    }
    if (char !== '{') return undefined;
    const counted = /^\{(\d+)(,?)(\d*)\}/.exec(this.chars.slice(this.at, this.at + 16).join(''));
    if (!counted || (counted[2] === '' && counted[3] !== '')) return undefined;
    this.at += counted[0].length;
    const min = Number(counted[1]);
    const max = counted[2] === '' ? min : counted[3] === '' ? Infinity : Number(counted[3]);
    if (min > REPEAT_LIMIT || (max !== Infinity && max > REPEAT_LIMIT) || max < min)
      throw new RegexpFault(`invalid repeat count: \`${counted[0]}\``);
    return [min, max];
  }

  private atom(char: string): Fragment {
    this.at++;
    switch (char) {
      case '(':
        return this.group();
      case '[': {
        const found = parseCharacterClass(this.chars, this.at, this.flags.i);
        if (!found) throw new RegexpFault(this.classFault(this.at - 1));
        this.at = found.end;
        return { kind: 'step', step: { op: 'char', test: found.test } };
      }
      case '.': {
        const { s } = this.flags;
        return { kind: 'step', step: { op: 'char', test: (code) => s || code !== 10 } };
      }
      case '^':
        return this.position(
          this.flags.m ? (before) => before === undefined || before === 10 : (before) => before === undefined,
        );
      case '$':
        return this.position(
          this.flags.m ? (_, after) => after === undefined || after === 10 : (_, after) => after === undefined,
        );
      case '*':
      case '+':
      case '?':
        throw new RegexpFault(`missing argument to repetition operator: \`${char}\``);
      case '\\':
        return this.escape();
      default:
        return this.literal(char);
    }
  }

  private position(holds: (before: number | undefined, after: number | undefined) => boolean): Fragment {
    return { kind: 'step', step: { op: 'when', holds } };
  }

  private literal(char: string): Fragment {
    const code = char.codePointAt(0) ?? 0;
    if (!this.flags.i) return { kind: 'step', step: { op: 'char', test: (found) => found === code } };
    const folded = char.toLowerCase();
    return {
      kind: 'step',
      step: { op: 'char', test: (found) => String.fromCodePoint(found).toLowerCase() === folded },
    };
  }

  private escape(): Fragment {
    const char = this.chars[this.at];
    const boundary = (before: number | undefined, after: number | undefined): boolean =>
      isWord(before) !== isWord(after);
    if (char === 'A' || char === 'z' || char === 'b' || char === 'B') {
      this.at++;
      if (char === 'A') return this.position((before) => before === undefined);
      if (char === 'z') return this.position((_, after) => after === undefined);
      return this.position(char === 'b' ? boundary : (before, after) => !boundary(before, after));
    }
    const found = parseEscape(this.chars, this.at);
    if (!found && char === undefined) throw new RegexpFault('trailing backslash at end of expression: ``');
    if (!found) throw new RegexpFault(`invalid escape sequence: \`\\${char}\``);
    this.at = found.end;
    if (found.char !== undefined) return this.literal(found.char);
    return { kind: 'step', step: { op: 'char', test: found.test } };
  }

  private group(): Fragment {
    const outer = this.flags;
    if (this.chars[this.at] === '?') {
      const opening = /^\?(?:P?<\w+>|([imsU]*)(?:-([imsU]+))?([:)]))/.exec(
        this.chars.slice(this.at, this.at + 64).join(''),
      );
      if (!opening) throw new RegexpFault(this.groupFault());
      this.at += opening[0].length;
      this.setFlags(opening[1] ?? '', opening[2] ?? '');
      if (opening[3] === ')') return { kind: 'empty' };
    }
    const inner = this.choice();
    if (this.chars[this.at] !== ')') throw new RegexpFault(`missing closing ): \`${this.chars.join('')}\``);
    this.at++;
    this.flags = outer;
    return inner;
  }

  private groupFault(): string {
    const rest = this.chars.slice(this.at - 1).join('');
    if (/^\(\?P?</.test(rest) && !/^\(\?<[=!]/.test(rest))
      return `invalid named capture: \`${/^[^>]*>?/.exec(rest)?.[0] ?? rest}\``;
    return `invalid or unsupported Perl syntax: \`${/^\(\?<[=!]|^\(\?-?[imsU]*-?./.exec(rest)?.[0] ?? rest}\``;
  }

  private classFault(start: number): string {
    const rest = this.chars.slice(start).join('');
    const range = /(.)-(.)/g;
    for (const [shown, low = '', high = ''] of rest.matchAll(range))
      if (low > high && rest.includes(']')) return `invalid character class range: \`${shown}\``;
    return `missing closing ]: \`${rest}\``;
  }

  private setFlags(on: string, off: string): void {
    const flag = (name: 'i' | 'm' | 's' | 'U'): boolean =>
      (this.flags[name] || on.includes(name)) && !off.includes(name);
    this.flags = { i: flag('i'), m: flag('m'), s: flag('s'), U: flag('U') };
  }
}

function isWord(code: number | undefined): boolean {
  return code !== undefined && /\w/.test(String.fromCodePoint(code));
}

function emit(fragment: Fragment, program: Step[]): void {
  if (program.length > PROGRAM_LIMIT) throw new RegexpFault('expression too large');
  if (fragment.kind === 'step') program.push(fragment.step);
  else if (fragment.kind === 'sequence') fragment.parts.forEach((part) => emit(part, program));
  else if (fragment.kind === 'choice') emitChoice(fragment.parts, program);
  else if (fragment.kind === 'repeat') emitRepeat(fragment, program);
}

function emitChoice(parts: readonly Fragment[], program: Step[]): void {
  const ends: { op: 'split'; a: number; b: number }[] = [];
  for (const [i, part] of parts.entries()) {
    const split = { op: 'split' as const, a: program.length + 1, b: program.length + 1 };
    program.push(split);
    emit(part, program);
    const end = { op: 'split' as const, a: 0, b: 0 };
    program.push(end);
    ends.push(end);
    if (i < parts.length - 1) split.b = program.length;
  }
  for (const end of ends) end.a = end.b = program.length;
}

function emitRepeat(fragment: Fragment & { readonly kind: 'repeat' }, program: Step[]): void {
  const { part, min, max, lazy } = fragment;
  for (let i = 0; i < min; i++) emit(part, program);
  const optional = max === Infinity ? 1 : max - min;
  const skips: { set: (index: number) => void }[] = [];
  for (let i = 0; i < optional; i++) {
    const at = program.length;
    const split = { op: 'split' as const, a: at + 1, b: at + 1 };
    program.push(split);
    emit(part, program);
    if (max === Infinity) program.push({ op: 'split', a: at, b: at });
    // The preferred way stands first.
    skips.push({ set: (index) => (lazy ? (split.a = index) : (split.b = index)) });
  }
  for (const skip of skips) skip.set(program.length);
}

/** Runs all possibilities side by side, one character at a time. */
function run(program: readonly Step[], text: string): boolean {
  const codes = [...text].map((char) => char.codePointAt(0) ?? 0);
  let current = new Set<number>();
  for (let at = 0; at <= codes.length; at++) {
    current.add(0);
    const reached = follow(program, current, codes[at - 1], codes[at]);
    if (reached.matched) return true;
    const next = new Set<number>();
    const code = codes[at];
    if (code === undefined) return false;
    for (const index of reached.waiting) {
      const step = program[index];
      if (step?.op === 'char' && step.test(code)) next.add(index + 1);
    }
    current = next;
  }
  return false;
}

function follow(
  program: readonly Step[],
  from: ReadonlySet<number>,
  before: number | undefined,
  after: number | undefined,
): { matched: boolean; waiting: readonly number[] } {
  const seen = new Set<number>();
  const waiting: number[] = [];
  const pending = [...from];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    const step = program[index];
    if (step?.op === 'match') return { matched: true, waiting };
    if (step?.op === 'char') waiting.push(index);
    else if (step?.op === 'split') pending.push(step.a, step.b);
    else if (step?.op === 'when' && step.holds(before, after)) pending.push(index + 1);
  }
  return { matched: false, waiting };
}

function findEvery(program: readonly Step[], text: string, limit: number): string[] {
  const found: string[] = [];
  let previous = -1;
  for (let at = 0; at <= text.length && found.length < limit;) {
    const match = findMatch(program, text, at);
    if (!match) break;
    const isEmpty = match.end === match.start;
    // An empty match right after another is none.
    if (!isEmpty || match.start !== previous) found.push(text.slice(match.start, match.end));
    previous = match.end;
    at = isEmpty ? match.end + String.fromCodePoint(text.codePointAt(match.end) ?? 0).length : match.end;
  }
  return found;
}

interface Thread {
  readonly index: number;
  readonly start: number;
}

/** Threads in the order of preference; the first that arrives cuts off all behind it. */
function findMatch(program: readonly Step[], text: string, from: number): Match | undefined {
  let best: Match | undefined;
  let current: Thread[] = [];
  let before = from === 0 ? undefined : codeBefore(text, from);
  for (let at = from; ;) {
    const code = text.codePointAt(at);
    if (!best) current.push({ index: 0, start: at });
    const next: Thread[] = [];
    const seen = new Set<number>();
    for (const thread of current) {
      const arrived = advance(program, thread, { before, code, seen, next });
      if (!arrived) continue;
      best = { start: thread.start, end: at };
      break;
    }
    if (code === undefined || (next.length === 0 && best)) return best;
    current = next;
    before = code;
    at += code > 0xffff ? 2 : 1;
  }
}

function codeBefore(text: string, index: number): number | undefined {
  const low = text.charCodeAt(index - 1);
  return low >= 0xdc00 && low < 0xe000 && index > 1 ? text.codePointAt(index - 2) : low;
}

/** Follows one thread to the characters that it takes; true where it matches here. */
function advance(
  program: readonly Step[],
  thread: Thread,
  place: {
    readonly before: number | undefined;
    readonly code: number | undefined;
    readonly seen: Set<number>;
    readonly next: Thread[];
  },
): boolean {
  const pending = [thread.index];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (place.seen.has(index)) continue;
    place.seen.add(index);
    const step = program[index];
    if (step?.op === 'match') return true;
    if (step?.op === 'split') pending.push(step.b, step.a);
    else if (step?.op === 'when' && step.holds(place.before, place.code)) pending.push(index + 1);
    else if (step?.op === 'char' && place.code !== undefined && step.test(place.code))
      place.next.push({ index: index + 1, start: thread.start });
  }
  return false;
}
