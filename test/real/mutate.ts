// One mutation of one rendered field: another value at its newest origin, and a judgement of what the next build made of it.
import type { Manifest } from '../../src/model/manifest.ts';
import type { Node, ScalarNode } from '../../src/model/node.ts';
import { chainOf, sourcesOf } from '../../src/model/origin.ts';
import type { Origin } from '../../src/model/origin.ts';
import type { Place } from '../../src/model/sourceText.ts';
import { printPlace, SourceText } from '../../src/model/sourceText.ts';
import { readYaml } from '../../src/yaml/read.ts';

export interface Field {
  /** Where the object was written first, then keys and indexes. */
  readonly path: string;
  readonly node: Node;
  readonly keyPlace: Place | undefined;
}

/** Every value of a rendering by its path; maps and lists only where they are empty. */
export function fieldsOf(manifests: readonly Manifest[]): Map<string, Field> {
  const found = new Map<string, Field>();
  const seen = new Map<string, number>();
  const open: Field[] = manifests.map(({ node }) => ({ path: nameOf(node, seen), node, keyPlace: undefined }));
  for (let field = open.pop(); field; field = open.pop()) {
    const { node, path } = field;
    if (node.kind === 'map' && node.entries.size > 0) {
      for (const [key, entry] of node.entries)
        open.push({ path: `${path}/${key}`, node: entry.value, keyPlace: entry.keyPlace });
    } else if (node.kind === 'list' && node.items.length > 0) {
      for (const [i, item] of node.items.entries())
        open.push({ path: `${path}/${i}`, node: item, keyPlace: undefined });
    } else found.set(path, field);
  }
  return found;
}

/** Objects are told apart by their places: a change of a kind or a name may give them another order. */
function nameOf(node: Node, seen: Map<string, number>): string {
  const place = chainOf(node.origin).at(-1)?.place;
  const written = place ? printPlace(place) : '(made)';
  const number = (seen.get(written) ?? 0) + 1;
  seen.set(written, number);
  return number === 1 ? written : `${written}#${number}`;
}

export interface Mutation {
  readonly place: Place;
  /** The file with the other value. */
  readonly text: string;
  readonly before: string;
  readonly after: string;
  /** True where the field is a hash of the value: it must change, into what is not foretold. */
  readonly hashed: boolean;
}

/** Where the value of a field is decided: at its newest link, or where that one copied, followed or hashed it from. */
export function decidingLink(node: Node, pick: (count: number) => number): { link: Origin; hashed: boolean } {
  let link = node.origin;
  let hashed = false;
  for (let sources = sourcesOf(link); sources.length > 0; sources = sourcesOf(link)) {
    hashed ||= link.cause.by === 'hash';
    const written = sources.filter(
      ({ place, cause }) => place && !(cause.by === 'generator' && cause.key === undefined),
    );
    link = (written.length > 0 ? written : sources)[pick((written.length > 0 ? written : sources).length)] as Origin;
  }
  return { link, hashed };
}

/** Another value of the same type at the link's place; a word why not where there is none to be had. */
export function mutationAt(link: Origin, hashed: boolean): Mutation | string {
  const { place, cause } = link;
  if (!place) return 'no place';
  const { source, start, end } = place;
  const raw = source.text.slice(start, end);
  const done = (text: string, before: string, after: string): Mutation => ({
    place,
    text: source.text.slice(0, start) + text + source.text.slice(end),
    before,
    after,
    hashed,
  });
  if (cause.by === 'generator') {
    if (cause.key === undefined && !isOneScalar(raw)) return 'made by the build';
    const whole = start === 0 && end === source.text.length;
    const envLine = !whole && cause.key !== undefined && isEnvFile(source.path);
    if (whole) return done(`x${raw}`, raw, `x${raw}`);
    if (envLine) return done(`${raw}x`, raw, `${raw}x`);
    if (cause.key !== undefined) return literalMutation(raw, done);
  }
  return scalarMutation(raw, done);
}

type Done = (text: string, before: string, after: string) => Mutation;

function isEnvFile(path: string): boolean {
  return !/(^|\/)([Kk]ustomization(\.ya?ml)?|[^/]*\.ya?ml)$/.test(path);
}

