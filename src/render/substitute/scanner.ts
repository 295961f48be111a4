// The reading head of the substitution grammar of fluxcd/pkg/envsubst (parse/scan.go). Its oddities are observable (a look
// ahead changes how far one step back goes; a NUL character ends the text), so that it is built with the same moves.
import { runeAt } from './byteString.ts';

/** Whether a character belongs to the token; `width` counts the token's bytes up to and with this character. */
export type Accept = (char: string, width: number) => boolean;

export interface Expect {
  readonly accept?: Accept;
  /** Kinds of token that may stand here. */
  readonly opening?: boolean;
  readonly closing?: boolean;
  /** Characters that escape: `$` by `$$`; `\` before `/` and `\`. */
  readonly escapes?: 'none' | 'dollar' | 'all';
}

export type Token = 'end' | 'opening' | 'closing' | 'text' | 'illegal';

const END = '\0';

export class Scanner {
  private readonly text: string;
  private at = 0;
  private start = 0;
  private step = 0;
  /** What the token holds before `mark`: its text without the escaping characters. */
  private unescaped = '';
  private mark = 0;

  /** `text` is a string of bytes. */
  constructor(text: string) {
    this.text = text;
  }

  /** The text of the last token. */
  get token(): string {
    return this.unescaped + this.text.slice(this.mark, this.at);
  }

  peek(): string {
    const char = this.read();
    this.back();
    return char;
  }

  /** What comes after the next character. The step back is as long as the character that was seen, as upstream has it. */
  peekSecond(): string {
    this.read();
    const char = this.peek();
    this.back();
    return char;
  }

  scan(expect: Expect): Token {
    this.start = this.at;
    this.mark = this.at;
    this.unescaped = '';
    const char = this.read();
    if (char === END) return 'end';
    if (this.isOpening(char, expect)) return 'opening';
    if (expect.closing === true && char === '}') return 'closing';
    return this.scanText(char, expect) ? 'text' : 'illegal';
  }

  private scanText(first: string, expect: Expect): boolean {
    const { accept } = expect;
    if (!accept) return false;
    if (this.isEscaped(first, expect)) this.dropLast();
    else if (!accept(first, this.at - this.start)) return false;
    for (;;) {
      const char = this.read();
      if (char === END) {
        this.back();
        return true;
      }
      if (this.isOpening(char, expect)) {
        this.back();
        this.back();
        return true;
      }
      if (this.isEscaped(char, expect)) {
        this.dropLast();
      } else if (!accept(char, this.at - this.start)) {
        this.back();
        return true;
      }
    }
  }

  private isOpening(char: string, expect: Expect): boolean {
    if (expect.opening !== true || char !== '$') return false;
    if (this.read() === '{') return true;
    this.back();
    return false;
  }

  private isEscaped(char: string, { escapes = 'none' }: Expect): boolean {
    if (escapes === 'none') return false;
    if (char === '$') return this.peek() === '$';
    if (char !== '\\' || escapes !== 'all') return false;
    const next = this.peek();
    return next === '/' || next === '\\';
  }

  /** Drops the escaping character that was just read; the escaped one after it becomes part of the token unseen. */
  private dropLast(): void {
    this.unescaped += this.text.slice(this.mark, this.at - 1);
    this.mark = this.at++;
  }

  private read(): string {
    if (this.at >= this.text.length) {
      this.step = 0;
      return END;
    }
    const { code, width } = runeAt(this.text, this.at);
    this.step = width;
    this.at += width;
    return String.fromCodePoint(code);
  }

  private back(): void {
    this.at -= this.step;
  }
}
