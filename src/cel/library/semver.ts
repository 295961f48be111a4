// Kubernetes' functions for semantic versions: strict ones, or with `normalize` short and prefixed ones too.
import { byCodePoint } from '../../model/byCodePoint.ts';
import { method, overload } from '../environment.ts';
import type { Library, Overload } from '../environment.ts';
import { BOOL, INT, opaque, STRING } from '../types.ts';
import { fault } from '../value.ts';
import type { CelValue, Opaque } from '../value.ts';

export const SEMVER = opaque('kubernetes.Semver');

interface Version {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly pre: readonly string[];
}

const NUMBER = '(0|[1-9]\\d*)';
const FORM = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-((?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*))*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);

function parseVersion(text: string): Version | undefined {
  const found = FORM.exec(text);
  if (!found) return undefined;
  const [, major = '', minor = '', patch = '', pre] = found;
  const numbers = [BigInt(major), BigInt(minor), BigInt(patch)] as const;
  if (numbers.some((number) => number >= 2n ** 64n)) return undefined;
  return { numbers, pre: pre === undefined ? [] : pre.split('.') };
}

/** Drops a leading `v` and leading zeros, and fills up what is short; undefined where that cannot be done. */
function normalized(text: string): string | undefined {
  const [major = '', minor, ...rest] = text.replace(/^v/, '').split('.');
  const parts = [major, ...(minor === undefined ? [] : [minor]), ...(rest.length > 0 ? [rest.join('.')] : [])].map(
    (part) => (part.length > 1 ? part.replace(/^0+(?=\d)/, '').replace(/^0*(?=\D|$)/, '0') : part),
  );
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) return undefined;
  while (parts.length < 3) parts.push('0');
  return parts.join('.');
}

function versionOf(text: string, normalize = false): Version | undefined {
  const plain = normalize ? normalized(text) : text;
  return plain === undefined ? undefined : parseVersion(plain);
}

function comparePre(a: string, b: string): number {
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (x && y) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  if (x !== y) return x ? -1 : 1;
  return byCodePoint(a, b);
}

function compareVersions(a: Version, b: Version): number {
  for (const i of [0, 1, 2] as const) if (a.numbers[i] !== b.numbers[i]) return a.numbers[i] < b.numbers[i] ? -1 : 1;
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  for (let i = 0; i < a.pre.length && i < b.pre.length; i++) {
    const order = comparePre(a.pre[i] as string, b.pre[i] as string);
    if (order !== 0) return order;
  }
  return Math.sign(a.pre.length - b.pre.length);
}

const dataOf = (value: Opaque): Version => value.data as Version;

function semver(text: string, normalize = false): CelValue {
  const data = versionOf(text, normalize);
  if (!data) return fault(text === '' ? 'Version string empty' : 'No Major.Minor.Patch elements found');
  return {
    kind: 'opaque',
    type: 'kubernetes.Semver',
    data,
    text,
    equals: (other) => compareVersions(data, dataOf(other)) === 0,
  };
}

const isSemver = (text: string, normalize = false): CelValue => versionOf(text, normalize) !== undefined;
const order = (a: Opaque, b: Opaque): number => compareVersions(dataOf(a), dataOf(b));
const number = (name: string, index: 0 | 1 | 2): Overload[] => [
  method(`semver_${name}`, [SEMVER], INT, (value: Opaque) => dataOf(value).numbers[index]),
];

/** @see k8s.io/apiserver/pkg/cel/library/semverlib.go */
export const semvers: Library = {
  semver: [
    overload('string_to_semver', [STRING], SEMVER, semver),
    overload('string_bool_to_semver', [STRING, BOOL], SEMVER, semver),
  ],
  isSemver: [
    overload('is_semver_string', [STRING], BOOL, isSemver),
    overload('is_semver_string_bool', [STRING, BOOL], BOOL, isSemver),
  ],
  isGreaterThan: [method('semver_is_greater_than', [SEMVER, SEMVER], BOOL, (a: Opaque, b: Opaque) => order(a, b) > 0)],
  isLessThan: [method('semver_is_less_than', [SEMVER, SEMVER], BOOL, (a: Opaque, b: Opaque) => order(a, b) < 0)],
  compareTo: [method('semver_compare_to', [SEMVER, SEMVER], INT, (a: Opaque, b: Opaque) => BigInt(order(a, b)))],
  major: number('major', 0),
  minor: number('minor', 1),
  patch: number('patch', 2),
};
