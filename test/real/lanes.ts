// Many pieces of work of which only so many are done at once.

/** Works through the pieces in their order. Throws the first error; the other lanes then still go on by themselves. */
export async function inLanes<T>(lanes: number, pieces: Iterable<T>, work: (piece: T) => Promise<void>): Promise<void> {
  const left = pieces[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
