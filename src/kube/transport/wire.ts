// The shapes that pass between a request and the wire. No code.
import type { StatusError } from '../client.ts';

/** A header of several values is sent several times. */
export type WireHeaders = Readonly<Record<string, string | readonly string[]>>;

export interface WireRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: WireHeaders;
  readonly body?: string;
}

/** Who receives an answer. After `end` or `fail`, or once the exchange was cancelled, nothing more is called. */
export interface Sink {
  head(code: number, headers: Readonly<Record<string, string>>): void;
  data(chunk: Uint8Array): void;
  end(): void;
  fail(error: StatusError): void;
}

export interface Exchange {
  cancel(): void;
}

/** An open way to the server. */
export interface Link {
  send(request: WireRequest, sink: Sink): Exchange;
  /** False once no new request may be sent on it. */
  readonly usable: boolean;
  /** Whether the server still answers, where that can be asked without a request. */
  ping(): Promise<boolean>;
  close(): void;
}
