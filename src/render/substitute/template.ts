// Text with ${...} -> a list of parts (fluxcd/pkg/envsubst, parse/parse.go). Reads only; what the operators do is in
// operators.ts.
import { Scanner } from './scanner.ts';
import type { Accept } from './scanner.ts';
import { toByteString, toText } from './byteString.ts';

/** Literal text (as bytes), or a variable with an operator (empty where there is none) and its arguments. */
export type Part = string | Expression;

export interface Expression {
  readonly variable: string;
  readonly operator: string;
  readonly args: readonly (readonly Part[])[];
}

export type SyntaxFault =
  | 'bad substitution'
  | 'missing closing brace'
  | 'unable to parse variable name'
  | 'unable to parse substitution within function'
  | 'substitutions nested too deeply';

/** Nesting that a person could write; more is an attack on the stack. */
const DEPTH_LIMIT = 500;

class Fault extends Error {
  readonly fault: SyntaxFault;
  constructor(fault: SyntaxFault) {
    super(fault);
    this.fault = fault;
  }
}

// Made when it is asked for: of an expression over all of Unicode the platform makes tables.
const inName: Accept = (char) => /^[\p{L}\p{Nd}_]$/u.test(char);
const only =
  (char: string): Accept =>
  (found, width) =>
    found === char && width === 1;
const upToTwo =
  (chars: string): Accept =>
  (found, width) =>
    chars.includes(found) && width < 3;
const not =
  (chars: string): Accept =>
  (found) =>
    !chars.includes(found);
const twoSteps =
  (first: string, second: string): Accept =>
  (found, width) =>
    (width === 1 && first === found) || (width === 2 && second.includes(found));

/** The parts of a text, or why it cannot be read. */
export function parseTemplate(text: string): readonly Part[] | { readonly fault: SyntaxFault } {
  try {
    return parseParts(new Scanner(toByteString(text)));
  } catch (error) {
    if (error instanceof Fault) return { fault: error.fault };
    throw error;
  }
}

function parseParts(scanner: Scanner): Part[] {
  const parts: Part[] = [];
  for (;;) {
    const token = scanner.scan({ accept: () => true, opening: true, escapes: 'dollar' });
    if (token === 'end') return parts;
    if (token === 'text') parts.push(scanner.token);
    else if (token === 'opening') parts.push(parseExpression(scanner, 1));
    else throw new Fault('bad substitution');
  }
}

/** What stands after `${`, up to and with the closing brace. */
function parseExpression(scanner: Scanner, depth: number): Expression {
  if (depth > DEPTH_LIMIT) throw new Fault('substitutions nested too deeply');
  if (scanner.peek() === '#') return parseLength(scanner);
  if (scanner.scan({ accept: inName }) !== 'text') throw new Fault('unable to parse variable name');
  const variable = nameOf(scanner);
  switch (scanner.peek()) {
    case ':':
      return '=-?+'.includes(scanner.peekSecond())
        ? parseDefault(scanner, variable, depth)
        : parseSlice(scanner, variable, depth);
    case '=':
      return parseDefault(scanner, variable, depth);
    case ',':
    case '^':
      return parseCase(scanner, variable);
    case '/':
      return parseReplace(scanner, variable, depth);
    case '#':
      return parseTrim(scanner, variable, upToTwo('#'), depth);
    case '%':
      return parseTrim(scanner, variable, upToTwo('%'), depth);
    default:
      if (scanner.scan({ closing: true }) !== 'closing') throw new Fault('missing closing brace');
      return { variable, operator: '', args: [] };
  }
}

function nameOf(scanner: Scanner): string {
  return toText(scanner.token) ?? scanner.token;
}

function parseOperator(scanner: Scanner, accept: Accept): string {
  if (scanner.scan({ accept }) !== 'text') throw new Fault('bad substitution');
  return scanner.token;
}

function parseArgument(scanner: Scanner, accept: Accept, depth: number, escapes: 'none' | 'all' = 'none'): Part[] {
  const token = scanner.scan({ accept, opening: true, escapes });
  if (token === 'opening') return [parseExpression(scanner, depth + 1)];
  if (token === 'text') return [scanner.token];
  throw new Fault('unable to parse substitution within function');
}

function close(scanner: Scanner, expression: Expression): Expression {
  if (scanner.scan({ closing: true }) !== 'closing') throw new Fault('bad substitution');
  return expression;
}

/** `${#name}` */
function parseLength(scanner: Scanner): Expression {
  const operator = parseOperator(scanner, only('#'));
  parseOperator(scanner, inName);
  return close(scanner, { variable: nameOf(scanner), operator, args: [] });
}

/** `${name=word}`, `${name:-word}` and its kin; the word may mix text and substitutions. */
function parseDefault(scanner: Scanner, variable: string, depth: number): Expression {
  const operator = parseOperator(scanner, scanner.peek() === '=' ? only('=') : twoSteps(':', '=-?+'));
  const args: Part[][] = [];
  while (scanner.peek() !== '}') args.push(parseArgument(scanner, not('}'), depth));
  return close(scanner, { variable, operator, args });
}

/** `${name:offset}` and `${name:offset:length}` */
function parseSlice(scanner: Scanner, variable: string, depth: number): Expression {
  const operator = parseOperator(scanner, only(':'));
  const args = [parseArgument(scanner, not(':}'), depth)];
  const token = scanner.scan({ accept: every(':'), closing: true });
  if (token === 'closing') return { variable, operator, args };
  if (token !== 'text') throw new Fault('bad substitution');
  args.push(parseArgument(scanner, not('}'), depth));
  return close(scanner, { variable, operator, args });
}

function every(char: string): Accept {
  return (found) => found === char;
}

/** `${name^}`, `${name^^}`, `${name,}`, `${name,,}` */
function parseCase(scanner: Scanner, variable: string): Expression {
  return close(scanner, { variable, operator: parseOperator(scanner, upToTwo(',^')), args: [] });
}

/** `${name/from/to}` and its kin; without `to` the text is removed. */
function parseReplace(scanner: Scanner, variable: string, depth: number): Expression {
  const operator = parseOperator(scanner, twoSteps('/', '/#%'));
  const args = [parseArgument(scanner, not('/'), depth, 'all')];
  parseOperator(scanner, (char) => char === '/');
  if (scanner.peek() !== '}') args.push(parseArgument(scanner, not('}'), depth, 'all'));
  return close(scanner, { variable, operator, args });
}

/** `${name#pattern}`, `${name##pattern}`, `${name%pattern}`, `${name%%pattern}` */
function parseTrim(scanner: Scanner, variable: string, accept: Accept, depth: number): Expression {
  const operator = parseOperator(scanner, accept);
  const args = [parseArgument(scanner, not('}'), depth)];
  return close(scanner, { variable, operator, args });
}

/** The names of all variables that a parsed text can ask for. */
export function variablesOf(parts: readonly Part[]): Set<string> {
  const names = new Set<string>();
  const visit = (part: Part): void => {
    if (typeof part === 'string') return;
    names.add(part.variable);
    part.args.forEach((arg) => arg.forEach(visit));
  };
  parts.forEach(visit);
  return names;
}
