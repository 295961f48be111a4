// The bytes of a watch as events: lines of JSON, however they were cut. Says how the stream ended; decides nothing.
import { getKey, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { parseJson } from '../../model/jsonText.ts';
import { StatusError } from '../client.ts';
import type { WatchEvent } from '../client.ts';
import { errorOfAnswer, errorOfStatus, retryAfterOf } from '../failures.ts';
import type { Sink } from '../transport/wire.ts';

export interface WatchSink {
  /** The server has accepted the watch. */
  open(): void;
  /** Any bytes at all: the server is alive. */
  alive(): void;
  event(event: WatchEvent): void;
  /** The end, once. Without an error the server closed the watch in good order. */
  end(error: StatusError | undefined): void;
}

const NEWLINE = 10;

/** A sink for the transport that tells `sink` what happens. `stop` is called when the stream is of no further use. */
export function readWatch(sink: WatchSink, stop: () => void): Sink {
  let refused: { code: number; retryAfter: number | undefined; text: string } | undefined;
  const pending: Uint8Array[] = [];
  const decoder = new TextDecoder();
  let ended = false;
  const finish = (error: StatusError | undefined): void => {
    if (ended) return;
    ended = true;
    sink.end(error);
  };
  const line = (bytes: Uint8Array): void => {
    // After an error of the stream what is left of it is nobody's.
    if (ended) return;
    pending.push(bytes);
    const text = decoder.decode(join(pending.splice(0)));
    if (text.trim() === '') return;
    const event = readEvent(text);
    if (event instanceof StatusError) {
      finish(event);
      stop();
    } else if (event) sink.event(event);
  };
  return {
    head: (code, headers) => {
      if (code === 200) sink.open();
      else refused = { code, retryAfter: retryAfterOf(headers), text: '' };
    },
    data: (chunk) => {
      if (ended) return;
      sink.alive();
      if (refused) {
        refused.text += decoder.decode(chunk, { stream: true });
        return;
      }
      let start = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
        line(chunk.subarray(start, at));
        start = at + 1;
      }
      if (start < chunk.length) pending.push(chunk.slice(start));
    },
    // Half a line at the end is an event that never arrived: the next watch brings it.
    end: () => finish(refused ? errorOfAnswer(refused.code, refused.text, refused.retryAfter) : undefined),
    fail: finish,
  };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const TYPES = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']);

/** An event, an error that ends the stream, or undefined for a type that we do not know. */
function readEvent(text: string): WatchEvent | StatusError | undefined {
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch {
    return new StatusError(500, 'InternalError', 'the watch sent a line that is no JSON');
  }
  const type = getString(value, 'type') ?? '';
  const object: JsonValue | undefined = isJsonObject(value) ? getKey(value, 'object') : undefined;
  if (type === 'ERROR') return errorOfStatus(isJsonObject(object) ? object : {});
  if (!TYPES.has(type) || !isJsonObject(object)) return undefined;
  if (!getString(object, 'metadata', 'resourceVersion'))
    return new StatusError(500, 'InternalError', `the watch sent an object without a resourceVersion`);
  return { type: type as WatchEvent['type'], object: object satisfies JsonObject };
}
