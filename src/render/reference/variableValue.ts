// What a var takes from the scalar that it points at, as upstream reads it: by the written text and its tag, with Go's own
// parsers, which know fewer forms of numbers than YAML does (kyaml RNode.GetFieldValue). Changes nothing.
import type { Scalar, ScalarNode } from '../../model/node.ts';
import { printFloat } from '../../model/goFloat.ts';
import { parseFloat64, parseInteger } from '../../yaml/goNumber.ts';

export interface VariableValue {
  /** Where the reference is the whole text. */
  readonly value: Scalar;
  /** Within other text, as Go's `%v` prints it. */
  readonly text: string;
}

/** Undefined where the text is not what the tag says to Go: `0x10`, `1_000` and `.inf` are none of its numbers. */
export function variableValue({ tag, text, untagged }: ScalarNode): VariableValue | undefined {
  if (untagged === true) return { value: text, text };
  if (tag === '!!int') return integer(text);
  if (tag === '!!float') return float(text);
  if (tag === '!!bool') return bool(text);
  // A null is its text too, and so are dates and what has a tag of its own.
  return { value: text, text };
}

function integer(text: string): VariableValue | undefined {
  // strconv.Atoi takes `010` for ten.
  const value = parseInteger(text.replace(/^([-+]?)0+(?=[0-9])/, '$1'), 0);
  if (value === undefined || !/^[-+]?[0-9]+$/.test(text) || value >= 1n << 63n) return undefined;
  return { value, text: String(value) };
}

function float(text: string): VariableValue | undefined {
  const value = parseFloat64(text, 'refused');
  return value === undefined ? undefined : { value, text: printFloat(value) };
}

function bool(text: string): VariableValue | undefined {
  if (/^(?:true|True|TRUE)$/.test(text)) return { value: true, text: 'true' };
  return /^(?:false|False|FALSE)$/.test(text) ? { value: false, text: 'false' } : undefined;
}
