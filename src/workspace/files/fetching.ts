// What renderings want from elsewhere: fetched in the background under the user's permission, kept for the session, and told
// when it has come. Renders nothing itself; without trust nothing is fetched and no program run.
import type { Clock } from '../../model/clock.ts';
import type { Disposable } from '../../model/disposable.ts';
import { Emitter } from '../../model/event.ts';
import type { Log } from '../../model/log.ts';
import { reasonOf } from '../../model/reason.ts';
import { wantedKey } from '../../render/remote/wantedKey.ts';
import type { FetchOptions } from '../../source/fetch/fetcher.ts';
import type { Fetch, Fetched, FetchedThings, Wanted } from '../../source/wanted.ts';

/** What the user's settings allow. */
export type Permission = Pick<FetchOptions, 'allowedHosts' | 'helm'>;

export interface Fetching extends Disposable {
  /** The answers so far. Nothing is fetched by looking: see `gather`. */
  readonly things: FetchedThings;
  /** Fetches at once, as far as it is allowed now; for the loop, which keeps its own answers. */
  readonly fetch: Fetch;
  /** Says what is allowed. Until it is called for the first time nothing is refused and nothing fetched. */
  permit(permission: Permission): void;
  /** The folder is trusted from now on. */
  trust(): void;
  /** Renders a root, and has fetched what that asked for and has no answer; what no rendering asks for is given up. */
  gather<T>(root: string, render: () => T): T;
  /** Roots that asked for something whose answer is another one now. */
  readonly came: Emitter<readonly string[]>;
}

export interface FetchingDeps {
  readonly createFetch: (permission: Permission) => Fetch;
  readonly trusted: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** An address that is being typed is another one with each keystroke: only one that stands is fetched. */
const SETTLE_MS = 300;
const RETRY_MS = 60_000;

/** Nothing is allowed before the person trusts the folder, whatever the settings say. */
const fetchUntrusted: Fetch = ({ kind }) => {
  const setting = kind === 'chart' || kind === 'template' ? 'plumbline.helm.enabled' : 'plumbline.remote.allowedHosts';
  const reason = `nothing is fetched and no program run in Restricted Mode; trust the folder, and allow it with the setting ${setting}`;
  return Promise.resolve({ kind: 'refused', reason });
};

/** The answers of a session. */
export function createFetching(deps: FetchingDeps): Fetching {
  const { clock, log } = deps;
  const came = new Emitter<readonly string[]>();
  const answers = new Map<string, Fetched>();
  const asked = new Map<string, ReadonlyMap<string, Wanted>>();
  /** How to stop what is fetched, or waits for its time. */
  const open = new Map<string, () => void>();
  let trusted = deps.trusted;
  let permission: Permission | undefined;
  let fetch: Fetch | undefined;
  let gathered: Map<string, Wanted> | undefined;

  const rootsAsking = (key: string): string[] => [...asked].flatMap(([root, keys]) => (keys.has(key) ? [root] : []));
  const later = (key: string, ms: number, run: () => void): void => {
    open.set(key, clock.after(ms, run));
  };
  const start = (key: string, wanted: Wanted): void => {
    if (!fetch) return;
    const stop = new AbortController();
    open.set(key, () => stop.abort(new Error('nothing asks for it any more')));
    log.info('render', `fetching ${nameOf(wanted)}`);
    void bring(fetch, wanted, stop.signal).then((fetched) => {
      if (stop.signal.aborted) return;
      open.delete(key);
      log.info('render', `${nameOf(wanted)}: ${'reason' in fetched ? fetched.reason : 'fetched'}`);
      if (fetched.kind === 'failed') later(key, RETRY_MS, () => start(key, wanted));
      if (!isSame(answers.get(key), fetched)) {
        answers.set(key, fetched);
        came.emit(rootsAsking(key));
      }
    });
  };
  const startWanted = (): void => {
    const wanted = new Map([...asked.values()].flatMap((keys) => [...keys]));
    for (const [key, stop] of open) {
      if (wanted.has(key)) continue;
      stop();
      open.delete(key);
      // What failed is asked anew when it is wanted again.
      if (answers.get(key)?.kind === 'failed') answers.delete(key);
    }
    if (!fetch) return;
    for (const [key, one] of wanted)
      if (!answers.has(key) && !open.has(key)) later(key, SETTLE_MS, () => start(key, one));
  };
  /** Answers are those of one permission: under another everything is asked anew. */
  const permitAnew = (): void => {
    if (!permission) return;
    fetch = trusted ? deps.createFetch(permission) : fetchUntrusted;
    for (const stop of open.values()) stop();
    open.clear();
    const roots = new Set([...answers.keys()].flatMap(rootsAsking));
    answers.clear();
    startWanted();
    if (roots.size > 0) came.emit([...roots]);
  };

  return {
    came,
    things: {
      get: (wanted) => {
        const key = wantedKey(wanted);
        gathered?.set(key, wanted);
        return answers.get(key);
      },
    },
    fetch: (wanted, signal) => (trusted && fetch ? fetch : fetchUntrusted)(wanted, signal),
    permit: (to) => {
      if (JSON.stringify(to) === JSON.stringify(permission)) return;
      permission = to;
      permitAnew();
    },
    trust: () => {
      if (trusted) return;
      trusted = true;
      permitAnew();
    },
    gather: (root, render) => {
      const mine = (gathered = new Map<string, Wanted>());
      try {
        return render();
      } finally {
        gathered = undefined;
        if (mine.size > 0) asked.set(root, mine);
        else asked.delete(root);
        startWanted();
      }
    },
    dispose: () => {
      for (const stop of open.values()) stop();
      open.clear();
      asked.clear();
      came.dispose();
    },
  };
}

/** As the fetcher answers; a bug or a full disk fails one thing, not the engine. */
async function bring(fetch: Fetch, wanted: Wanted, signal: AbortSignal): Promise<Fetched> {
  try {
    return await fetch(wanted, signal);
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  }
}

function isSame(a: Fetched | undefined, b: Fetched): boolean {
  return a !== undefined && a.kind === b.kind && 'reason' in a && 'reason' in b && a.reason === b.reason;
}

function nameOf(wanted: Wanted): string {
  if (wanted.kind === 'chart') return `the chart ${wanted.name} of ${wanted.repo}`;
  return wanted.kind === 'template' ? `what helm makes of the chart ${wanted.name}` : wanted.url;
}
