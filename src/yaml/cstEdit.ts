// Changes of one scalar in a text through the `yaml` package's concrete syntax tree, which keeps every byte that is not
// the scalar's. Only proposes: whether a proposal reads as it was meant is for edit.ts to find out.
import { CST, Parser } from 'yaml';
import type { Scalar as YamlScalar } from 'yaml';
import type { Scalar } from '../model/node.ts';
import { textOfValue } from './nodeOfJson.ts';
import { needsQuotes } from './resolve.ts';
import { escapeOf, isPrintable, shapeOf } from './scalarStyle.ts';

type Style = YamlScalar.Type;

interface Located {
  readonly token: CST.FlowScalar | CST.BlockScalar;
  readonly inFlow: boolean;
  readonly afterKey: boolean;
}

/** Texts in which the scalar or alias that starts at `offset` has another value, the best first. */
export function* proposeScalars(text: string, offset: number, value: Scalar): Generator<string> {
  const old = locate(tokensOf(text), offset);
  if (!old) return;
  for (const style of stylesFor(value, old)) {
    // Setting a value changes the tree, so that each proposal needs one of its own.
    const tokens = tokensOf(text);
    const at = locate(tokens, offset);
    if (!at) return;
    const { token, inFlow, afterKey } = at;
    CST.setScalarValue(token, textOfValue(value), { type: style, inFlow, afterKey });
    // The package leaves characters as they are that go-yaml takes in escapes only, and breaks lines.
    if (token.type === 'double-quoted-scalar') token.source = doubleQuoted(textOfValue(value));
    keepLineBreaks(token, text);
    yield stringify(tokens);
  }
}

function tokensOf(text: string): CST.Token[] {
  return [...new Parser().parse(text)];
}

function stringify(tokens: readonly CST.Token[]): string {
  return tokens.map((token) => CST.stringify(token)).join('');
}

function isValue(token: CST.Token | null | undefined): token is CST.FlowScalar | CST.BlockScalar {
  return token?.type === 'alias' || CST.isScalar(token);
}

function locate(tokens: readonly CST.Token[], offset: number): Located | undefined {
  let found: Located | undefined;
  for (const document of tokens) {
    if (document.type !== 'document') continue;
    if (isValue(document.value) && document.value.offset === offset) {
      return { token: document.value, inFlow: false, afterKey: false };
    }
    CST.visit(document, (item, path) => {
      if (!isValue(item.value) || item.value.offset !== offset) return undefined;
      const parent = CST.visit.parentCollection(document, path);
      found = { token: item.value, inFlow: parent.type === 'flow-collection', afterKey: item.sep !== undefined };
      return CST.visit.BREAK;
    });
    if (found) return found;
  }
  return undefined;
}

/** The styles to try: the one that is there, then the quotes. */
function stylesFor(value: Scalar, { token, inFlow }: Located): Style[] {
  if (typeof value !== 'string') return ['PLAIN'];
  const shape = shapeOf(value);
  const styles: Style[] = [];
  if (token.type === 'block-scalar' && shape.block && value.includes('\n')) {
    const isFolded = token.props.some((prop) => 'source' in prop && prop.source.startsWith('>'));
    styles.push(isFolded ? 'BLOCK_FOLDED' : 'BLOCK_LITERAL');
  }
  const isQuoted = token.type === 'single-quoted-scalar' || token.type === 'double-quoted-scalar';
  const isPlain = shape.plain && value !== '' && !needsQuotes(value) && !(inFlow && /^:|[,[\]{}?]/.test(value));
  if (isPlain && !isQuoted) styles.push('PLAIN');
  const canBeSingle =
    shape.single && !shape.multiline && (token.type === 'single-quoted-scalar' || !needsQuotes(value));
  if (canBeSingle && token.type !== 'double-quoted-scalar') styles.push('QUOTE_SINGLE');
  return [...styles, 'QUOTE_DOUBLE'];
}

/** Blocks are written with the line breaks of the text around them. */
function keepLineBreaks(token: CST.FlowScalar | CST.BlockScalar, text: string): void {
  if (token.type === 'block-scalar' && lineBreakOf(text) === '\r\n')
    token.source = token.source.replace(/\r?\n/g, '\r\n');
}

/** The line break that a text uses. */
export function lineBreakOf(text: string): '\n' | '\r\n' {
  return text[text.indexOf('\n') - 1] === '\r' ? '\r\n' : '\n';
}

/** Text in double quotes on one line. */
export function doubleQuoted(text: string): string {
  let body = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const asIs = (isPrintable(code) || code > 0xffff) && !/["\\\n\u2028\u2029]/.test(char);
    body += asIs ? char : escapeOf(code);
  }
  return `"${body}"`;
}
