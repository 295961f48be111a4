// What the type of a Secret demands of its data (k8s.io/kubernetes pkg/apis/core/validation, ValidateSecret). No value is
// ever part of a message.
import { getKey, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { invalidValue, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { objectAt } from './defaulting.ts';

const ACCOUNT_NAME = 'kubernetes.io/service-account.name';

type Rule = (object: JsonObject, data: JsonObject) => FieldError[];

const RULES: Readonly<Record<string, Rule>> = {
  'kubernetes.io/service-account-token': (object) =>
    (getString(object, 'metadata', 'annotations', ACCOUNT_NAME) ?? '') === ''
      ? [requiredValue(`metadata.annotations[${ACCOUNT_NAME}]`)]
      : [],
  'kubernetes.io/dockercfg': (_object, data) => jsonMapErrors(data, '.dockercfg'),
  'kubernetes.io/dockerconfigjson': (_object, data) => jsonMapErrors(data, '.dockerconfigjson'),
  // One of the two is enough, and may be empty.
  'kubernetes.io/basic-auth': (_object, data) => {
    const missing = ['username', 'password'].filter((key) => getKey(data, key) === undefined);
    return missing.length === 2 ? missing.map(required) : [];
  },
  'kubernetes.io/ssh-auth': (_object, data) =>
    (getKey(data, 'ssh-privatekey') ?? '') === '' ? [required('ssh-privatekey')] : [],
  'kubernetes.io/tls': (_object, data) =>
    ['tls.crt', 'tls.key'].filter((key) => getKey(data, key) === undefined).map(required),
};

export function secretTypeErrors(object: JsonObject): FieldError[] {
  const type = getString(object, 'type') ?? '';
  const rule = Object.hasOwn(RULES, type) ? RULES[type] : undefined;
  return rule?.(object, objectAt(object, 'data') ?? {}) ?? [];
}

function required(key: string): FieldError {
  return requiredValue(`data[${key}]`);
}

function jsonMapErrors(data: JsonObject, key: string): FieldError[] {
  const value = getKey(data, key);
  if (value === undefined) return [required(key)];
  const problem = jsonMapProblem(Buffer.from(String(value ?? ''), 'base64').toString('utf8'));
  return problem === undefined ? [] : [invalidValue(`data[${key}]`, '<secret contents redacted>', problem)];
}

/** As encoding/json words it, as far as that says nothing about the text; null is an empty map to it. */
function jsonMapProblem(text: string): string | undefined {
  if (text.trim() === '') return 'unexpected end of JSON input';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'invalid character in JSON input';
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${found} into Go value of type map[string]interface {}`;
}
