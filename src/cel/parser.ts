// Tokens to the syntax tree, by recursive descent over CEL's grammar; macros are expanded on the way. Checks no types.
import type { Expr, MapEntry } from './ast.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';
import { bytesLiteral, numberLiteral, stringLiteral } from './literal.ts';
import { expandHas, expandMethod, MacroFault } from './macros.ts';
import type { MacroSet } from './macros.ts';
import { nodeBuilder } from './nodeBuilder.ts';
import type { NodeBuilder } from './nodeBuilder.ts';
import { problemAt } from './problem.ts';
import type { CelProblem } from './problem.ts';

/** cel-go's own limits. */
const SIZE_LIMIT = 100_000;
const DEPTH_LIMIT = 250;

const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const BEGINNINGS =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const RELATIONS: ReadonlySet<string> = new Set(['<', '<=', '>=', '>', '==', '!=', 'in']);

/** Ends parsing: nothing sensible can be read after it. */
class SyntaxFault extends Error {}

export interface Parsed {
  /** Undefined where there are problems. */
  readonly expr: Expr | undefined;
  readonly problems: readonly CelProblem[];
}

export function parseCel(text: string, macros: MacroSet): Parsed {
  const chars = [...text];
  if (chars.length > SIZE_LIMIT) {
    const message = `expression code point size exceeds limit: size: ${chars.length}, limit ${SIZE_LIMIT}`;
    return { expr: undefined, problems: [problemAt(chars, 0, message)] };
  }
  const { tokens, faults } = tokenize(text);
  const found: { at: number; message: string }[] = [...faults];
  const parser = new Parser(tokens, macros, (at, message) => found.push({ at, message }));
  const expr = parser.parse();
  const problems = found.map(({ at, message }) => problemAt(chars, at, message));
  return { expr: problems.length > 0 ? undefined : expr, problems };
}

class Parser {
  private readonly tokens: readonly Token[];
  private readonly macros: MacroSet;
  private readonly report: (at: number, message: string) => void;
  private readonly nodes: NodeBuilder = nodeBuilder();
  private index = 0;
  /** How deep each rule of the grammar stands in itself: a chain of operators is as deep as it is long. */
  private readonly depths = { expression: 0, relation: 0, calc: 0, member: 0 };

  constructor(tokens: readonly Token[], macros: MacroSet, report: (at: number, message: string) => void) {
    this.tokens = tokens;
    this.macros = macros;
    this.report = report;
  }

  parse(): Expr | undefined {
    try {
      const expr = this.expression();
      if (this.token.kind !== 'end') {
        const extra = this.tokens[this.index + 1]?.kind === 'end' ? 'extraneous' : 'mismatched';
        this.fail(`${extra} input '${this.token.text}' expecting <EOF>`);
      }
      return expr;
    } catch (error) {
      if (error instanceof SyntaxFault) return undefined;
      throw error;
    }
  }

  private get token(): Token {
    return this.tokens[Math.min(this.index, this.tokens.length - 1)] as Token;
  }

  private fail(message: string): never {
    this.report(this.token.at, `Syntax error: ${message}`);
    throw new SyntaxFault();
  }

  private is(text: string): boolean {
    const { kind } = this.token;
    return (kind === 'operator' || kind === 'word') && this.token.text === text;
  }

  private accept(text: string): Token | undefined {
    if (!this.is(text)) return undefined;
    const { token } = this;
    this.index++;
    return token;
  }

  private expect(text: string): Token {
    const token = this.accept(text);
    if (token) return token;
    if (text === ')' && this.token.kind === 'end') return this.fail(`missing ')' at '<EOF>'`);
    const wanted = text === ']' || text === '}' ? `{'${text}', ','}` : `'${text}'`;
    return this.fail(`mismatched input '${this.token.text}' expecting ${wanted}`);
  }

  private deeper(kind: 'expression' | 'relation' | 'calc' | 'member'): void {
    if (++this.depths[kind] <= DEPTH_LIMIT) return;
    this.report(-1, 'max recursion depth exceeded');
    throw new SyntaxFault();
  }

  private expression(): Expr {
    const outer = this.depths.expression;
    this.deeper('expression');
    const condition = this.logical('||');
    const mark = this.accept('?');
    let result = condition;
    if (mark) {
      const yes = this.logical('||');
      this.expect(':');
      result = this.nodes.call(mark.at, '_?_:_', undefined, [condition, yes, this.expression()]);
    }
    this.depths.expression = outer;
    return result;
  }

  /** `a && b && c` becomes a balanced tree, as deep as its logarithm. */
  private logical(operator: '||' | '&&'): Expr {
    const next = (): Expr => (operator === '||' ? this.logical('&&') : this.relation());
    const terms = [next()];
    const marks: number[] = [];
    for (let mark = this.accept(operator); mark; mark = this.accept(operator)) {
      marks.push(mark.at);
      terms.push(next());
    }
    return this.balance(`_${operator}_`, terms, marks, 0, terms.length - 1);
  }

