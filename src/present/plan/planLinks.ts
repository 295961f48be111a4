// The places in a plan's text that lead to a file: each path with a line, where there is such a file. Pure.

export interface PlanLink {
  /** Line of the plan, from 0, and the columns between which the place stands. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly path: string;
  /** Line of the file, from 1. */
  readonly at: number;
}

export function planLinks(text: string, isFile: (path: string) => boolean): PlanLink[] {
  return text.split('\n').flatMap((said, line) => {
    // A place on a line of its own may have blanks in it; behind something else it is the last word.
    for (const pattern of [/^(\s+)(\S.*):(\d+)$/, /^(.*\s)(\S+):(\d+)$/]) {
      const [, before = '', path = '', at = ''] = pattern.exec(said) ?? [];
      if (path !== '' && isFile(path)) return [{ line, start: before.length, end: said.length, path, at: Number(at) }];
    }
    return [];
  });
}
