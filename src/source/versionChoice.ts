// Which of many versions a Flux object takes that names a range: an OCIRepository, a HelmChart, an ImagePolicy. Fetches nothing;
// the tags of a GitRepository are in git/resolveRef.ts.
import { goRegexp } from '../model/goRegexp.ts';
import { newestMatching, parseFluxVersion } from './semver.ts';

export interface OciRef {
  readonly semver: string;
  /** Which tags count; all where it is empty. */
  readonly semverFilter: string;
  /** Whether the layer is a Helm chart: there a `_` stands for the `+` that no tag can have. */
  readonly isChart: boolean;
}

/** The tag of spec.ref of an OCIRepository (source-controller, getTagBySemver). Undefined where none is in the range. */
export function ociTag(tags: readonly string[], { semver, semverFilter, isChart }: OciRef): string | undefined {
  const filter = semverFilter === '' ? undefined : goRegexp(semverFilter, 'anywhere');
  if (semverFilter !== '' && !filter) return undefined;
  const counted = tags.filter((tag) => !filter || filter.test(tag));
  if (!isChart) return newestMatching(semver, counted)[0];
  const versions = counted.map((tag) => tag.replaceAll('_', '+'));
  return newestMatching(semver, versions)[0]?.replaceAll('+', '_');
}

/** The range of a chart that names none. */
const ANY = '*';

export interface ChartVersion {
  readonly version: string;
  /** Seconds since 1970. */
  readonly created: number;
}

/** The entry of a Helm repository's index (source-controller, getChartVersion): a version as it is written, or the newest in a range. */
export function indexedChart(entries: readonly ChartVersion[], wanted: string): string | undefined {
  if (entries.some(({ version }) => version === wanted)) return wanted;
  const versions = entries.map(({ version }) => version);
  const newest = new Set(newestMatching(wanted || ANY, versions));
  // Of equal ones the one that was made last.
  return entries.filter(({ version }) => newest.has(version)).toSorted((a, b) => b.created - a.created)[0]?.version;
}

/** The tag of a chart in an OCI registry: a whole version is taken at its word. */
export function chartTag(tags: readonly string[], wanted: string): string | undefined {
  return parseFluxVersion(wanted) || tags.includes(wanted) ? wanted : newestMatching(wanted || ANY, tags)[0];
}

/** The tag that an ImagePolicy by semver takes. */
export function policyTag(tags: readonly string[], range: string): string | undefined {
  return newestMatching(range, tags)[0];
}
