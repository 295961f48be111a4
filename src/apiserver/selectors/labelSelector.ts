// Label selectors in their text form (`a=1,b in (x, y),!c`), as k8s.io/apimachinery pkg/labels/selector.go parses them.
import { badRequest } from '../errors.ts';
import { labelValueErrors, qualifiedNameErrors } from '../../model/names.ts';

export type LabelSelector = (labels: ReadonlyMap<string, string>) => boolean;

type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<';

interface Token {
  readonly text: string;
  readonly isSymbol: boolean;
}

const SYMBOLS = /^(==|!=|[=!()<>,])/;
const WORD = /^[^\s=!()<>,]+/;

/** Parses a selector. Throws the 400 of a broken one. The empty text selects everything. */
export function parseLabelSelector(text: string): LabelSelector {
  const tokens = tokenize(text);
  if (tokens.length === 0) return () => true;
  const parser = new Parser(tokens);
  const requirements = parser.requirements();
  return (labels) => requirements.every((requirement) => requirement(labels));
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let rest = text.trimStart(); rest !== ''; rest = rest.trimStart()) {
    const symbol = SYMBOLS.exec(rest)?.[0];
    const word = symbol ?? WORD.exec(rest)?.[0] ?? rest.charAt(0);
    tokens.push({ text: word, isSymbol: symbol !== undefined });
    rest = rest.slice(word.length);
  }
  return tokens;
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  requirements(): LabelSelector[] {
    const found: LabelSelector[] = [];
    for (;;) {
      found.push(this.requirement());
      const token = this.next();
      if (token === undefined) return found;
      if (token.text !== ',' || !token.isSymbol)
        throw badRequest(`found '${token.text}', expected: ',' or 'end of string'`);
      const after = this.peek();
      if (after === undefined || (after.isSymbol && after.text !== '!'))
        throw badRequest(`found '${after?.text ?? ''}', expected: identifier after ','`);
    }
  }

  private requirement(): LabelSelector {
    const first = this.next();
    if (first?.isSymbol && first.text === '!') {
      const key = this.key();
      return (labels) => !labels.has(key);
    }
    this.at--;
    const key = this.key();
    const operator = this.operator();
    if (operator === 'exists') return (labels) => labels.has(key);
    if (operator === 'in' || operator === 'notin') {
      const values = new Set(this.values());
      for (const value of values) checkValue(key, value);
      return operator === 'in'
        ? (labels) => labels.has(key) && values.has(labels.get(key) as string)
        : (labels) => !values.has(labels.get(key) as string);
    }
    const value = this.exactValue();
    if (operator === '>' || operator === '<') return compare(key, operator, value);
    checkValue(key, value);
    return operator === '!=' ? (labels) => labels.get(key) !== value : (labels) => labels.get(key) === value;
  }

  private key(): string {
    const token = this.next();
    if (token === undefined || token.isSymbol)
      throw badRequest(
        `unable to parse requirement: found '${token?.text ?? ''}', expected: !, identifier, or 'end of string'`,
      );
    const [error] = qualifiedNameErrors(token.text);
    if (error !== undefined)
      throw badRequest(`unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(token.text)}: ${error}`);
    return token.text;
  }

  private operator(): Operator {
    const token = this.peek();
    if (token === undefined || (token.isSymbol && token.text === ',')) return 'exists';
    this.at++;
    const known = token.isSymbol ? ['=', '==', '!=', '>', '<'] : ['in', 'notin'];
    if (known.includes(token.text)) return token.text as Operator;
    throw badRequest(`unable to parse requirement: found '${token.text}', expected: in, notin, =, ==, !=, gt, lt`);
  }

  private values(): string[] {
    const open = this.next();
    if (open?.text !== '(') throw badRequest(`unable to parse requirement: found '${open?.text ?? ''}' expected: '('`);
    const values: string[] = [];
    for (let needsValue = true; ;) {
      const token = this.next();
      if (token !== undefined && !token.isSymbol) {
        values.push(token.text);
        needsValue = false;
      } else if (token?.text === ',' || token?.text === ')') {
        if (needsValue) values.push('');
        if (token.text === ')') return values;
        needsValue = true;
        if (this.peek() === undefined)
          throw badRequest(`unable to parse requirement: found '', expected: ',', ')' or identifier`);
      } else
        throw badRequest(`unable to parse requirement: found '${token?.text ?? ''}', expected: ',', ')' or identifier`);
    }
  }

  private exactValue(): string {
    const token = this.peek();
    if (token === undefined || (token.isSymbol && token.text === ',')) return '';
    if (token.isSymbol) throw badRequest(`unable to parse requirement: found '${token.text}', expected: identifier`);
    this.at++;
    return token.text;
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }

  private next(): Token | undefined {
    return this.tokens[this.at++];
  }
}

function checkValue(key: string, value: string): void {
  const [error] = labelValueErrors(value);
  if (error !== undefined)
    throw badRequest(
      `unable to parse requirement: values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${error}`,
    );
}

function compare(key: string, operator: '>' | '<', text: string): LabelSelector {
  if (!/^[+-]?\d+$/.test(text))
    throw badRequest(
      `unable to parse requirement: values[0]: Invalid value: ${JSON.stringify(text)}: for 'Gt', 'Lt' operators, the value must be an integer`,
    );
  const limit = BigInt(text.replace('+', ''));
  return (labels) => {
    const value = labels.get(key);
    if (value === undefined || !/^[+-]?\d+$/.test(value)) return false;
    return operator === '>' ? BigInt(value.replace('+', '')) > limit : BigInt(value.replace('+', '')) < limit;
  };
}
