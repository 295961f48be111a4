// The syntax tree of CEL after its macros are expanded. Data only.
import type { CelValue } from './value.ts';

interface Node {
  /** Unique within the expression. */
  readonly id: number;
  /** Where it stands in the text, in code points: the operator's place, not the beginning. */
  readonly at: number;
}

export interface ConstNode extends Node {
  readonly kind: 'const';
  readonly value: CelValue;
}

export interface IdentNode extends Node {
  readonly kind: 'ident';
  readonly name: string;
}

export interface SelectNode extends Node {
  readonly kind: 'select';
  readonly operand: Expr;
  readonly field: string;
  /** True for has(operand.field). */
  readonly test: boolean;
}

export interface CallNode extends Node {
  readonly kind: 'call';
  /** Operators have cel-go's names: `_+_`, `_[_]`, `!_`. */
  readonly name: string;
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
  /** `x in [1, 2]` with a constant list: cel-go looks it up in a set, at no cost. */
  readonly constantSet?: boolean;
}

export interface ListNode extends Node {
  readonly kind: 'list';
  readonly elements: readonly Expr[];
  /** Indexes of elements written `?e`. */
  readonly optional: ReadonlySet<number>;
}

export interface MapEntry {
  readonly id: number;
  readonly at: number;
  readonly key: Expr;
  readonly value: Expr;
  readonly optional: boolean;
}

export interface MapNode extends Node {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}

/** `Name{field: value}`: only to be refused, as no message types are declared. */
export interface StructNode extends Node {
  readonly kind: 'struct';
  readonly name: string;
  readonly values: readonly Expr[];
}

/** What every comprehension macro becomes. */
export interface FoldNode extends Node {
  readonly kind: 'fold';
  readonly range: Expr;
  readonly variable: string;
  readonly variable2: string | undefined;
  readonly accumulator: string;
  readonly initial: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

export type Expr = ConstNode | IdentNode | SelectNode | CallNode | ListNode | MapNode | StructNode | FoldNode;
