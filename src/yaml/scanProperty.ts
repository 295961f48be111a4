// Scanning of what stands before a value: anchors, tags, and directives before a document.
import { codeAt, fail, isBlank, isBreak, isSpace, isWord, Kind, pushToken } from './token.ts';
import type { Scan } from './token.ts';

/** Scans `&name` or `*name`. */
export function scanAnchor(scan: Scan, kind: typeof Kind.Anchor | typeof Kind.Alias): void {
  const start = scan.at;
  scan.at++;
  while (isWord(codeAt(scan, scan.at))) scan.at++;
  const code = codeAt(scan, scan.at);
  if (scan.at === start + 1 || !(isSpace(code) || '?:,]}%@`'.includes(String.fromCharCode(code)))) {
    const mark = kind === Kind.Alias ? '*' : '&';
    const what = kind === Kind.Alias ? 'alias' : 'anchor';
    const message = `'${mark}' begins an ${what}, whose name is made of letters, digits, - and _; put other text in quotes`;
    return fail(scan, message, start);
  }
  pushToken(scan, kind, start, scan.text.slice(start + 1, scan.at));
}

const uri = /[0-9A-Za-z_;/?:@&=+$,.!~*'()[\]%-]*/y;

/** Scans `!`, `!suffix`, `!!suffix`, `!handle!suffix` or `!<uri>`. */
export function scanTag(scan: Scan): void {
  const start = scan.at;
  const verbatim = codeAt(scan, start + 1) === 60;
  let handle = '!';
  scan.at++;
  if (verbatim) {
    scan.at++;
    handle = '';
  } else {
    let at = scan.at;
    while (isWord(codeAt(scan, at))) at++;
    if (codeAt(scan, at) === 33) {
      scan.at = at + 1;
      handle = scan.text.slice(start, at + 1);
    }
  }
  const suffix = takeUri(scan);
  if (suffix === '' && handle !== '!')
    return fail(scan, 'the tag has no name; put text that starts with ! in quotes', start);
  if (verbatim) {
    if (codeAt(scan, scan.at) !== 62) return fail(scan, "the tag is not closed by '>'", start);
    scan.at++;
  }
  if (!isSpace(codeAt(scan, scan.at))) return fail(scan, 'a tag must be followed by a space or a line break', start);
  const text = suffix === '' ? '!' : suffix;
  scan.tokens.push({
    kind: Kind.Tag,
    start,
    end: scan.at,
    text,
    style: 'plain',
    handle: suffix === '' ? '' : handle,
    opens: 0,
  });
}

function takeUri(scan: Scan): string {
  uri.lastIndex = scan.at;
  const found = uri.exec(scan.text)?.[0] ?? '';
  const text = found.slice(0, Math.max(scan.end - scan.at, 0));
  scan.at += text.length;
  if (/%(?![0-9a-fA-F]{2})/.test(text)) fail(scan, '% must be followed by two hexadecimal digits');
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (escaped) => decodeEscapes(escaped));
}

function decodeEscapes(escaped: string): string {
  const bytes = Uint8Array.from(escaped.split('%').slice(1), (hex) => Number.parseInt(hex, 16));
  return new TextDecoder().decode(bytes);
}

/** Scans `%YAML 1.1` or `%TAG handle prefix`; the token holds the words. */
export function scanDirective(scan: Scan): void {
  const start = scan.at;
  while (scan.at < scan.end && !isBreak(codeAt(scan, scan.at))) scan.at++;
  const line = scan.text.slice(start, scan.at).replace(/(?<=[ \t])#.*$/, '');
  const words = line.split(/[ \t]+/).filter((word) => word !== '');
  const known = words[0] === '%YAML' ? words.length === 2 : words[0] === '%TAG' && words.length === 3;
  if (!known)
    return fail(
      scan,
      `${words[0] ?? '%'} is no directive that can be read; put text that starts with % in quotes`,
      start,
    );
  if (words[0] === '%YAML' && !/^\d+\.\d+$/.test(words[1] ?? '')) return fail(scan, 'the version must be 1.1', start);
  pushToken(scan, Kind.Directive, start, words.join(' '));
  while (isBlank(codeAt(scan, scan.at))) scan.at++;
}
