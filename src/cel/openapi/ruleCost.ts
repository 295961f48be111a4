// What a rule may cost over the values that its schema admits.
import type { Program } from '../cel.ts';
import type { Range } from '../costEstimate.ts';
import { estimateCost } from '../staticCost.ts';
import type { DeclType } from './declType.ts';

const REQUEST_LIMIT = 3 * 1024 * 1024;

/** The most that one evaluation can cost. */
export function ruleCost(program: Program, type: DeclType): number {
  return estimateCost(program, (path) => sizeAt(path, type)).max;
}

/** How often values of this type can stand in one request. */
export function cardinality(type: DeclType): number {
  return Math.floor(REQUEST_LIMIT / (type.minSize + 1));
}

function sizeAt(path: readonly string[], root: DeclType): Range | undefined {
  let type: DeclType | undefined = root;
  for (const step of path.slice(1)) {
    if (step === '@items' || step === '@values') type = type.element;
    else if (step === '@keys') type = type.key;
    else type = type.fields?.get(step);
    if (!type) return undefined;
  }
  return { min: 0, max: type.maxElements };
}
