// Drawing values for generated trees (trees.ts): choices that shrink towards the simple ones.
import * as fc from 'fast-check';

/** Draws from an arbitrary; what fast-check's `gen` gives. Small values are the simple ones, towards which it shrinks. */
export type Draw = <T, A extends unknown[]>(arbitrary: (...args: A) => fc.Arbitrary<T>, ...args: A) => T;

/** fast-check prefers extremes, which would make the rare case of each choice a common one. */
const upTo = (max: number): fc.Arbitrary<number> => fc.noBias(fc.nat({ max }));

export function pick<T>(draw: Draw, from: readonly T[]): T {
  return from[draw(upTo, from.length - 1)] as T;
}

export function chance(draw: Draw, percent: number): boolean {
  return draw(upTo, 99) >= 100 - percent;
}

/** For what both programs should refuse, which is looked at now and then: one in a thousand draws, for each unit. */
export function rarely(draw: Draw, thousandths = 1): boolean {
  return draw(upTo, 999) >= 1000 - thousandths;
}

/** Up to `most` values; none where it shrinks. */
export function some<T>(draw: Draw, most: number, make: (i: number) => T): T[] {
  return Array.from({ length: draw(upTo, most) }, (_, i) => make(i));
}

export const indent = (text: string, pad: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : pad + line))
    .join('\n');
