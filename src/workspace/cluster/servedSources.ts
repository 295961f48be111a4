// Which sources of a cluster the loop of this window reads from the open folder. Asks the loop's sources; reads nothing itself.
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { PinnedSources } from '../plan/pinnedSources.ts';

type Reader = Pick<PinnedSources, 'isLocal'>;

export interface ServedWatch {
  /** The sources that the cluster has now. */
  has(sources: readonly JsonObject[]): void;
  /** What the loop reads them with now; undefined where there is none. */
  readBy(reader: Reader | undefined): void;
}

/** Tells the keys of those sources each time that they are others. */
export function watchServed(tell: (keys: ReadonlySet<string>) => void): ServedWatch {
  let sources: readonly JsonObject[] = [];
  let reader: Reader | undefined;
  let told = '';
  const look = async (): Promise<void> => {
    const [of, by] = [sources, reader];
    const keys = new Set<string>();
    // What cannot be read says so where it is fetched.
    for (const source of of)
      if (refOf(source).kind === 'GitRepository' && (await by?.isLocal(source).catch(() => false)))
        keys.add(keyOf(refOf(source)));
    const text = [...keys].join('\n');
    if (of !== sources || by !== reader || text === told) return;
    told = text;
    tell(keys);
  };
  return {
    has: (now) => {
      sources = now;
      void look();
    },
    readBy: (now) => {
      reader = now;
      void look();
    },
  };
}
