// The objects of the cluster, in memory, with one revision counter and the log of changes. A change is written to the
// journal before anybody sees it. Objects given out are shared: nobody may change them.
import { cloneJson, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { Emitter } from '../../model/event.ts';
import type { Disposable } from '../../model/disposable.ts';
import { objectKey } from './event.ts';
import type { StoreEvent } from './event.ts';
import type { Journal } from './journal.ts';
import { WatchLog } from './watchLog.ts';

/** Where the objects of one resource live. */
interface Shelf {
  readonly objects: Map<string, JsonObject>;
  sorted: string[] | undefined;
}

export class Store {
  private readonly shelves = new Map<string, Shelf>();
  private readonly changes = new Emitter<StoreEvent>();
  private readonly log: WatchLog;
  private readonly journal: Journal;
  private currentRevision: number;
  private readonly unpublished: StoreEvent[] = [];
  private isPublishing = false;

  /** Takes over what the journal read from the data folder. */
  constructor(journal: Journal) {
    this.journal = journal;
    this.currentRevision = journal.revision;
    this.log = new WatchLog(journal.revision);
    for (const [resource, objects] of journal.takeObjects()) this.shelves.set(resource, { objects, sorted: undefined });
  }

  get revision(): number {
    return this.currentRevision;
  }

  /** The oldest revision that a watch or an exact list can start from. */
  get oldestRevision(): number {
    return this.log.floor;
  }

  get(resource: string, namespace: string, name: string): JsonObject | undefined {
    return this.shelves.get(resource)?.objects.get(objectKey(namespace, name));
  }

  /** The objects of a resource in order of their keys, now. `namespace` undefined or empty: all of them. */
  list(resource: string, namespace?: string): readonly JsonObject[] {
    const shelf = this.shelves.get(resource);
    if (!shelf) return [];
    shelf.sorted ??= [...shelf.objects.keys()].sort(byBytes);
    const keys = namespace ? shelf.sorted.filter((key) => key.startsWith(`${namespace}/`)) : shelf.sorted;
    return keys.map((key) => shelf.objects.get(key) as JsonObject);
  }

  /** The objects of a resource as they were at a revision, or undefined where that history is gone. */
  listAt(resource: string, namespace: string | undefined, revision: number): readonly JsonObject[] | undefined {
    const after = this.log.since(revision);
    if (!after) return undefined;
    const objects = new Map(this.shelves.get(resource)?.objects);
    for (const event of [...after].reverse()) {
      if (event.resource !== resource) continue;
      if (event.previous) objects.set(event.key, event.previous);
      else objects.delete(event.key);
    }
    const keys = [...objects.keys()].filter((key) => !namespace || key.startsWith(`${namespace}/`)).sort(byBytes);
    return keys.map((key) => objects.get(key) as JsonObject);
  }

  count(resource: string): number {
    return this.shelves.get(resource)?.objects.size ?? 0;
  }

  /** Stores a new or changed object and answers it with its resourceVersion. The caller gives up the object. */
  put(resource: string, object: JsonObject): JsonObject {
    const key = keyOfObject(object);
    const shelf = this.shelf(resource);
    const previous = shelf.objects.get(key);
    const revision = this.currentRevision + 1;
    setRevision(object, revision);
    const size = this.journal.put(revision, resource, object);
    this.currentRevision = revision;
    shelf.objects.set(key, object);
    if (!previous) shelf.sorted = undefined;
    this.publish({ revision, type: previous ? 'MODIFIED' : 'ADDED', resource, key, object, previous, size });
    return object;
  }

  /** Removes an object and answers its last state, with the resourceVersion of the deletion. */
  remove(resource: string, namespace: string, name: string): JsonObject | undefined {
    const key = objectKey(namespace, name);
    const shelf = this.shelf(resource);
    const previous = shelf.objects.get(key);
    if (!previous) return undefined;
    const revision = this.currentRevision + 1;
    this.journal.remove(revision, resource, key);
    this.currentRevision = revision;
    shelf.objects.delete(key);
    shelf.sorted = undefined;
    const object = cloneJson(previous);
    setRevision(object, revision);
    this.publish({ revision, type: 'DELETED', resource, key, object, previous, size: 256 });
    return object;
  }

  /** Changes after a revision in order, or undefined where they are forgotten. */
  since(revision: number): readonly StoreEvent[] | undefined {
    return this.log.since(revision);
  }

  /** Forgets the history: watches and exact lists of older revisions are told to start again. */
  compact(): void {
    this.log.compact(this.currentRevision);
  }

  /** Every change after it was stored, in order. */
  onChange(listener: (event: StoreEvent) => void): Disposable {
    return this.changes.on(listener);
  }

  /** Writes a snapshot when the journal has grown far beyond the objects. */
  compactJournalIfDue(): void {
    if (this.journal.isDue()) this.journal.snapshot(this.currentRevision, this.everything());
  }

  /** Every object there is, in no order. */
  *everyObject(): Iterable<JsonObject> {
    for (const [, object] of this.everything()) yield object;
  }

  private *everything(): Iterable<readonly [string, JsonObject]> {
    for (const [resource, shelf] of this.shelves)
      for (const object of shelf.objects.values()) yield [resource, object] as const;
  }

  private shelf(resource: string): Shelf {
    const known = this.shelves.get(resource);
    if (known) return known;
    const made: Shelf = { objects: new Map(), sorted: undefined };
    this.shelves.set(resource, made);
    return made;
  }

  /** Listeners may write: such changes wait until everybody has seen this one, so that all see the same order. */
  private publish(event: StoreEvent): void {
    this.log.add(event);
    this.unpublished.push(event);
    if (this.isPublishing) return;
    this.isPublishing = true;
    try {
      for (let next = this.unpublished.shift(); next; next = this.unpublished.shift()) this.changes.emit(next);
    } finally {
      this.isPublishing = false;
    }
  }
}

/** Order of etcd's keys: by bytes, which for UTF-16 without surrogates is the order of code units. */
function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function keyOfObject(object: JsonObject): string {
  return objectKey(getString(object, 'metadata', 'namespace') ?? '', getString(object, 'metadata', 'name') ?? '');
}

function setRevision(object: JsonObject, revision: number): void {
  (object['metadata'] as JsonObject)['resourceVersion'] = String(revision);
}
