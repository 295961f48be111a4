// Label selectors in text form, as k8s.io/apimachinery/pkg/labels parses and matches them. Knows no resources.

interface Requirement {
  readonly key: string;
  readonly operator: 'exists' | 'missing' | 'in' | 'notIn' | 'above' | 'below';
  readonly values: ReadonlySet<string>;
}

export type LabelSelector = readonly Requirement[];

class SelectorFault extends Error {}

/** The selector, or why the text is none. The empty text selects everything. */
export function parseLabelSelector(text: string): LabelSelector | { readonly fault: string } {
  try {
    return parseRequirements(tokensOf(text));
  } catch (error) {
    if (error instanceof SelectorFault) return { fault: error.message };
    throw error;
  }
}

export function matchesLabels(selector: LabelSelector, labels: ReadonlyMap<string, string>): boolean {
  return selector.every((requirement) => meets(requirement, labels.get(requirement.key)));
}

function meets({ operator, values }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case 'missing':
      return value === undefined;
    case 'in':
      return value !== undefined && values.has(value);
    case 'notIn':
      return value === undefined || !values.has(value);
    default: {
      const [limit = ''] = values;
      if (value === undefined || !INTEGER.test(value)) return false;
      return operator === 'above' ? BigInt(value) > BigInt(limit) : BigInt(value) < BigInt(limit);
    }
  }
}

const INTEGER = /^-?[0-9]+$/;
const SYMBOLS = ['!=', '==', '=', '!', '(', ')', ',', '>', '<'];

/** A reading head over words and symbols; the end is the empty token. */
interface Tokens {
  peek(): string;
  take(): string;
}

function tokensOf(text: string): Tokens {
  const tokens = text.match(/[=!(),<>]+|[^\s=!(),<>]+/g)?.flatMap(splitSymbols) ?? [];
  let at = 0;
  return { peek: () => tokens[at] ?? '', take: () => tokens[at++] ?? '' };
}

function splitSymbols(run: string): string[] {
  if (!/^[=!(),<>]/.test(run)) return [run];
  const symbols: string[] = [];
  for (let at = 0; at < run.length;) {
    const symbol = SYMBOLS.find((candidate) => run.startsWith(candidate, at)) ?? '';
    symbols.push(symbol);
    at += symbol.length;
  }
  return symbols;
}

function isWord(token: string): boolean {
  return token !== '' && !SYMBOLS.includes(token);
}

function parseRequirements(tokens: Tokens): Requirement[] {
  const requirements: Requirement[] = [];
  while (tokens.peek() !== '') {
    requirements.push(parseRequirement(tokens));
    const next = tokens.take();
    if (next === '') break;
    if (next !== ',') throw new SelectorFault(`found "${next}", expected "," or the end`);
    if (!isWord(tokens.peek()) && tokens.peek() !== '!') throw new SelectorFault('expected a label after ","');
  }
  return requirements;
}

function parseRequirement(tokens: Tokens): Requirement {
  const negated = tokens.peek() === '!';
  if (negated) tokens.take();
  const key = tokens.take();
  if (!isLabelKey(key)) throw new SelectorFault(`"${key}" is not a label`);
  const next = tokens.peek();
  if (negated || next === '' || next === ',') {
    if (negated && next !== '' && next !== ',') throw new SelectorFault(`found "${next}", expected "," or the end`);
    return { key, operator: negated ? 'missing' : 'exists', values: new Set() };
  }
  return withValidValues(parseComparison(key, tokens));
}

function parseComparison(key: string, tokens: Tokens): Requirement {
  const word = tokens.take();
  switch (word) {
    case 'in':
      return { key, operator: 'in', values: parseValues(tokens) };
    case 'notin':
      return { key, operator: 'notIn', values: parseValues(tokens) };
    case '=':
    case '==':
      return { key, operator: 'in', values: parseValue(tokens) };
    case '!=':
      return { key, operator: 'notIn', values: parseValue(tokens) };
    case '>':
    case '<':
      return { key, operator: word === '>' ? 'above' : 'below', values: parseValue(tokens) };
    default:
      throw new SelectorFault(`found "${word}", expected one of =, ==, !=, in, notin, >, <`);
  }
}

function parseValue(tokens: Tokens): Set<string> {
  const next = tokens.peek();
  if (next === '' || next === ',') return new Set(['']);
  if (!isWord(next)) throw new SelectorFault(`found "${next}", expected a value`);
  return new Set([tokens.take()]);
}

function parseValues(tokens: Tokens): Set<string> {
  const open = tokens.take();
  if (open !== '(') throw new SelectorFault(`found "${open}", expected "("`);
  const values = new Set<string>();
  for (;;) {
    values.add(isWord(tokens.peek()) ? tokens.take() : '');
    const next = tokens.take();
    if (next === ')') return values;
    if (next !== ',') throw new SelectorFault(`found "${next}", expected "," or ")"`);
  }
}

function withValidValues(requirement: Requirement): Requirement {
  for (const value of requirement.values) {
    const numeric = requirement.operator === 'above' || requirement.operator === 'below';
    const valid = numeric ? INTEGER.test(value) : value === '' || (value.length <= 63 && NAME.test(value));
    if (!valid) throw new SelectorFault(`"${value}" is not a valid value for the label "${requirement.key}"`);
  }
  return requirement;
}

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function isLabelKey(key: string): boolean {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  const domain = parts.length === 2 ? parts[0] : undefined;
  if (parts.length > 2 || name.length > 63 || !NAME.test(name)) return false;
  return domain === undefined || (domain.length <= 253 && DOMAIN.test(domain));
}
