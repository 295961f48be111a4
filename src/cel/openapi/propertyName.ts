// Property names as identifiers of CEL: `a.b` is `a__dot__b` (k8s.io/apiserver/pkg/cel/escaping.go).

const RESERVED: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['__', '__underscores__'],
  ['.', '__dot__'],
  ['-', '__dash__'],
  ['/', '__slash__'],
]);
const WORDS: ReadonlyMap<string, string> = new Map([
  ['underscores', '__'],
  ['dot', '.'],
  ['dash', '-'],
  ['slash', '/'],
]);

/** The identifier for a property; undefined where it has none and rules cannot see it. */
export function escapeProperty(name: string): string | undefined {
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined;
  if (RESERVED.has(name)) return `__${name}__`;
  return name.replaceAll(/__|[./-]/g, (found) => ESCAPES.get(found) ?? found);
}

/** The property that an identifier stands for; undefined for what no property is escaped to. */
export function unescapeProperty(identifier: string): string | undefined {
  let valid = true;
  const name = identifier.replaceAll(/__[^_]+__/g, (found) => {
    const contents = found.slice(2, -2);
    const word = WORDS.get(contents);
    if (word !== undefined) return word;
    if (!RESERVED.has(contents) || found.length !== identifier.length) valid = false;
    return contents;
  });
  return valid ? name : undefined;
}
