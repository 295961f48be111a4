// Kubernetes' named formats: format.dns1123Label().validate(x) tells what is wrong with a name.
import {
  dns1035Errors,
  labelNameErrors,
  labelValueErrors,
  qualifiedNameErrors,
  subdomainErrors,
} from '../../model/names.ts';
import { method, overload } from '../environment.ts';
import type { Library } from '../environment.ts';
import { listOf, opaque, optionalOf, STRING } from '../types.ts';
import { list, NONE, optional } from '../value.ts';
import type { CelValue, Opaque } from '../value.ts';
import { timestampNanos } from './timeText.ts';
import { parseRequestUri } from './url.ts';

export const FORMAT = opaque('kubernetes.NamedFormat');

type Validate = (text: string) => readonly string[];

const when =
  (holds: (text: string) => boolean, message: string): Validate =>
  (text) =>
    holds(text) ? [] : [message];

/** A prefix of generated names may end in a dash. */
const prefix =
  (check: Validate): Validate =>
  (text) =>
    check(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const DATE_TIME =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$/i;

const isDate = (text: string): boolean => timestampNanos(`${text}T00:00:00Z`) !== undefined;

function isDateTime(text: string): boolean {
  return DATE_TIME.test(text) && timestampNanos(text.toUpperCase()) !== undefined;
}

function uriErrors(text: string): readonly string[] {
  const parsed = parseRequestUri(text);
  return typeof parsed === 'string' ? [parsed] : [];
}

/** By name: the check, what equality goes by, and the length that its cost is counted with. */
const FORMATS: readonly (readonly [name: string, shown: string, check: Validate, size: number])[] = [
  ['dns1123Label', 'DNS1123Label', labelNameErrors, 30],
  ['dns1123Subdomain', 'DNS1123Subdomain', subdomainErrors, 60],
  ['dns1035Label', 'DNS1035Label', dns1035Errors, 30],
  ['qualifiedName', 'QualifiedName', qualifiedNameErrors, 60],
  ['dns1123LabelPrefix', 'DNS1123LabelPrefix', prefix(labelNameErrors), 30],
  ['dns1123SubdomainPrefix', 'DNS1123SubdomainPrefix', prefix(subdomainErrors), 60],
  ['dns1035LabelPrefix', 'DNS1035LabelPrefix', prefix(dns1035Errors), 30],
  ['labelValue', 'LabelValue', labelValueErrors, 40],
  ['uri', 'URI', uriErrors, 1103],
  ['uuid', 'uuid', when((text) => UUID.test(text), 'does not match the UUID format'), 71],
  ['byte', 'byte', when((text) => BASE64.test(text), 'invalid base64'), 84],
  ['date', 'date', when(isDate, 'invalid date'), 72],
  ['datetime', 'datetime', when(isDateTime, 'invalid datetime'), 72],
];

const VALUES: ReadonlyMap<string, Opaque> = new Map(
  FORMATS.map(([name, shown, check, size]) => [
    name,
    {
      kind: 'opaque',
      type: 'kubernetes.NamedFormat',
      data: check,
      text: shown,
      size,
      equals: (other) => other.text === shown,
    },
  ]),
);

function validate(format: Opaque, text: string): CelValue {
  const errors = (format.data as Validate)(text);
  return errors.length === 0 ? NONE : optional(list(errors));
}

function named(name: string): CelValue {
  const found = VALUES.get(name);
  return found ? optional(found) : NONE;
}

/** @see k8s.io/apiserver/pkg/cel/library/format.go */
export const namedFormats: Library = {
  ...Object.fromEntries(
    [...VALUES].map(([name, value]) => [`format.${name}`, [overload(`format.${name}`, [], FORMAT, () => value)]]),
  ),
  validate: [method('format-validate', [FORMAT, STRING], optionalOf(listOf(STRING)), validate)],
  'format.named': [overload('format-named', [STRING], optionalOf(FORMAT), named)],
};
