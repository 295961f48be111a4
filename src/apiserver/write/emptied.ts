// Refusals of a built-in object in the words of a server that still has the collections that were sent empty: it prints `{}`
// where we have nothing. Decides nothing: where the collections would change what is refused, the first words stay.
import { cloneJson, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { FieldError } from '../validation/fieldError.ts';
import type { Emptied } from './goDecode.ts';

/** Selectors are the same struct inside of the server as outside, and print without what is empty. */
const OF_SELECTORS = /\.match(?:Labels|Expressions)$/;

/** The errors as `judge` words them over the object with its empty collections. */
export function wordedWithEmpties(
  errors: readonly FieldError[],
  object: JsonObject,
  emptied: readonly Emptied[],
  judge: (object: JsonObject) => readonly FieldError[],
): readonly FieldError[] {
  if (emptied.length === 0) return errors;
  const whole = cloneJson(object);
  for (const { path, value } of emptied) if (!OF_SELECTORS.test(path)) putBack(whole, stepsOf(path), value);
  const again = judge(whole);
  const isSame = again.length === errors.length && again.every(({ field }, i) => field === errors[i]?.field);
  return isSame ? again : errors;
}

function stepsOf(path: string): (string | number)[] {
  return path.split('.').flatMap((part) => {
    const [name = '', ...indexes] = part.split('[');
    return [name, ...indexes.map((index) => Number.parseInt(index, 10))];
  });
}

function putBack(object: JsonObject, steps: readonly (string | number)[], value: JsonValue): void {
  let at: JsonValue | undefined = object;
  for (const step of steps.slice(0, -1))
    at =
      typeof step === 'number' ? (Array.isArray(at) ? at[step] : undefined) : isJsonObject(at) ? at[step] : undefined;
  const last = steps.at(-1);
  if (isJsonObject(at) && typeof last === 'string' && at[last] === undefined) at[last] = cloneJson(value);
}
