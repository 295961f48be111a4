// WATCH: the changes of one resource from a revision on, as a stream of lines. As the watch cache of k8s.io/apiserver
// (pkg/storage/cacher) and https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes.
import type { JsonObject } from '../../model/json.ts';
import { apiVersionOf } from '../../model/objectRef.ts';
import type { Disposable } from '../../model/disposable.ts';
import type { Api, Target } from '../api.ts';
import { badRequest, expired } from '../errors.ts';
import type { StreamSink } from '../http/message.ts';
import { jsonText } from '../jsonText.ts';
import { selectionOf } from '../selectors/selection.ts';
import type { Selection } from '../selectors/selection.ts';
import { objectKey } from '../store/event.ts';
import type { StoreEvent } from '../store/event.ts';
import { forbiddenField, notSupported } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { shown } from '../versions.ts';
import { invalidOptions, isTrue } from '../write/options.ts';

/** Turns an event's object into what the client asked for (Table, metadata only). Called for each event in order. */
export type EventForm = (object: JsonObject, isBookmark: boolean) => JsonObject;

export interface WatchRequest {
  readonly target: Target;
  readonly selection: Selection;
  /** undefined: start with what is there now. */
  readonly from: number | undefined;
  readonly bookmarks: boolean;
  readonly markInitial: boolean;
  readonly timeoutMs: number;
}

const MIN_TIMEOUT_MS = 30 * 60_000;
const BOOKMARK_MS = 60_000;
const END_OF_INITIAL = 'k8s.io/initial-events-end';

/** Reads and checks a watch's parameters. Throws ApiError. */
export function watchRequest(target: Target, query: URLSearchParams): WatchRequest {
  const sendInitial = query.get('sendInitialEvents');
  const version = query.get('resourceVersion') ?? '';
  checkWatchOptions(query, sendInitial);
  if (version !== '' && !/^\d+$/.test(version)) {
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`,
    );
  }
  const bookmarks = isTrue(query.get('allowWatchBookmarks'));
  const fromNow = sendInitial === 'false' && (version === '' || version === '0');
  const initial = !fromNow && (isTrue(sendInitial) || version === '' || version === '0');
  const seconds = Number(query.get('timeoutSeconds') ?? '0');
  return {
    target,
    selection: selectionOf(target, query),
    from: initial ? undefined : fromNow ? Number.NaN : Number(version),
    bookmarks,
    // A watch from "0" with bookmarks marks the end of the initial events, unasked.
    markInitial: bookmarks && initial && (isTrue(sendInitial) || version === '0'),
    timeoutMs: seconds > 0 ? seconds * 1000 : MIN_TIMEOUT_MS,
  };
}

function checkWatchOptions(query: URLSearchParams, sendInitial: string | null): void {
  const errors: FieldError[] = [];
  const match = query.get('resourceVersionMatch') ?? '';
  if (sendInitial !== null) {
    if (match !== 'NotOlderThan')
      errors.push(
        forbiddenField(
          'resourceVersionMatch',
          'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
        ),
      );
    if (match !== '' && match !== 'NotOlderThan')
      errors.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']));
  } else if (match !== '')
    errors.push(
      forbiddenField(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ),
    );
  if (errors.length > 0) throw invalidOptions('ListOptions', errors);
}

/** Sends the events until the client leaves, the time is up, or the history turns out to be gone. */
export function streamWatch(api: Api, request: WatchRequest, form: EventForm, sink: StreamSink): Disposable {
  const { target, selection } = request;
  const { resource, namespace } = target;
  const stops: (() => void)[] = [];
  let sentRevision = api.store.revision;
  const send = (type: string, object: JsonObject): void => sink.write(`${jsonText({ type, object })}\n`);
  const bookmark = (annotations?: JsonObject): void =>
    send(
      'BOOKMARK',
      form(
        {
          kind: resource.type.kind,
          apiVersion: apiVersionOf(resource.type),
          metadata: { resourceVersion: String(sentRevision), ...(annotations ? { annotations } : {}) },
        },
        true,
      ),
    );
  const onEvent = (event: StoreEvent): void => {
    if (request.from !== undefined && event.revision <= request.from) return;
    sentRevision = event.revision;
    if (event.resource !== resource.stored || !isInNamespace(event.key, namespace)) return;
    const change = changeOf(selection, event, (object) => shown(resource, object));
    if (change) send(change.type, form(change.object, false));
  };
  const stop = (): void => {
    for (const each of stops.splice(0)) each();
  };
  if (!sendStart(api, request, send, form, onEvent)) {
    sink.end();
    return { dispose: () => undefined };
  }
  if (request.markInitial) bookmark({ [END_OF_INITIAL]: 'true' });
  const subscription = api.store.onChange(onEvent);
  stops.push(() => subscription.dispose());
  stops.push(
    api.clock.after(request.timeoutMs, () => {
      if (request.bookmarks) bookmark();
      stop();
      sink.end();
    }),
  );
  if (request.bookmarks) stops.push(every(api, BOOKMARK_MS, () => bookmark()));
  return { dispose: stop };
}

function every(api: Api, ms: number, action: () => void): () => void {
  let cancel = (): void => undefined;
  const again = (): void => {
    action();
    cancel = api.clock.after(ms, again);
  };
  cancel = api.clock.after(ms, again);
  return () => cancel();
}

/** What was there, or what happened since. False when that history is gone: then an ERROR event was sent. */
function sendStart(
  api: Api,
  { target, selection, from }: WatchRequest,
  send: (type: string, object: JsonObject) => void,
  form: EventForm,
  onEvent: (event: StoreEvent) => void,
): boolean {
  const { resource, namespace } = target;
  if (from === undefined) {
    for (const object of api.store.list(resource.stored, namespace)) {
      const seen = shown(resource, object);
      if (selection.matches(seen)) send('ADDED', form(seen, false));
    }
    return true;
  }
  if (Number.isNaN(from)) return true;
  const missed = api.store.since(from);
  if (!missed) {
    send('ERROR', expired(`too old resource version: ${from} (${api.store.oldestRevision})`).status);
    return false;
  }
  for (const event of missed) onEvent(event);
  return true;
}

function isInNamespace(key: string, namespace: string): boolean {
  return namespace === '' || key.startsWith(objectKey(namespace, ''));
}

/** An object that begins or ceases to match a selector is an addition or a deletion to its watcher. */
function changeOf(
  selection: Selection,
  event: StoreEvent,
  see: (object: JsonObject) => JsonObject,
): { type: string; object: JsonObject } | undefined {
  const object = see(event.object);
  if (selection.isEverything) return { type: event.type, object };
  const [is, was] = [
    event.type !== 'DELETED' && selection.matches(object),
    event.previous !== undefined && selection.matches(see(event.previous)),
  ];
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  if (!was) return undefined;
  if (event.type === 'DELETED') return { type: 'DELETED', object };
  // The last state that matched, with the revision of the change.
  const last = see(event.previous as JsonObject);
  return {
    type: 'DELETED',
    object: { ...last, metadata: { ...(last['metadata'] as JsonObject), resourceVersion: String(event.revision) } },
  };
}
