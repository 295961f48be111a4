// Makes a sample repository with its history, from the plain files under media/samples. `tree` is the last state;
// `history/NN` holds older versions of files as step NN had them; `sample.json` says what each commit brought.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { commitFiles, initRepository } from '../source/git/write.ts';
import type { Author } from '../source/git/write.ts';

/** The samples, the first one being what a new user sees. */
export const SAMPLES = ['shop', 'vote'] as const;
export type SampleName = (typeof SAMPLES)[number];

interface Sample {
  readonly url: string;
  readonly author: Author;
  readonly steps: readonly { readonly message: string; readonly daysAgo: number; readonly paths: readonly string[] }[];
}

const DAY = 24 * 60 * 60;

/**
 * Makes the sample in `folder`, which must be empty or missing: a Git repository on `main` with several commits, whose
 * `origin` is the address in its GitRepository. Commit times count back from `now`.
 */
export async function createSample(
  name: SampleName,
  folder: string,
  signal: AbortSignal,
  now: number = Date.now(),
): Promise<void> {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Error(`${folder} is not empty: nothing was written`);
  const media = join(mediaFolder(), name);
  const sample = JSON.parse(readFileSync(join(media, 'sample.json'), 'utf8')) as Sample;
  mkdirSync(folder, { recursive: true });
  await initRepository(folder, 'main', sample.url);
  const files = filesBelow(join(media, 'tree'));
  for (const [index, step] of sample.steps.entries()) {
    signal.throwIfAborted();
    const paths = files.filter((path) => step.paths.some((prefix) => isBelow(path, prefix)));
    const older = join(media, 'history', String(index + 1).padStart(2, '0'));
    for (const path of paths) copy([join(older, path), join(media, 'tree', path)], join(folder, path));
    await commitFiles(folder, {
      message: `${step.message}\n`,
      author: sample.author,
      time: Math.floor(now / 1000) - step.daysAgo * DAY,
      paths,
    });
  }
}

/** The folder of the samples' files: beside the sources, or beside the bundle. */
function mediaFolder(): string {
  for (let at = import.meta.dirname; dirname(at) !== at; at = dirname(at)) {
    const found = join(at, 'media', 'samples');
    if (existsSync(found)) return found;
  }
  throw new Error('the sample files are missing from this installation');
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort();
}

function isBelow(path: string, prefix: string): boolean {
  return prefix === '' || path === prefix || path.startsWith(`${prefix}/`);
}

/** Copies the first of the candidates that exists. */
function copy(candidates: readonly string[], to: string): void {
  const from = candidates.find((candidate) => existsSync(candidate));
  if (from === undefined) return;
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}
