// The recorded cases of Masterminds' semver that the source room needs: parsing, ranges, order, the tags of a repository.
import {
  compareVersions,
  inRange,
  newestMatching,
  parseFluxVersion,
  parseRange,
  parseVersion,
  versionsIn,
} from '../../../src/source/semver.ts';
import type { Version } from '../../../src/source/semver.ts';
import { chartTag, indexedChart, ociTag, policyTag } from '../../../src/source/versionChoice.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { GoldenRunner } from '../golden.ts';

const parse: GoldenRunner = (record) => {
  const text = String(record['version']);
  const got = parseVersion(text);
  if ((got === undefined) !== (record['error'] !== undefined && record['error'] !== null))
    return `${text}: parsed ${got !== undefined}`;
  if ((parseFluxVersion(text) !== undefined) !== (record['flux_ok'] === true))
    return `${text}: flux parsed ${parseFluxVersion(text) !== undefined}`;
  const wanted = record['parsed'] as { major: string; minor: string; patch: string; prerelease: string } | undefined;
  if (!got || !wanted) return undefined;
  const same =
    String(got.major) === wanted.major &&
    String(got.minor) === wanted.minor &&
    String(got.patch) === wanted.patch &&
    got.prerelease === wanted.prerelease;
  return same ? undefined : `${text}: ${got.major}.${got.minor}.${got.patch}-${got.prerelease}`;
};

const check: GoldenRunner = (record) => {
  const text = String(record['constraint']);
  const range = parseRange(text);
  if (record['error'] !== undefined && record['error'] !== null)
    return range === undefined ? undefined : `${text}: expected an error`;
  if (!range) return `${text}: cannot be read`;
  const got = (record['versions'] as string[]).filter((one) => {
    const version = parseVersion(one);
    return version !== undefined && inRange(version, range);
  });
  const wanted = record['matching'] as string[];
  return JSON.stringify(got) === JSON.stringify(wanted)
    ? undefined
    : `${text}: ${got.join(' ')}, expected ${wanted.join(' ')}`;
};

const compare: GoldenRunner = (record) => {
  const [a, b] = [parseVersion(String(record['a'])), parseVersion(String(record['b']))];
  if (!a || !b) return 'cannot be read';
  const got = compareVersions(a, b);
  return got === record['compare'] ? undefined : `compare ${got}`;
};

const sort: GoldenRunner = (record) => {
  const versions = (record['versions'] as string[])
    .map(parseVersion)
    .filter((one): one is Version => one !== undefined);
  const got = versions.sort(compareVersions).map((one) => one.original);
  return JSON.stringify(got) === JSON.stringify(record['ascending']) ? undefined : `sorted ${got.join(' ')}`;
};

const gitTag: GoldenRunner = (record) => {
  const tags = record['tags'] as { tag: string; unix: number }[];
  const newest = newestMatching(
    String(record['semver']),
    tags.map((one) => one.tag),
  );
  const got = tags.filter((one) => newest.includes(one.tag)).toSorted((a, b) => b.unix - a.unix)[0]?.tag;
  return got === (record['tag'] ?? undefined) ? undefined : `picked ${got}, expected ${String(record['tag'])}`;
};

const fluxSort: GoldenRunner = (record) => {
  const range = record['constraint'] === null ? undefined : parseRange(String(record['constraint']));
  const got = versionsIn(range, record['versions'] as string[]).map(({ original }) => original);
  return JSON.stringify(got) === JSON.stringify(record['descending']) ? undefined : `sorted ${got.join(' ')}`;
};

function picks(field: string, pick: (record: JsonObject) => string | undefined): GoldenRunner {
  return (record) => {
    const [got, wanted] = [pick(record), record[field] ?? undefined];
    return got === wanted ? undefined : `picked ${got}, expected ${String(wanted)}`;
  };
}

const ociTags = picks('tag', (record) =>
  ociTag(record['tags'] as string[], {
    semver: String(record['semver']),
    semverFilter: String(record['semver_filter']),
    isChart: record['helm_layer'] === true,
  }),
);

const helmIndex = picks('picked', (record) =>
  indexedChart(
    (record['entries'] as { tag: string; unix: number }[]).map(({ tag, unix }) => ({ version: tag, created: unix })),
    String(record['version']),
  ),
);

export const runners: Readonly<Record<string, GoldenRunner>> = {
  parse,
  check,
  compare,
  sort,
  'git-tag': gitTag,
  'flux-sort': fluxSort,
  'oci-tag': ociTags,
  'helm-index': helmIndex,
  'helm-oci': picks('picked', (record) => chartTag(record['tags'] as string[], String(record['version']))),
  'policy-semver': picks('latest', (record) => policyTag(record['tags'] as string[], String(record['range']))),
};
