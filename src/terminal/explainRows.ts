// The rows of the loop's table that have failed, with the chain behind them beside the condition's message. The
// cluster is read only once something has failed or nobody waits any longer, and again when that is said in other words.
import type { KubeReader } from '../kube/client.ts';
import { refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { LoopRow } from '../present/loopTable.ts';
import { fluxState } from '../present/fluxState.ts';
import { scopedName } from '../present/names.ts';
import { whySentence } from '../present/why/chain.ts';
import { askWhy } from './why.ts';

export interface RowReasons {
  /** Reads what is behind the rows that have failed, where that is not known. Never rejects: a row can do without. */
  read(rows: readonly LoopRow[]): Promise<void>;
  /** The same for all that is not ready, on its way or not: nobody waits any longer. */
  readAll(rows: readonly LoopRow[]): Promise<void>;
  /** The rows with what is known. */
  of(rows: readonly LoopRow[]): LoopRow[];
}

/** `root`: the repository that is served, where one is. */
export function explainRows(reader: KubeReader, root: string | undefined, signal: AbortSignal): RowReasons {
  let known: ReadonlyMap<string, string> = new Map();
  let looked = '';
  const read = async (unready: readonly LoopRow[], when: 'atOnce' | 'inTheEnd'): Promise<void> => {
    const text = unready.map(keyOf).join('\n');
    if (text === looked) return;
    const answers = await askWhy({ cluster: 'the cluster', reader, root }, { ready: false }, signal);
    const objects = answers.state.clusters.flatMap(({ sources, kustomizations }) => [...sources, ...kustomizations]);
    const shown = unready.flatMap((row) => {
      const object = objects.find((one) => isOf(row, refOf(one)));
      return object ? [{ row, object, isSame: fluxState(object).word === row.state }] : [];
    });
    // What was read is of a later moment than the rows: those follow, with another reason or the same again.
    if (when === 'atOnce' && shown.some(({ isSame }) => !isSame)) return;
    const keys = new Set(unready.map(keyOf));
    const found = new Map([...known].filter(([key]) => keys.has(key)));
    for (const { row, object } of shown.filter(({ isSame }) => isSame)) {
      const why = await answers.of(refOf(object));
      if (why) found.set(keyOf(row), whySentence(why.links));
    }
    known = found;
    looked = text;
  };
  return {
    read: async (rows) => {
      if (rows.some(({ state }) => state === 'failed'))
        await read(rows.filter(isUnready), 'atOnce').catch(() => undefined);
    },
    readAll: (rows) =>
      read(
        rows.filter((row) => isUnready(row) || isOnItsWay(row)),
        'inTheEnd',
      ).catch(() => undefined),
    of: (rows) =>
      rows.map((row) => {
        const why = known.get(keyOf(row));
        return why === undefined ? row : { ...row, why };
      }),
  };
}

function isUnready({ state }: LoopRow): boolean {
  return state === 'failed' || state === 'waiting';
}

function isOnItsWay({ state }: LoopRow): boolean {
  return state === 'progressing' || state === 'unknown';
}

/** With its message: another one is another failure. */
function keyOf({ kind, name, state, status }: LoopRow): string {
  return `${kind} ${name} ${state} ${status}`;
}

function isOf(row: LoopRow, ref: ObjectRef): boolean {
  return row.kind === ref.kind && row.name === scopedName(ref);
}
