// Recorded cases of which some are not matched yet: those are listed by id, said, and counted as skipped; any other failing
// case fails the suite. `npm run golden -- FILE` counts without the lists.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './suites.ts';
import type { Count } from './suites.ts';

/** The recordings stand beside the checkout; a bare clone has none. */
export const recorded = join(root, '..', 'shared', 'conformance');

const runner = join(root, 'test/conformance/golden.ts');

/** Runs recorded files (below {@link recorded}) against the list test/conformance/known/LIST. */
export async function withKnownDifferences(files: readonly string[], list: string): Promise<Count> {
  if (!existsSync(recorded)) {
    console.log('skipped: ../shared/conformance not found');
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const paths = files.map((file) => join(recorded, file));
  const known = readKnown(list);
  const { lines } = await run(process.execPath, [runner, ...paths], true);
  const counts = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(lines.at(-1) ?? '');
  if (!counts) {
    console.log(lines.slice(-20).join('\n'));
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const [passed = 0, failed = 0, skipped = 0] = counts.slice(1).map(Number);
  const failing = new Set(lines.flatMap((line) => /^([\w.-]+): /.exec(line)?.[1] ?? []));
  const fresh = await twiceFailing(
    [...failing].filter((id) => !known.has(id)),
    paths,
  );
  for (const id of known)
    if (!failing.has(id)) console.log(`passes now, take it off test/conformance/known/${list}: ${id}`);
  const listed = [...failing].filter((id) => known.has(id)).length;
  console.log(
    `not matched yet and listed in test/conformance/known/${list}: ${listed}; other failures: ${fresh.join(', ') || 'none'}`,
  );
  return { passed: passed + failed - listed - fresh.length, failed: fresh.length, skipped: skipped + listed };
}

function readKnown(list: string): Set<string> {
  const text = readFileSync(join(root, 'test/conformance/known', list), 'utf8');
  return new Set(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')));
}

/** Some recordings depend on who comes first: what fails is run once more alone, and that is said. */
async function twiceFailing(ids: readonly string[], paths: readonly string[]): Promise<string[]> {
  const failing: string[] = [];
  for (const id of ids) {
    const { code, lines } = await run(process.execPath, [runner, ...paths, `--only=${id}`], true);
    console.log(code === 0 ? `${id}: failed once, passed when it was run alone` : lines.join('\n'));
    if (code !== 0) failing.push(id);
  }
  return failing;
}
