// What expressions may use: functions with their overloads, and macros. Knows no library by name.
import type { MacroSet } from './macros.ts';
import type { CelType } from './types.ts';
import type { CelValue } from './value.ts';

/** One signature of a function, with what it does. Arguments of a method include its receiver. */
export interface Overload {
  readonly id: string;
  readonly method: boolean;
  readonly args: readonly CelType[];
  readonly result: CelType;
  /** Undefined where the evaluator does it itself: it must not evaluate all arguments first. */
  readonly run: ((...args: CelValue[]) => CelValue) | undefined;
  /** The function takes any list whatever its elements are declared to be (cel-go: type guards disabled). */
  readonly unguarded?: boolean;
}

export type FunctionTable = ReadonlyMap<string, readonly Overload[]>;

/** How `format` prints, by the version of the string extension: `english` groups digits, as the older one does. */
export type FormatStyle = 'plain' | 'english';

export interface Environment {
  readonly functions: FunctionTable;
  readonly macros: MacroSet;
  readonly format: FormatStyle;
  /** The names of types that expressions can name, as `type(x) == int` does. */
  readonly typeNames: ReadonlyMap<string, CelType>;
}

/** A library: overloads by the name of their function. */
export type Library = Readonly<Record<string, readonly Overload[]>>;

type Run = (...args: never[]) => CelValue;

/** A function called by its name alone. `run` gets values of the declared types: the evaluator has looked. */
export function overload(id: string, args: readonly CelType[], result: CelType, run?: Run): Overload {
  return { id, method: false, args, result, run: run as Overload['run'] };
}

/** A function called on its first argument. */
export function method(id: string, args: readonly CelType[], result: CelType, run?: Run): Overload {
  return { id, method: true, args, result, run: run as Overload['run'] };
}

/** One table of all: libraries may add overloads to each other's functions. */
export function functionTable(libraries: readonly Library[]): FunctionTable {
  const table = new Map<string, Overload[]>();
  for (const library of libraries) {
    for (const [name, overloads] of Object.entries(library)) {
      const known = table.get(name);
      if (known) known.push(...overloads);
      else table.set(name, [...overloads]);
    }
  }
  return table;
}