/** A literal is `key=value`, perhaps with quotes around the value or around it all. */
function literalMutation(raw: string, done: Done): Mutation | string {
  const old = scalarOf(raw)?.text;
  const quote = /["']*$/.exec(raw)?.[0] ?? '';
  const changed = `${raw.slice(0, raw.length - quote.length)}x${quote}`;
  const next = scalarOf(changed)?.text;
  if (old === undefined || next === undefined || raw.includes('\n')) return 'text on several lines';
  return done(changed, valueOfLiteral(old), valueOfLiteral(next));
}

function valueOfLiteral(text: string): string {
  const value = text.slice(text.indexOf('=') + 1);
  return value.length >= 2 && /^(["']).*\1$/s.test(value) ? value.slice(1, -1) : value;
}

function scalarMutation(raw: string, done: Done): Mutation | string {
  const old = scalarOf(raw);
  if (!old) return 'the place is no scalar';
  if (old.value === null) return 'null';
  const changed = changedText(raw, old);
  const next = changed === undefined ? undefined : scalarOf(changed);
  if (changed === undefined || !next || next.tag !== old.tag) return 'no other value of its type';
  return done(changed, old.text, next.text);
}

function changedText(raw: string, old: ScalarNode): string | undefined {
  if (typeof old.value === 'boolean') return old.value ? 'false' : 'true';
  if (old.tag === '!!int') return String(Number(old.value) + 7);
  if (typeof old.value !== 'string') return undefined;
  const more = /^\d+$/.test(old.text) ? '7' : 'x';
  if (/^[|>]/.test(raw)) return raw.replace(/^([^\n]*\n\s*)(\S)/, `$1${more}$2`);
  const quote = /^["']/.test(raw) ? raw.slice(-1) : '';
  return `${raw.slice(0, raw.length - quote.length)}${more}${quote}`;
}

/** The scalar that the text at a place is; block scalars stand indented, as under a key. */
function scalarOf(raw: string): ScalarNode | undefined {
  const { documents, findings } = readYaml(new SourceText('', /^[|>]/.test(raw) ? `- ${raw}` : raw), 'resource');
  if (findings.some(({ severity }) => severity === 'error') || documents.length !== 1) return undefined;
  const [root] = documents;
  const node = root?.kind === 'list' ? root.items[0] : root;
  return node?.kind === 'scalar' ? node : undefined;
}

function isOneScalar(raw: string): boolean {
  return scalarOf(raw) !== undefined && !raw.includes(': ');
}

/** Whether a field shows the new value as its cause says: itself, part of a text, or in base64. */
export function follows(before: Node, after: Node | undefined, mutation: Mutation): boolean {
  if (before.kind !== 'scalar' || after?.kind !== 'scalar') return false;
  const [was, is] = [before.text, after.text];
  if (was === is) return false;
  if (mutation.hashed) return true;
  if (replacedOnce(was, is, mutation.before, mutation.after)) return true;
  const [plainWas, plainIs] = [decoded(was), decoded(is)];
  return (
    plainWas !== undefined && plainIs !== undefined && replacedOnce(plainWas, plainIs, mutation.before, mutation.after)
  );
}

/** Whether one or every occurrence of `old` in `was` has become `next`. */
function replacedOnce(was: string, is: string, old: string, next: string): boolean {
  if (is === next && was === old) return true;
  if (old === '') return is.length === was.length + next.length;
  if (was.replaceAll(old, () => next) === is) return true;
  for (let at = was.indexOf(old); at >= 0; at = was.indexOf(old, at + 1))
    if (was.slice(0, at) + next + was.slice(at + old.length) === is) return true;
  return false;
}

function decoded(text: string): string | undefined {
  try {
    return Buffer.from(text.replaceAll('\n', ''), 'base64').toString('utf8');
  } catch {
    return undefined;
  }
}

/** Whether a field's chain, or the place of its key, touches the place of a mutation. */
export function names({ node, keyPlace }: Field, place: Place): boolean {
  const touches = (other: Place | undefined): boolean =>
    other !== undefined &&
    other.source.path === place.source.path &&
    other.start <= place.end &&
    other.end >= place.start;
  if (touches(keyPlace)) return true;
  const open: Origin[] = [node.origin];
  const seen = new Set<Origin>();
  for (let link = open.pop(); link; link = open.pop()) {
    if (seen.has(link)) continue;
    seen.add(link);
    if (touches(link.place)) return true;
    if (link.overridden) open.push(link.overridden.origin);
    open.push(...sourcesOf(link));
  }
  return false;
}
