// The recorded cases of Flux's source ignore rules: single paths, whole archives, and the keys of a bucket.
import type { JsonObject } from '../../../src/model/json.ts';
import { archivedPaths, isIgnored, parsePatterns, withAllDefaults } from '../../../src/source/sourceignore.ts';
import { memorySnapshot } from '../../../src/source/memory.ts';
import type { GoldenRunner } from '../golden.ts';

const match: GoldenRunner = (record) => {
  const domain = record['domain'] as string[];
  const own = parsePatterns(String(record['patterns']), domain);
  const patterns = record['mode'] === 'default' ? withAllDefaults(own, domain) : own;
  for (const { path, dir, ignored } of record['paths'] as { path: string; dir: boolean; ignored: boolean }[]) {
    const got = isIgnored(patterns, path.split('/'), dir);
    if (got !== ignored) return `${path}${dir ? '/' : ''}: ignored ${got}, expected ${ignored}`;
  }
  return undefined;
};

const archive: GoldenRunner = (record) => {
  const files = record['files'] as Record<string, string>;
  const wanted = (record['tar_entries'] as string[]).filter((entry) => !entry.endsWith('/')).sort();
  const got = archivedPaths(memorySnapshot(files), (record['spec_ignore'] as string | null) ?? undefined).sort();
  return JSON.stringify(got) === JSON.stringify(wanted)
    ? undefined
    : `archived ${got.join(' ')}, expected ${wanted.join(' ')}`;
};

const bucket: GoldenRunner = (record: JsonObject) => {
  const ignoreFile = (record['ignore_file'] as string | null) ?? '';
  const patterns = [...parsePatterns(ignoreFile), ...parsePatterns((record['spec_ignore'] as string | null) ?? '')];
  const got = (record['keys'] as string[]).filter(
    (key) => key !== '.sourceignore' && !key.endsWith('/') && !isIgnored(patterns, key.split('/'), false),
  );
  const wanted = record['fetched'] as string[];
  return JSON.stringify(got) === JSON.stringify(wanted)
    ? undefined
    : `fetched ${got.join(' ')}, expected ${wanted.join(' ')}`;
};

export const runners: Readonly<Record<string, GoldenRunner>> = { match, archive, bucket };
