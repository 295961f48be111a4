// The $(NAME) syntax of vars: expansion, `$$` for a dollar sign, everything else as it stands. Finds no values itself.
import type { Scalar } from '../../model/node.ts';
import type { VariableValue } from './variableValue.ts';

/**
 * Expands the references of a text. Where the whole text is one reference, the value keeps its type. References whose
 * value is not known stay as they are.
 */
export function expandVariables(text: string, valueOf: (name: string) => VariableValue | undefined): Scalar {
  let result = '';
  let done = 0;
  for (let at = 0; at < text.length - 1; at++) {
    if (text[at] !== '$') continue;
    result += text.slice(done, at);
    const next = text[at + 1] as string;
    const close = next === '(' ? text.indexOf(')', at + 2) : -1;
    if (close >= 0) {
      const name = text.slice(at + 2, close);
      const value = valueOf(name);
      if (value !== undefined && text === `$(${name})`) return value.value;
      result += value === undefined ? `$(${name})` : value.text;
      at = close;
    } else {
      result += next === '$' ? '$' : `$${next}`;
      at += 1;
    }
    done = at + 1;
  }
  return result + text.slice(done);
}
