// Ranges of sizes and costs, with upstream's saturation: Infinity stands for what has no bound.

export interface Range {
  readonly min: number;
  readonly max: number;
}

export const UNKNOWN: Range = { min: 0, max: Infinity };
export const fixed = (value: number): Range => ({ min: value, max: value });

const product = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);

export const add = (a: Range, b: Range): Range => ({ min: a.min + b.min, max: a.max + b.max });
export const multiply = (a: Range, b: Range): Range => ({ min: product(a.min, b.min), max: product(a.max, b.max) });
export const scale = (a: Range, factor: number): Range => ({
  min: Math.ceil(product(a.min, factor)),
  max: Math.ceil(product(a.max, factor)),
});
export const union = (a: Range, b: Range): Range => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) });
export const sum = (ranges: readonly Range[]): Range => ranges.reduce(add, fixed(0));
