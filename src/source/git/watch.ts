// Notices that a repository's refs moved (a commit, a checkout, a fetch). Watches the files that git rewrites; where the
// platform cannot watch, it looks again from time to time.
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../model/clock.ts';
import type { Disposable } from '../../model/disposable.ts';
import { readLocalRefs } from './localRefs.ts';

/** Git writes several files for one commit; this long after the last of them it is over. */
const SETTLE_MS = 30;
const POLL_MS = 3000;

/** Calls back when HEAD or a ref of the repository changed since the last call. */
export function watchHead(gitdir: string, clock: Clock, onChange: () => void): Disposable {
  let disposed = false;
  let known: string | undefined;
  let cancelTimer: (() => void) | undefined;
  const watchers: FSWatcher[] = [];

  async function check(): Promise<void> {
    const state = await stateOf(gitdir);
    if (disposed || state === undefined || state === known) return;
    const first = known === undefined;
    known = state;
    if (!first) onChange();
  }

  function soon(): void {
    cancelTimer?.();
    if (!disposed) cancelTimer = clock.after(SETTLE_MS, () => void check());
  }

  let polling = false;
  function poll(): void {
    if (disposed) return;
    polling = true;
    clock.after(POLL_MS, () => {
      void check();
      poll();
    });
  }

  function follow(path: string, recursive: boolean): void {
    try {
      const watcher = watch(path, { recursive, persistent: false }, soon);
      watcher.on('error', () => {
        watcher.close();
        if (!polling) poll();
      });
      watchers.push(watcher);
    } catch {
      if (!polling) poll();
    }
  }

  void check();
  follow(gitdir, false);
  follow(join(gitdir, 'refs'), true);
  return {
    dispose() {
      disposed = true;
      cancelTimer?.();
      for (const watcher of watchers) watcher.close();
    },
  };
}

async function stateOf(gitdir: string): Promise<string | undefined> {
  try {
    const { refs, branch, head } = await readLocalRefs(gitdir);
    return JSON.stringify([branch, head, [...refs].sort(([a], [b]) => (a < b ? -1 : 1))]);
  } catch {
    return undefined; // Caught in the middle of a write: the next event comes.
  }
}
