// The parameters of writing requests: dry run, field manager, field validation.
import type { ApiError } from '../errors.ts';
import { invalid } from '../errors.ts';
import { invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface WriteOptions {
  readonly manager: string;
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
}

const MANAGER_LIMIT = 128;
const FIELD_VALIDATIONS = new Set(['', 'Ignore', 'Strict', 'Warn']);

export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';

/** Reads and checks the parameters. `isApply` is about the content type of a patch. Throws the 400 or 422 of bad ones. */
export function writeOptions(
  query: URLSearchParams,
  userAgent: string,
  kind: OptionsKind,
  isApply = false,
): WriteOptions {
  const errors: FieldError[] = [];
  const force = query.get('force');
  const manager = query.get('fieldManager') ?? '';
  if (kind === 'PatchOptions') {
    if (isApply) {
      if (manager === '') errors.push(requiredValue('fieldManager', 'is required for apply patch'));
    } else if (force !== null) {
      errors.push({
        type: 'Forbidden',
        field: 'force',
        message: 'Forbidden: may not be specified for non-apply patch',
      });
    }
  }
  errors.push(...managerErrors(manager));
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  if (dryRun.some((value) => value !== 'All')) errors.push(notSupported('dryRun', dryRun, ['All']));
  const fieldValidation = query.get('fieldValidation') ?? '';
  if (!FIELD_VALIDATIONS.has(fieldValidation))
    errors.push(notSupported('fieldValidation', fieldValidation, [...FIELD_VALIDATIONS]));
  if (errors.length > 0) throw invalidOptions(kind, errors);
  return {
    manager: manager === '' ? managerOfAgent(userAgent) : manager,
    dryRun: dryRun.length > 0,
    fieldValidation: fieldValidation === '' ? 'Warn' : (fieldValidation as FieldValidation),
    force: isTrue(force),
  };
}

export function invalidOptions(kind: string, errors: readonly FieldError[]): ApiError {
  return invalid({ group: 'meta.k8s.io', kind }, '', errors);
}

/** How query parameters become booleans: present and not `false` or `0`. */
export function isTrue(value: string | null | undefined): boolean {
  return value !== null && value !== undefined && value !== 'false' && value !== '0';
}

/** The part of the user agent before the first slash, as upstream's managerOrUserAgent has it. */
function managerOfAgent(userAgent: string): string {
  const name = userAgent.split('/')[0] ?? '';
  const printable = [...name].filter((char) => /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char)).join('');
  return printable.slice(0, MANAGER_LIMIT);
}

function managerErrors(manager: string): FieldError[] {
  const errors: FieldError[] = [];
  if (new TextEncoder().encode(manager).length > MANAGER_LIMIT)
    errors.push({
      type: 'TooLong',
      field: 'fieldManager',
      message: `Too long: may not be more than ${MANAGER_LIMIT} bytes`,
    });
  [...manager].forEach((char, i) => {
    if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char))
      errors.push(
        invalidValue(
          'fieldManager',
          manager,
          `invalid character U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} (at position ${i})`,
        ),
      );
  });
  return errors;
}
