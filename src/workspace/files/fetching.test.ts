// What is fetched for renderings, when, and what is done with the answers: with a clock that is moved by hand.
import { expect, test } from 'vitest';
import { silentLog } from '../../model/log.ts';
import type { Fetched, Wanted } from '../../source/wanted.ts';
import { createFetching } from './fetching.ts';
import type { Fetching } from './fetching.ts';

const file = (url: string): Wanted => ({ kind: 'file', url });

interface Stage {
  readonly fetching: Fetching;
  /** What was fetched so far. */
  readonly fetched: string[];
  /** The roots that were told to render again. */
  readonly came: string[];
  /** Renders a root that asks for this; says what it got. */
  readonly render: (root: string, url?: string) => Fetched | undefined;
  /** Lets this much time pass, and all that it begins come to an end. */
  readonly pass: (ms: number) => Promise<void>;
}

function stage(trusted: boolean, answer: (url: string, time: number) => Fetched): Stage {
  let now = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const [fetched, came]: string[][] = [[], []];
  const fetching = createFetching({
    trusted,
    createFetch: () => (wanted) => {
      const url = 'url' in wanted ? wanted.url : '';
      fetched?.push(url);
      return Promise.resolve(answer(url, now));
    },
    clock: {
      now: () => now,
      after: (ms, run) => {
        const timer = { at: now + ms, run };
        timers.push(timer);
        return () => void (timers = timers.filter((one) => one !== timer));
      },
    },
    log: silentLog,
  });
  fetching.came.on((roots) => came?.push(...roots));
  return {
    fetching,
    fetched: fetched ?? [],
    came: came ?? [],
    render: (root, url) =>
      fetching.gather(root, () => (url === undefined ? undefined : fetching.things.get(file(url)))),
    pass: async (ms) => {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { run } of due) run();
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    },
  };
}

const TEXT: Fetched = { kind: 'text', text: 'a: 1' };
const FAILED: Fetched = { kind: 'failed', reason: 'no answer' };

test('what a rendering asks for is fetched once, and the renderings that asked are told', async () => {
  const { fetching, fetched, came, render, pass } = stage(true, () => TEXT);
  fetching.permit({ allowedHosts: ['h'] });
  expect([render('a', 'u'), render('b', 'u')]).toEqual([undefined, undefined]);
  await pass(1_000);
  expect([fetched, came]).toEqual([['u'], ['a', 'b']]);
  expect(render('a', 'u')).toEqual(TEXT);
  await pass(100_000);
  expect(fetched).toEqual(['u']);
});

test('an address that is being typed is fetched when it stands', async () => {
  const { fetching, fetched, render, pass } = stage(true, () => TEXT);
  fetching.permit({ allowedHosts: ['h'] });
  for (const url of ['u', 'ur', 'url']) {
    render('a', url);
    await pass(100);
  }
  await pass(1_000);
  expect(fetched).toEqual(['url']);
});

test('what failed is tried again after a minute, and stays said until then', async () => {
  const { fetching, fetched, came, render, pass } = stage(true, (_, now) => (now < 100_000 ? FAILED : TEXT));
  fetching.permit({ allowedHosts: ['h'] });
  render('a', 'u');
  await pass(1_000);
  expect(render('a', 'u')).toEqual(FAILED);
  await pass(61_000);
  expect([fetched, came]).toEqual([['u', 'u'], ['a']]);
  await pass(61_000);
  expect([render('a', 'u'), came]).toEqual([TEXT, ['a', 'a']]);
});

test('another permission asks everything anew', async () => {
  const { fetching, came, render, pass } = stage(true, () => FAILED);
  render('a', 'u');
  await pass(1_000);
  expect(came).toEqual([]);
  fetching.permit({ allowedHosts: [] });
  await pass(1_000);
  fetching.permit({ allowedHosts: ['h'] });
  expect(came).toEqual(['a', 'a']);
  expect(render('a', 'u')).toBeUndefined();
});

test('without trust nothing is fetched, whatever is permitted', async () => {
  const { fetching, fetched, render, pass } = stage(false, () => TEXT);
  fetching.permit({ allowedHosts: ['h'] });
  render('a', 'u');
  await pass(1_000);
  expect(fetched).toEqual([]);
  expect(render('a', 'u')).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('plumbline.remote') as string,
  });
  fetching.trust();
  render('a', 'u');
  await pass(1_000);
  expect(render('a', 'u')).toEqual(TEXT);
});
