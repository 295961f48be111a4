// Versions and ranges as github.com/Masterminds/semver/v3 reads them: the language of spec.ref.semver.

export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly original: string;
}

const VERSION =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;
const VERSION_LIMIT = 256;
const UINT64_MAX = (1n << 64n) - 1n;

/** Reads a version as NewVersion does: minor and patch may be missing. */
export function parseVersion(text: string): Version | undefined {
  if (text.length > VERSION_LIMIT) return undefined;
  const found = VERSION.exec(text);
  if (!found) return undefined;
  const [, major, minor, patch, prerelease] = found;
  const version: Version = {
    major: BigInt(major as string),
    minor: BigInt(minor ?? 0),
    patch: BigInt(patch ?? 0),
    prerelease: prerelease ?? '',
    original: text,
  };
  if ([version.major, version.minor, version.patch].some((part) => part > UINT64_MAX)) return undefined;
  const badNumber = version.prerelease.split('.').some((part) => /^0\d+$/.test(part));
  return badNumber ? undefined : version;
}

/** Reads a version as Flux does for tags: at least two dots. */
export function parseFluxVersion(text: string): Version | undefined {
  return text.split('.').length >= 3 ? parseVersion(text) : undefined;
}

/** Order of precedence; build metadata is nothing. */
export function compareVersions(a: Version, b: Version): number {
  for (const part of ['major', 'minor', 'patch'] as const) {
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  }
  if (a.prerelease === b.prerelease) return 0;
  if (a.prerelease === '') return 1;
  if (b.prerelease === '') return -1;
  return comparePrerelease(a.prerelease.split('.'), b.prerelease.split('.'));
}

