// Where two builds part, in one line.

export function firstDifference(own: string, theirs: string): string {
  const a = own.split('\n');
  const b = theirs.split('\n');
  const at = a.findIndex((line, i) => line !== b[i]);
  const line = at < 0 ? a.length : at;
  return `line ${line + 1}: ours ${JSON.stringify(a[line] ?? '(end)')}, theirs ${JSON.stringify(b[line] ?? '(end)')}`;
}
