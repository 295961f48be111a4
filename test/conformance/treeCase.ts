// Small trees in one file each (trees/*.txt): what the case is about, the files, and what kustomize answers. Reads only.

/** A tree, and the output of the real program; undefined where that refuses it. */
export interface TreeCase {
  readonly about: string;
  readonly files: Readonly<Record<string, string>>;
  readonly expected: string | undefined;
}

const EXPECTED = 'expected';

/** The text begins with a comment and has a section `=== path` for each file; the last is `=== expected`, or `=== refused`. */
export function parseTreeCase(text: string): TreeCase {
  const [head = '', ...sections] = text.split(/^=== /m);
  const files: Record<string, string> = {};
  let expected: string | undefined;
  for (const section of sections) {
    const end = section.indexOf('\n');
    const name = section.slice(0, end);
    const content = section.slice(end + 1);
    if (name === EXPECTED) expected = content;
    else if (name !== 'refused') files[name] = content;
  }
  return { about: head.replaceAll(/^# /gm, '').trim(), files, expected };
}

/** The text of a case. */
export function printTreeCase({ about, files, expected }: TreeCase): string {
  const sections = Object.entries(files).map(([path, content]) => `=== ${path}\n${content}`);
  return `# ${about}\n${sections.join('')}${expected === undefined ? '=== refused\n' : `=== ${EXPECTED}\n${expected}`}`;
}
