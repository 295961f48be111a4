// Field paths of replacements, `spec.template.spec.containers.[name=web].image`, split as kustomize splits them
// (kyaml utils.SmarterPathSplitter). Knows no nodes.

/** The segments of a path. `\.` is a dot in a name, and so is a dot within brackets; `[a.b]` without `=` is the key `a.b`. */
export function splitFieldPath(path: string): string[] {
  const parts = splitAtDots(path);
  const segments: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? '';
    if (!part.startsWith('[') || part.endsWith(']')) {
      segments.push(part);
      continue;
    }
    const bracketed = [part];
    while (i < parts.length - 1) {
      const next = parts[++i] ?? '';
      bracketed.push(next);
      if (next.endsWith(']')) break;
    }
    const joined = bracketed.join('.');
    segments.push(joined.includes('=') ? joined : joined.replace(/^[[\]]+|[[\]]+$/g, ''));
  }
  return segments;
}

function splitAtDots(path: string): string[] {
  const pieces = path.split('.');
  if (pieces.length > 1 && pieces[0] === '') pieces.shift();
  const parts: string[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    if (last?.endsWith('\\')) parts[parts.length - 1] = `${last.slice(0, -1)}.${piece}`;
    else parts.push(piece);
  }
  return parts;
}

export type Segment =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'every' }
  /** Items of a list: by the value of a field, or with an empty `field` by their own. */
  | { readonly kind: 'where'; readonly field: string; readonly value: string };

/** Whether a matcher takes a segment for a key that a getter takes for the index of an item from the end. */
export function isField(text: string): boolean {
  return text === '-' || /^-\d*[1-9]\d*$/.test(text);
}

/** What a segment means, or undefined where it is malformed (`[name]` without `=` as a whole segment). */
export function parseSegment(text: string): Segment | undefined {
  if (/^[+-]?\d+$/.test(text)) {
    const index = Number(text);
    return index < 0 ? undefined : { kind: 'index', index };
  }
  if (text === '-') return { kind: 'last' };
  if (text === '*') return { kind: 'every' };
  if (!text.startsWith('[') || !text.endsWith(']')) return { kind: 'field', name: text };
  const inner = text.slice(1, -1);
  const equals = inner.indexOf('=');
  return equals < 0 ? undefined : { kind: 'where', field: inner.slice(0, equals), value: inner.slice(equals + 1) };
}