  private balance(name: string, terms: readonly Expr[], marks: readonly number[], from: number, to: number): Expr {
    if (from === to) return terms[from] as Expr;
    const middle = Math.floor((from + to) / 2);
    const left = this.balance(name, terms, marks, from, middle);
    const right = this.balance(name, terms, marks, middle + 1, to);
    return this.nodes.call(marks[middle] ?? 0, name, undefined, [left, right]);
  }

  private relation(): Expr {
    const outer = this.depths.relation;
    this.deeper('relation');
    let left = this.sum();
    while (RELATIONS.has(this.token.text) && (this.token.kind === 'operator' || this.token.kind === 'word')) {
      const { text, at } = this.token;
      this.index++;
      this.deeper('relation');
      left = this.nodes.call(at, text === 'in' ? '@in' : `_${text}_`, undefined, [left, this.sum()]);
    }
    this.depths.relation = outer;
    return left;
  }

  private sum(): Expr {
    return this.chain(['+', '-'], () => this.chain(['*', '/', '%'], () => this.unary()));
  }

  private chain(operators: readonly string[], next: () => Expr): Expr {
    const outer = this.depths.calc;
    this.deeper('calc');
    let left = next();
    while (this.token.kind === 'operator' && operators.includes(this.token.text)) {
      const { text, at } = this.token;
      this.index++;
      this.deeper('calc');
      left = this.nodes.call(at, `_${text}_`, undefined, [left, next()]);
    }
    this.depths.calc = outer;
    return left;
  }

  private unary(): Expr {
    const first = this.token;
    if (first.kind !== 'operator' || (first.text !== '!' && first.text !== '-')) return this.member();
    const next = this.tokens[this.index + 1];
    if (first.text === '-' && (next?.kind === 'int' || next?.kind === 'double')) return this.member();
    let count = 0;
    for (; this.is(first.text); this.index++) count++;
    const operand = this.member();
    return count % 2 === 0
      ? operand
      : this.nodes.call(first.at, first.text === '!' ? '!_' : '-_', undefined, [operand]);
  }

  private member(): Expr {
    const outer = this.depths.member;
    this.deeper('member');
    let expr = this.primary();
    for (;;) {
      const dot = this.accept('.');
      const bracket = dot ? undefined : this.accept('[');
      if (!dot && !bracket) break;
      this.deeper('member');
      expr = dot ? this.selection(expr, dot.at) : this.indexing(expr, (bracket as Token).at);
    }
    this.depths.member = outer;
    return expr;
  }

  private selection(operand: Expr, at: number): Expr {
    const isOptional = this.accept('?') !== undefined;
    const field = this.token;
    if (field.kind === 'escaped') {
      this.report(field.at, "unsupported syntax: '`'");
      throw new SyntaxFault();
    }
    if (field.kind !== 'identifier') {
      if (field.kind === 'end') {
        // ANTLR points at the dot itself where nothing comes after it.
        this.report(field.at, `Syntax error: no viable alternative at input '.'`);
        throw new SyntaxFault();
      }
      if (field.kind === 'word' && field.text !== 'in')
        this.fail(`mismatched input '${field.text}' expecting IDENTIFIER`);
      this.fail(`no viable alternative at input '.${field.text}'`);
    }
    this.index++;
    if (isOptional) {
      if (!this.macros.optional) this.report(at, "unsupported syntax '.?'");
      const name = this.nodes.literal(field.at, field.text);
      return this.nodes.call(at, '_?._', undefined, [operand, name]);
    }
    const open = this.accept('(');
    if (!open) return this.nodes.select(at, operand, field.text);
    const args = this.list(')');
    return (
      this.expand(open.at, () => expandMethod(this.macros, this.nodes.macro(open.at), field.text, operand, args)) ??
      this.nodes.call(open.at, field.text, operand, args)
    );
  }

