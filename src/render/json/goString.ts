// A text within JSON as Go's encoding/json writes it: the characters of HTML are escaped, and the line ends of JavaScript.

// eslint-disable-next-line no-control-regex -- control characters are what is escaped.
const ESCAPED = /["\\<>&\u0000-\u001f\u2028\u2029]/g;
const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** The text with its quotes. */
export function goString(text: string): string {
  const escaped = text.replaceAll(
    ESCAPED,
    (char) => short[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}
