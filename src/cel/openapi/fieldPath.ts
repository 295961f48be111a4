// The fieldPath of a rule: `.a.b` or `['a']`, against the schema at which the rule stands (ValidFieldPath of
// apiextensions-apiserver).
import type { SchemaNode } from '../../schema/schemaSet.ts';

const STEP = /\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]/y;
const CONTROL: ReadonlyMap<string, string> = new Map(
  Object.entries({ a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', "'": "'", '\\': '\\' }),
);

/** The path as errors print it; undefined where it leads to no field. */
export function fieldPathOf(text: string, schema: SchemaNode): string | undefined {
  let printed = '';
  let node: SchemaNode | undefined = schema;
  let index = 0;
  while (index < text.length) {
    STEP.lastIndex = index;
    const found = STEP.exec(text);
    if (!found || !node) return undefined;
    index += found[0].length;
    const name: string =
      found[1] ?? (found[2] ?? '').replaceAll(/\\(.)/g, (whole, char: string) => CONTROL.get(char) ?? whole);
    if (node.fields) {
      printed += printed === '' ? name : `.${name}`;
      node = node.fields.get(name);
    } else {
      printed += `[${name}]`;
      node = node.values;
    }
    if (!node) return undefined;
  }
  return printed === '' ? undefined : printed;
}
