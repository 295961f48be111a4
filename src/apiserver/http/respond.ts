// Answers in the form that was asked for.
import { writeYaml } from '../../yaml/write.ts';
import type { JsonValue } from '../../model/json.ts';
import { stringifyJson } from '../../model/jsonText.ts';
import type { ApiError } from '../errors.ts';
import { jsonText } from '../jsonText.ts';
import type { ApiResponse } from './message.ts';
import type { OutputForm } from './negotiate.ts';

const LATER = 299;

export function respond(
  code: number,
  value: JsonValue,
  form: OutputForm = 'json',
  warnings: readonly string[] = [],
  pretty = false,
): ApiResponse {
  const body = form === 'yaml' ? writeYaml(value) : pretty ? `${stringifyJson(value, 2)}\n` : `${jsonText(value)}\n`;
  return { code, contentType: form === 'yaml' ? 'application/yaml' : 'application/json', warnings, body };
}

export function respondText(code: number, body: string): ApiResponse {
  return { code, contentType: 'text/plain; charset=utf-8', headers: { 'X-Content-Type-Options': 'nosniff' }, body };
}

export function respondError(
  error: ApiError,
  form: OutputForm = 'json',
  warnings: readonly string[] = [],
): ApiResponse {
  return { ...respond(error.code, error.status, form, warnings), headers: error.headers };
}

/** The Warning headers of an answer (RFC 7234), one for each text. */
export function warningHeader(text: string): string {
  const escaped = text.replace(/[\\"]/g, '\\$&').replace(/\p{Cc}/gu, ' ');
  return `${LATER} - "${escaped}"`;
}
