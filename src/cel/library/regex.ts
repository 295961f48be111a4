// Regular expressions as Go reads them, and Kubernetes' find and findAll.
import { goRegexp, goRegexpFault } from '../../model/goRegexp.ts';
import type { GoRegexp } from '../../model/goRegexp.ts';
import { method } from '../environment.ts';
import type { Library } from '../environment.ts';
import { INT, listOf, STRING } from '../types.ts';
import { fault, list } from '../value.ts';
import type { CelError, CelValue } from '../value.ts';

/** The compiled pattern, or the error that Go has for it. */
export function goRegexpOrFault(pattern: string): GoRegexp | CelError {
  return goRegexp(pattern, 'anywhere') ?? fault(`error parsing regexp: ${goRegexpFault(pattern) ?? 'invalid'}`);
}

function find(text: string, pattern: string): CelValue {
  const compiled = goRegexpOrFault(pattern);
  if ('kind' in compiled) return fault(`Illegal regex: ${compiled.message}`);
  const found = compiled.find(text, 0);
  return found ? text.slice(found.start, found.end) : '';
}

function findAll(text: string, pattern: string, limit = -1n): CelValue {
  const compiled = goRegexpOrFault(pattern);
  if ('kind' in compiled) return fault(`Illegal regex: ${compiled.message}`);
  return list(compiled.findAll(text, limit < 0n ? Infinity : Number(limit)));
}

/** @see k8s.io/apiserver/pkg/cel/library/regex.go */
export const regex: Library = {
  find: [method('string_find_string', [STRING, STRING], STRING, find)],
  findAll: [
    method('string_find_all_string', [STRING, STRING], listOf(STRING), findAll),
    method('string_find_all_string_int', [STRING, STRING, INT], listOf(STRING), findAll),
  ],
};