  private expand(at: number, run: () => Expr | undefined): Expr | undefined {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof MacroFault)) throw error;
      this.report(error.at, error.message);
      return this.nodes.literal(at, null);
    }
  }

  private indexing(operand: Expr, at: number): Expr {
    const isOptional = this.accept('?') !== undefined;
    if (isOptional && !this.macros.optional) this.report(at, "unsupported syntax '[?'");
    const index = this.expression();
    this.expect(']');
    return this.nodes.call(at, isOptional ? '_[?_]' : '_[_]', undefined, [operand, index]);
  }

  /** Expressions to the closing mark. */
  private list(close: string): Expr[] {
    const items: Expr[] = [];
    if (this.accept(close)) return items;
    do items.push(this.expression());
    while (this.accept(','));
    this.expect(close);
    return items;
  }

  private primary(): Expr {
    const { token } = this;
    switch (token.kind) {
      case 'int':
      case 'uint':
      case 'double':
        this.index++;
        return this.number(token, token.kind, token.text);
      case 'string':
      case 'bytes':
        this.index++;
        return this.text(token);
      case 'identifier':
        return this.name(token, '');
      case 'word':
        if (token.text === 'in') break;
        this.index++;
        return this.nodes.literal(token.at, token.text === 'null' ? null : token.text === 'true');
      case 'operator':
        return this.operatorPrimary(token);
      case 'escaped':
      case 'end':
    }
    return this.fail(`mismatched input '${token.text}' expecting ${BEGINNINGS}`);
  }

  private operatorPrimary(token: Token): Expr {
    if (this.accept('(')) {
      const expr = this.expression();
      this.expect(')');
      return expr;
    }
    if (this.accept('[')) return this.listLiteral(token.at);
    if (this.accept('{')) return this.nodes.map(token.at, this.entries());
    const next = this.tokens[this.index + 1];
    if (this.is('.') && next?.kind === 'identifier') {
      this.index++;
      return this.name(next, '.');
    }
    if (this.is('-') && (next?.kind === 'int' || next?.kind === 'double')) {
      this.index += 2;
      return this.number(token, next.kind, `-${next.text}`);
    }
    return this.fail(`mismatched input '${token.text}' expecting ${BEGINNINGS}`);
  }

  private number(token: Token, kind: 'int' | 'uint' | 'double', text: string): Expr {
    const literal = numberLiteral(kind, text);
    if (typeof literal !== 'string') return this.nodes.literal(token.at, literal.value);
    this.report(token.at, literal);
    return this.nodes.literal(token.at, null);
  }

  private text(token: Token): Expr {
    const value = token.kind === 'string' ? stringLiteral(token.text) : bytesLiteral(token.text);
    if (value === undefined)
      this.report(token.at, token.kind === 'string' ? 'invalid unicode code point' : 'invalid bytes literal');
    return this.nodes.literal(token.at, value ?? null);
  }

  /** An identifier, a call of a global function, or a message literal. */
  private name(token: Token, dot: string): Expr {
    this.index++;
    const name = dot + token.text;
    const struct = this.structName(name);
    if (struct !== undefined) return this.struct(struct);
    if (RESERVED.has(token.text)) this.report(token.at, `reserved identifier: ${token.text}`);
    const open = this.accept('(');
    if (!open) return this.nodes.ident(dot === '' ? token.at : token.at - 1, name);
    const args = this.list(')');
    if (name === 'has' && args.length === 1)
      return this.expand(open.at, () => expandHas(this.nodes.macro(open.at), args)) as Expr;
    return this.nodes.call(open.at, name, undefined, args);
  }

  /** `a.b.Name {`: looks ahead, and goes to the brace where it is one. */
  private structName(first: string): string | undefined {
    let [name, index] = [first, this.index];
    for (;;) {
      const [token, next] = [this.tokens[index], this.tokens[index + 1]];
      if (token?.kind === 'operator' && token.text === '{') {
        this.index = index;
        return name;
      }
      if (token?.kind !== 'operator' || token.text !== '.' || next?.kind !== 'identifier') return undefined;
      name += `.${next.text}`;
      index += 2;
    }
  }

  private struct(name: string): Expr {
    const open = this.expect('{');
    const values: Expr[] = [];
    while (!this.is('}')) {
      this.accept('?');
      if (this.token.kind !== 'identifier') this.fail(`mismatched input '${this.token.text}' expecting '}'`);
      this.index++;
      this.expect(':');
      values.push(this.expression());
      if (!this.accept(',')) break;
    }
    this.expect('}');
    return this.nodes.struct(open.at, name, values);
  }

  private listLiteral(at: number): Expr {
    const elements: Expr[] = [];
    const optional = new Set<number>();
    while (!this.is(']')) {
      const mark = this.accept('?');
      if (mark && !this.macros.optional) this.report(mark.at, "unsupported syntax '?'");
      if (mark) optional.add(elements.length);
      elements.push(this.expression());
      if (!this.accept(',')) break;
    }
    this.expect(']');
    return this.nodes.list(at, elements, optional);
  }

  private entries(): MapEntry[] {
    const entries: MapEntry[] = [];
    while (!this.is('}')) {
      const mark = this.accept('?');
      if (mark && !this.macros.optional) this.report(mark.at, "unsupported syntax '?'");
      const key = this.expression();
      const colon = this.expect(':');
      entries.push(this.nodes.entry(colon.at, key, this.expression(), mark !== undefined));
      if (!this.accept(',')) break;
    }
    this.expect('}');
    return entries;
  }
}
