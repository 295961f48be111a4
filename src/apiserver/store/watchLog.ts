// The recent changes in order of revision, bounded in number and size. Below its floor a watch is told to list again.
import type { StoreEvent } from './event.ts';

const MAX_EVENTS = 5_000;
const MAX_SIZE = 4 * 1024 * 1024;

export class WatchLog {
  private events: StoreEvent[] = [];
  private start = 0;
  private size = 0;
  private floorRevision: number;

  constructor(floor: number) {
    this.floorRevision = floor;
  }

  /** Changes after this revision are all here; older history is gone. */
  get floor(): number {
    return this.floorRevision;
  }

  add(event: StoreEvent): void {
    this.events.push(event);
    this.size += event.size;
    while (this.events.length - this.start > MAX_EVENTS || this.size > MAX_SIZE) this.dropOldest();
    if (this.start > MAX_EVENTS) {
      this.events = this.events.slice(this.start);
      this.start = 0;
    }
  }

  /** Forgets everything up to a revision (compaction). */
  compact(revision: number): void {
    while (this.start < this.events.length && (this.events[this.start] as StoreEvent).revision <= revision)
      this.dropOldest();
    this.floorRevision = Math.max(this.floorRevision, revision);
  }

  /** The changes after `revision`, oldest first, or undefined where some of them are forgotten. */
  since(revision: number): readonly StoreEvent[] | undefined {
    if (revision < this.floorRevision) return undefined;
    let low = this.start;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.events[middle] as StoreEvent).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.events.slice(low);
  }

  private dropOldest(): void {
    const event = this.events[this.start];
    if (!event) return;
    this.start++;
    this.size -= event.size;
    this.floorRevision = event.revision;
  }
}
