// A request and its answer, free of any HTTP library: the listener makes them, tests make them, verbs read them.

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  /** May do everything. Others may do what roles and bindings give them. */
  readonly admin: boolean;
}

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly user: User;
  /** What handling it finds worth a Warning header; sent with refusals too. */
  readonly warnings: string[];
}

/** Where a watch writes its lines. `closed` is called once when the client goes away. */
export interface StreamSink {
  write(line: string): void;
  end(): void;
}

export interface ApiResponse {
  readonly code: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
  readonly body: string;
  /** In place of the text, for the one document that is no text. */
  readonly bytes?: Uint8Array;
  /** A watch: called when the head is sent; the result stops it. */
  readonly stream?: (sink: StreamSink) => { dispose(): void };
}
