// Records Kubernetes Events as the controllers do: one object for each message, counted up when it comes again. An event
// that cannot be written is logged and forgotten: it must never hold up a reconciliation.
import type { Clock } from '../model/clock.ts';
import type { Emitter } from '../model/event.ts';
import { getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { Log } from '../model/log.ts';
import { keyOf, refOf } from '../model/objectRef.ts';
import type { KubeClient } from '../kube/client.ts';
import { timestamp } from './conditions.ts';
import type { LoopEvent } from './loopEvent.ts';

export interface Recorder {
  /** Records an event about a Flux object. Returns at once. */
  record(
    object: JsonObject,
    severity: 'Normal' | 'Warning',
    reason: string,
    message: string,
    annotations?: Readonly<Record<string, string>>,
  ): void;
  /** Resolves when all that was recorded is written. */
  flush(): Promise<void>;
}

interface Known {
  readonly name: string;
  count: number;
}

const KNOWN_LIMIT = 2000;
/** The controllers write all of it; a line for each of some thousand objects is enough for anybody. */
const MESSAGE_LIMIT = 256 * 1024;
/** What those who follow the loop are told of it. */
const TOLD_LIMIT = 1024;

export function createRecorder(
  client: KubeClient,
  component: string,
  events: Emitter<LoopEvent>,
  log: Log,
  clock: Clock,
): Recorder {
  const known = new Map<string, Known>();
  let tail: Promise<void> = Promise.resolve();
  let serial = 0;

  async function write(
    object: JsonObject,
    type: string,
    reason: string,
    message: string,
    annotations: Readonly<Record<string, string>>,
  ): Promise<void> {
    const ref = refOf(object);
    const now = timestamp(clock.now());
    const uid = getString(object, 'metadata', 'uid') ?? '';
    const key = [keyOf(ref), uid, type, reason, message].join('\0');
    const seen = known.get(key);
    const at = { group: '', version: 'v1', kind: 'Event', namespace: ref.namespace };
    if (seen) {
      seen.count++;
      const body: JsonObject = { count: seen.count, lastTimestamp: now };
      await client.patch({ ...at, name: seen.name }, 'application/merge-patch+json', body, { fieldManager: component });
      return;
    }
    const name = `${ref.name}.${clock.now().toString(16)}${(serial++ % 4096).toString(16).padStart(3, '0')}`;
    await client.create(
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace: ref.namespace, annotations: { ...annotations } },
        involvedObject: {
          apiVersion: getString(object, 'apiVersion') ?? '',
          kind: ref.kind,
          namespace: ref.namespace,
          name: ref.name,
          uid,
          resourceVersion: getString(object, 'metadata', 'resourceVersion') ?? '',
        },
        type,
        reason,
        message,
        source: { component },
        reportingComponent: component,
        reportingInstance: '',
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      },
      { fieldManager: component },
    );
    if (known.size >= KNOWN_LIMIT) known.clear();
    known.set(key, { name, count: 1 });
  }

  return {
    record(object, severity, reason, message, annotations = {}) {
      const text = shortened(message, MESSAGE_LIMIT);
      const told = shortened(message, TOLD_LIMIT);
      events.emit({ type: 'event', owner: refOf(object), severity, reason, message: told });
      tail = tail
        .then(() => write(object, severity, reason, text, annotations))
        .catch((error: unknown) =>
          log.warn('reconcile', 'an event could not be recorded', { reason, error: String(error) }),
        );
    },
    flush: () => tail,
  };
}

function shortened(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 3)}...` : text;
}