function comparePrerelease(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    if (left === right) continue;
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    const [leftNumber, rightNumber] = [isNumber(left), isNumber(right)];
    if (leftNumber && rightNumber && BigInt(left) !== BigInt(right)) return BigInt(left) < BigInt(right) ? -1 : 1;
    if (leftNumber !== rightNumber) return leftNumber ? -1 : 1;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

/** Larger ones are compared as texts. */
function isNumber(part: string): boolean {
  return /^\d+$/.test(part) && BigInt(part) <= UINT64_MAX;
}

interface Constraint {
  readonly operator: string;
  readonly version: Version;
  readonly minorDirty: boolean;
  readonly patchDirty: boolean;
  readonly dirty: boolean;
}

export interface Range {
  /** Any of the groups, all of a group. */
  readonly groups: readonly (readonly Constraint[])[];
}

const RANGE_LIMIT = 512;
const GROUP_LIMIT = 32;
/** Wider than it means to be, as upstream's: what stands behind an `x` is not looked at (`1.x.x3`). */
const NUMBER = String.raw`[0-9|xX*]+`;
const PART = String.raw`v?(${NUMBER})(?:\.(${NUMBER}))?(?:\.(${NUMBER}))?(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?`;
const OPERATOR = String.raw`=|!=|>|<|>=|=>|<=|=<|~|~>|\^`;
const ONE = new RegExp(`^\\s*(${OPERATOR}|)\\s*(${PART})\\s*$`);
const FIND = new RegExp(`(${OPERATOR}|)\\s*(${PART})`, 'g');
const GROUP = new RegExp(
  `^(\\s*(?:${OPERATOR}|)\\s*(?:${PART})\\s*)((?:\\s+|,\\s*)(?:${OPERATOR}|)\\s*(?:${PART})\\s*)*$`,
);
const HYPHEN = new RegExp(`\\s*(${PART})\\s+-\\s+(${PART})\\s*`, 'g');

/** Reads a range; undefined where it is none. */
export function parseRange(text: string): Range | undefined {
  const read = readRange(text);
  return typeof read === 'string' ? undefined : read;
}

/** Reads a range, or says why it is none, in the words of NewConstraint. */
export function readRange(text: string): Range | string {
  if (text.length > RANGE_LIMIT) return `constraint string is too long (max ${RANGE_LIMIT} bytes)`;
  const alternatives = rewriteHyphens(text).split('||');
  if (alternatives.length > GROUP_LIMIT) return `too many constraint groups (max ${GROUP_LIMIT})`;
  const groups: Constraint[][] = [];
  for (const alternative of alternatives) {
    if (!GROUP.test(alternative)) return `improper constraint: ${JSON.stringify(alternative)}`;
    const members = [...alternative.matchAll(FIND)].map((found) => parseConstraint(found[0]));
    if (members.length === 0 || members.some((member) => member === undefined)) return 'constraint parser error';
    groups.push(members.filter((member) => member !== undefined));
  }
  return { groups };
}

/** `1.2 - 2.0` means `>= 1.2, <= 2.0`. */
function rewriteHyphens(text: string): string {
  let rewritten = text;
  for (const found of text.matchAll(HYPHEN))
    rewritten = rewritten.replace(found[0], () => `>= ${found[1] ?? ''}, <= ${found[5] ?? ''} `);
  return rewritten;
}

function parseConstraint(text: string): Constraint | undefined {
  const found = ONE.exec(text);
  if (!found) return undefined;
  const [, operator = '', whole = '', major = '', minor, patch] = found;
  const isAny = (part: string | undefined): boolean => part === undefined || /^[xX*]$/.test(part);
  const tail = /[-+].*$/.exec(whole)?.[0] ?? '';
  let written = whole;
  let [minorDirty, patchDirty, dirty] = [false, false, false];
  if (/^[xX*]$/.test(major) || whole === '') {
    written = `0.0.0${tail}`;
    dirty = true;
  } else if (isAny(minor)) {
    [minorDirty, dirty] = [true, true];
    written = `${major}.0.0${tail}`;
  } else if (isAny(patch)) {
    [patchDirty, dirty] = [true, true];
    written = `${major}.${minor ?? '0'}.0${tail}`;
  }
  const version = parseVersion(written);
  return version && { operator, version, minorDirty, patchDirty, dirty };
}

/** Whether a version is in a range. A pre-release is only where a member of the group names one. */
export function inRange(version: Version, range: Range): boolean {
  return range.groups.some((group) => {
    const prereleases = group.some((constraint) => constraint.version.prerelease !== '');
    return group.every((constraint) => CHECKS[constraint.operator]?.(version, constraint, prereleases) ?? false);
  });
}

type Check = (version: Version, constraint: Constraint, prereleases: boolean) => boolean;

const hidden: Check = (version, constraint, prereleases) =>
  version.prerelease !== '' && constraint.version.prerelease === '' && !prereleases;

const tilde: Check = (version, constraint, prereleases) => {
  if (hidden(version, constraint, prereleases)) return false;
  if (compareVersions(version, constraint.version) < 0) return false;
  const bound = constraint.version;
  if (
    bound.major === 0n &&
    bound.minor === 0n &&
    bound.patch === 0n &&
    !constraint.minorDirty &&
    !constraint.patchDirty
  )
    return true;
  if (version.major !== bound.major) return false;
  return version.minor === bound.minor || constraint.minorDirty;
};

const caret: Check = (version, constraint, prereleases) => {
  if (hidden(version, constraint, prereleases)) return false;
  const bound = constraint.version;
  if (compareVersions(version, bound) < 0) return false;
  if (bound.major > 0n || constraint.minorDirty) return version.major === bound.major;
  if (version.major > 0n) return false;
  if (bound.minor > 0n || constraint.patchDirty) return version.minor === bound.minor;
  if (version.minor !== 0n) return false;
  return version.patch === bound.patch;
};

const tildeOrEqual: Check = (version, constraint, prereleases) => {
  if (hidden(version, constraint, prereleases)) return false;
  return constraint.dirty
    ? tilde(version, constraint, prereleases)
    : compareVersions(version, constraint.version) === 0;
};

const notEqual: Check = (version, constraint, prereleases) => {
  if (hidden(version, constraint, prereleases)) return false;
  const bound = constraint.version;
  if (constraint.dirty) {
    if (version.major !== bound.major) return true;
    if (constraint.minorDirty) return false;
    if (version.minor !== bound.minor) return true;
    if (constraint.patchDirty) return version.prerelease !== bound.prerelease;
  }
  return compareVersions(version, bound) !== 0;
};

const greater: Check = (version, constraint, prereleases) => {
  if (hidden(version, constraint, prereleases)) return false;
  if (!constraint.dirty) return compareVersions(version, constraint.version) > 0;
  const bound = constraint.version;
  if (version.major !== bound.major) return version.major > bound.major;
  if (constraint.minorDirty) return false;
  if (constraint.patchDirty) return version.minor > bound.minor;
  return compareVersions(version, bound) > 0;
};

const lessOrEqual: Check = (version, constraint, prereleases) => {
  if (hidden(version, constraint, prereleases)) return false;
  if (!constraint.dirty) return compareVersions(version, constraint.version) <= 0;
  const bound = constraint.version;
  if (version.major > bound.major) return false;
  return !(version.major === bound.major && version.minor > bound.minor && !constraint.minorDirty);
};

const atLeast: Check = (version, constraint, prereleases) =>
  !hidden(version, constraint, prereleases) && compareVersions(version, constraint.version) >= 0;
const less: Check = (version, constraint, prereleases) =>
  !hidden(version, constraint, prereleases) && compareVersions(version, constraint.version) < 0;

const CHECKS: Readonly<Record<string, Check>> = {
  '': tildeOrEqual,
  '=': tildeOrEqual,
  '!=': notEqual,
  '>': greater,
  '<': less,
  '>=': atLeast,
  '=>': atLeast,
  '<=': lessOrEqual,
  '=<': lessOrEqual,
  '~': tilde,
  '~>': tilde,
  '^': caret,
};

/** Versions in a range as Flux sorts them (fluxcd/pkg/version, Sort): newest first, equal ones as they stand. All without a range. */
export function versionsIn(range: Range | undefined, tags: readonly string[]): Version[] {
  return tags
    .map(parseFluxVersion)
    .filter((version) => version !== undefined)
    .filter((version) => !range || inRange(version, range))
    .toSorted((a, b) => compareVersions(b, a));
}

/** The tags of the newest version in a range, as Flux picks it: several where only build metadata differs, none where none matches. */
export function newestMatching(range: string, tags: readonly string[]): string[] {
  const parsed = parseRange(range);
  const versions = parsed ? versionsIn(parsed, tags) : [];
  const [newest] = versions;
  return newest
    ? versions.filter((version) => compareVersions(version, newest) === 0).map((version) => version.original)
    : [];
}
