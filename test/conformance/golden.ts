// Runs recorded cases (JSON lines) through our code: `npm run golden -- FILE...`. A line for each failing case, and
// `N passed, N failed, N skipped` last. Kinds that nothing here can run yet count as skipped.
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { JsonObject } from '../../src/model/json.ts';
import { reportCounts } from '../counts.ts';
import type { Counts } from '../counts.ts';
import { readAsked, recordsOf, thrown } from './records.ts';
import type { Asked } from './records.ts';

/** `undefined` when the case passes, a sentence when it fails, `skip` with a reason when it cannot be judged here. */
export type GoldenResult = undefined | string | { readonly skip: string };

/** Runs one case. `file` is the path of the file that it came from, for data that stands beside it. */
export type GoldenRunner = (record: JsonObject, file: string) => GoldenResult | Promise<GoldenResult>;

/** A file under kinds/ exports these: runners by the record's `kind` (or `type`), and what to do when all is run. */
export interface GoldenKinds {
  readonly runners: Readonly<Record<string, GoldenRunner>>;
  readonly dispose?: () => Promise<void>;
}

interface NamedKinds extends GoldenKinds {
  /** The file's name: that of the data which it is for, where one file has the data. */
  readonly name: string;
}

async function loadKinds(): Promise<NamedKinds[]> {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'kinds');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return Promise.all(
    files.map(async (name) => ({
      ...((await import(pathToFileURL(join(folder, name)).href)) as GoldenKinds),
      name: basename(name, '.ts'),
    })),
  );
}

/** Kinds of different files may share a name (`sort`): those that are made for the file come first. */
function runnerFor(kinds: readonly NamedKinds[], record: JsonObject, file: string): GoldenRunner | undefined {
  const name = basename(file, '.jsonl');
  const ordered = [...kinds.filter((kind) => kind.name === name), ...kinds.filter((kind) => kind.name !== name)];
  return ordered.map((kind) => kind.runners[keyOfRecord(record)]).find((found) => found !== undefined);
}

/** The runner's key of a record: its `kind` or `type`; sequences of the API recordings (with `ops`) are `api-sequence`, scenarios of the controllers (with `steps`) `flux-scenario`. */
function keyOfRecord(record: JsonObject): string {
  if (Array.isArray(record['ops'])) return 'api-sequence';
  if (Array.isArray(record['steps']) && record['topics'] !== undefined) return 'flux-scenario';
  if (record['manifest'] !== undefined) return 'crd-manifest';
  return String(record['type'] ?? record['kind']);
}

async function runGolden(asked: Asked): Promise<Counts> {
  const kinds = await loadKinds();
  const count = { passed: 0, failed: 0, skipped: 0 };
  try {
    for (const { id, record, file } of recordsOf(asked)) {
      const runner = runnerFor(kinds, record, file);
      const result: GoldenResult = runner ? await attempt(runner, record, file) : { skip: 'kind not built yet' };
      if (result === undefined) count.passed++;
      else if (typeof result === 'object') count.skipped++;
      else {
        count.failed++;
        console.log(`${id}: ${result}`);
      }
    }
  } finally {
    for (const kind of kinds) await kind.dispose?.();
  }
  return count;
}

async function attempt(runner: GoldenRunner, record: JsonObject, file: string): Promise<GoldenResult> {
  try {
    return await runner(record, file);
  } catch (error) {
    return thrown(error);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const usage = 'npm run golden -- FILE... [--only=TEXT of an id]';
  reportCounts(await runGolden(readAsked(process.argv.slice(2), usage)));
}
