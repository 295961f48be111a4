// Bytes to a server and back: one HTTP/2 session for each cluster, opened when it is needed and again when it broke; HTTP/1.1
// with kept connections where the server speaks no h2. Knows no Kubernetes.
import type { Log } from '../../model/log.ts';
import { StatusError } from '../client.ts';
import { errorOfConnection } from '../failures.ts';
import { openLink } from './link.ts';
import type { LinkOptions } from './link.ts';
import type { Exchange, Link, Sink, WireRequest } from './wire.ts';

export interface Transport {
  send(request: WireRequest, sink: Sink): Exchange;
  ping(): Promise<boolean>;
  /** Closes what is open; the next request connects anew, with the certificates of then. */
  reset(): void;
  dispose(): void;
}

export function createTransport(options: LinkOptions & { readonly log: Log }): Transport {
  let opening: Promise<Link> | undefined;
  let link: Link | undefined;
  let disposed = false;

  const connect = (): Promise<Link> => {
    opening ??= openLink(options).then(
      (opened) => {
        opening = undefined;
        if (disposed) opened.close();
        link = opened;
        return opened;
      },
      (error: unknown) => {
        opening = undefined;
        throw errorOfConnection(error, options.server);
      },
    );
    return opening;
  };

  const send = (request: WireRequest, sink: Sink): Exchange => {
    const guarded = guard(sink);
    // Never before the caller has what it was given: an answer comes later, also this one.
    if (disposed)
      queueMicrotask(() => guarded.fail(new StatusError(0, 'Disposed', 'the connection to the cluster was closed')));
    else if (link?.usable) guarded.exchange = link.send(request, guarded);
    else {
      connect().then(
        (opened) => {
          if (!guarded.done) guarded.exchange = opened.send(request, guarded);
        },
        (error: unknown) =>
          guarded.fail(error instanceof StatusError ? error : errorOfConnection(error, options.server)),
      );
    }
    return {
      cancel: () => {
        guarded.done = true;
        guarded.exchange?.cancel();
      },
    };
  };

  const reset = (): void => {
    link?.close();
    link = undefined;
  };

  return {
    send,
    ping: async () => (link?.usable ? link.ping() : false),
    reset,
    dispose: () => {
      disposed = true;
      reset();
    },
  };
}

/** Holds the promise of {@link Sink}: one end, and silence after it. */
function guard(sink: Sink): Sink & { done: boolean; exchange: Exchange | undefined } {
  const guarded = {
    done: false,
    exchange: undefined as Exchange | undefined,
    head: (code: number, headers: Readonly<Record<string, string>>): void => {
      if (!guarded.done) sink.head(code, headers);
    },
    data: (chunk: Uint8Array): void => {
      if (!guarded.done) sink.data(chunk);
    },
    end: (): void => {
      if (guarded.done) return;
      guarded.done = true;
      sink.end();
    },
    fail: (error: StatusError): void => {
      if (guarded.done) return;
      guarded.done = true;
      sink.fail(error);
    },
  };
  return guarded;
}
