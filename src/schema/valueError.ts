// What is wrong with a value, in the words of the API server's field errors.
import type { JsonValue } from '../model/json.ts';
import { stringifyJson } from '../model/jsonText.ts';

/** A violation, as a Status reports it in a cause. */
export interface ValueError {
  /** `spec.ports[0].name`; `<nil>` where upstream loses the place. */
  readonly path: string;
  readonly kind: 'Required' | 'NotSupported' | 'TooLong' | 'TooMany' | 'TypeInvalid' | 'Invalid' | 'Duplicate';
  /** The whole of what follows the path, such as `Invalid value: "x": ...`. */
  readonly message: string;
}

/** `path: message`. */
export function printValueError(error: ValueError): string {
  return `${error.path}: ${error.message}`;
}

/** An error with a value and a detail. */
export function valueError(
  path: string,
  kind: 'Invalid' | 'TypeInvalid',
  value: JsonValue,
  detail: string,
): ValueError {
  return { path: trimPath(path), kind, message: `Invalid value: ${printValue(value)}: ${detail}` };
}

/** An error whose place upstream loses. */
export function placelessError(message: string): ValueError {
  return { path: '<nil>', kind: 'Invalid', message: `Invalid value: "": ${message}` };
}

export function printValue(value: JsonValue): string {
  return typeof value === 'string' ? JSON.stringify(value) : stringifyJson(value);
}

/** The path as messages print it. */
export function trimPath(path: string): string {
  return path.startsWith('.') ? path.slice(1) : path === '' ? '<nil>' : path;
}
