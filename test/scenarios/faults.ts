// What goes wrong between a loop and its cluster: requests that are refused, cut off or kept waiting, as a test says.
import { ApiError } from '../../src/apiserver/errors.ts';
import type { ApiResponse } from '../../src/apiserver/http/message.ts';
import { respondError } from '../../src/apiserver/http/respond.ts';
import type { Intercept } from '../../src/apiserver/server.ts';
import type { JsonObject } from '../../src/model/json.ts';

export interface Fault {
  /** Which requests: `PATCH /api/v1/namespaces/default/configmaps/a?fieldManager=...&dryRun=All`. */
  readonly at: RegExp;
  /** How many of them. Default 1. */
  readonly times?: number;
  /**
   * An answer in the server's stead; `cut` breaks the connection before anything was done, `lost` after it was done; a
   * promise keeps the request waiting.
   */
  readonly does: ApiResponse | 'cut' | 'lost' | Promise<unknown>;
}

export interface Faults {
  readonly intercept: Intercept;
  add(...faults: Fault[]): void;
  /** What has gone wrong so far. */
  readonly happened: readonly string[];
}

/** Nothing goes wrong until a fault is added; each request meets at most one. */
export function faults(): Faults {
  const open: { readonly fault: Fault; left: number }[] = [];
  const happened: string[] = [];
  return {
    happened,
    add: (...more) => open.push(...more.map((fault) => ({ fault, left: fault.times ?? 1 }))),
    intercept(request, carryOut) {
      const line = `${request.method} ${request.path}?${request.query.toString()}`;
      const found = open.find(({ fault, left }) => left > 0 && fault.at.test(line));
      if (!found) return carryOut();
      found.left--;
      happened.push(line);
      const { does } = found.fault;
      if (does instanceof Promise) return does.then(carryOut);
      if (does === 'lost') carryOut();
      return typeof does === 'string' ? undefined : does;
    },
  };
}

/** A Status as the API server would give it. */
export function refusal(
  code: number,
  reason: string,
  message: string,
  details?: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): ApiResponse {
  return respondError(new ApiError(code, reason, message, details, headers));
}
