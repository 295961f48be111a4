// The store on disk: a snapshot and, after it, one JSON line for each change. A change is in the operating system's
// hands before its request is answered (a killed process loses nothing) and is synced to disk within a second.
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { jsonText } from '../jsonText.ts';
import { parseJson } from '../../model/jsonText.ts';
import type { Log } from '../../model/log.ts';
import { objectKey } from './event.ts';

/** What the store needs of its persistence; memory-only servers (tests) have one that keeps nothing. */
export interface Journal {
  /** The revision to continue from. */
  readonly revision: number;
  /** The objects read at the start, by resource and key. Can be taken once. */
  takeObjects(): Map<string, Map<string, JsonObject>>;
  /** Records a change and answers the length of its text. Throws where the disk refuses: then nothing has changed. */
  put(revision: number, resource: string, object: JsonObject): number;
  remove(revision: number, resource: string, key: string): void;
  isDue(): boolean;
  snapshot(revision: number, objects: Iterable<readonly [string, JsonObject]>): void;
  sync(): void;
  dispose(): void;
}

/**
 * How far revisions jump at each start. A crash of the machine may lose the last second of the journal; revisions that
 * clients saw then are never given to other changes.
 */
const RESTART_GAP = 1_000;
const MIN_COMPACTION = 4 * 1024 * 1024;

/**
 * Opens the journal of a data folder, reading what is there. A torn last line is cut off. A line that cannot be read and has
 * others after it is left out, and the file as it was is kept beside: nothing that can be read is lost.
 */
export function openJournal(folder: string, log: Log): Journal {
  const paths = { snapshot: join(folder, 'snapshot.jsonl'), journal: join(folder, 'journal.jsonl') };
  const read = new JournalReader();
  for (const path of [paths.snapshot, paths.journal]) {
    if (!existsSync(path)) continue;
    const { good, damaged, torn } = read.file(path);
    if (damaged.length > 0) {
      const kept = keepAside(path, good);
      log.error('apiserver', 'lines of the store cannot be read: they are left out, and the file is kept', {
        lines: damaged,
        kept,
      });
    } else if (torn !== undefined) {
      log.warn('apiserver', 'the end of the journal was not whole and is left out', { line: torn });
      truncateSync(path, Buffer.byteLength(good));
    }
  }
  const file = openSync(paths.journal, existsSync(paths.journal) ? 'r+' : 'w+', 0o600);
  return new FileJournal(paths, file, fstatSync(file).size, read);
}

/** Moves a file aside under a name that is free, and puts its readable lines in its place. Answers the name. */
function keepAside(path: string, good: string): string {
  let name = `${path}.damaged`;
  for (let i = 2; existsSync(name); i++) name = `${path}.damaged-${i}`;
  copyFileSync(path, name, constants.COPYFILE_EXCL);
  const beside = `${path}.tmp`;
  writeFileSync(beside, good, { mode: 0o600, flush: true });
  renameSync(beside, path);
  return name;
}

/** A journal that keeps nothing. */
export function memoryJournal(revision = 1): Journal {
  return {
    revision,
    takeObjects: () => new Map(),
    put: (_revision, _resource, object) => jsonText(object).length,
    remove: () => undefined,
    isDue: () => false,
    snapshot: () => undefined,
    sync: () => undefined,
    dispose: () => undefined,
  };
}

class JournalReader {
  revision = 0;
  readonly objects = new Map<string, Map<string, JsonObject>>();
  private snapshotRevision = 0;

  /** Reads a file; answers its readable lines, the numbers of those that are not, and that of a torn last one. */
  file(path: string): {
    readonly good: string;
    readonly damaged: readonly number[];
    readonly torn: number | undefined;
  } {
    const lines = readFileSync(path, 'utf8').split('\n');
    // A whole file ends with a line break: what follows the last one was never finished.
    const rest = lines.pop() ?? '';
    const bad = lines.flatMap((line, i) => (this.line(line) ? [] : [i]));
    const left = new Set(bad);
    const good = lines.flatMap((line, i) => (left.has(i) ? [] : [`${line}\n`])).join('');
    const isTorn = rest !== '' || bad.at(-1) === lines.length - 1;
    const damaged = (rest === '' && isTorn ? bad.slice(0, -1) : bad).map((i) => i + 1);
    return { good, damaged, torn: isTorn ? lines.length + (rest === '' ? 0 : 1) : undefined };
  }

  private line(text: string): boolean {
    let record;
    try {
      record = parseJson(text);
    } catch {
      return false;
    }
    if (!isJsonObject(record)) return false;
    const revision = Number(record['rv']);
    const resource = String(record['resource'] ?? '');
    if (record['op'] === 'snapshot') this.snapshotRevision = revision;
    // Records that a snapshot already holds are left from a crash between its writing and the journal's end.
    else if (record['op'] === 'put' && revision > this.snapshotRevision)
      this.put(resource, record['object'] as JsonObject);
    else if (record['op'] === 'kept') this.put(resource, record['object'] as JsonObject);
    else if (record['op'] === 'del' && revision > this.snapshotRevision)
      this.objects.get(resource)?.delete(String(record['key']));
    this.revision = Math.max(this.revision, revision);
    return true;
  }

  private put(resource: string, object: JsonObject): void {
    const shelf = this.objects.get(resource) ?? new Map<string, JsonObject>();
    this.objects.set(resource, shelf);
    shelf.set(
      objectKey(getString(object, 'metadata', 'namespace') ?? '', getString(object, 'metadata', 'name') ?? ''),
      object,
    );
  }
}

class FileJournal implements Journal {
  readonly revision: number;
  private readonly paths: { readonly snapshot: string; readonly journal: string };
  private readonly file: number;
  private objects: Map<string, Map<string, JsonObject>>;
  private length: number;
  private compactAt = MIN_COMPACTION;
  private dirty = false;

  constructor(
    paths: { readonly snapshot: string; readonly journal: string },
    file: number,
    length: number,
    read: JournalReader,
  ) {
    this.paths = paths;
    this.file = file;
    this.length = length;
    this.objects = read.objects;
    this.revision = read.revision === 0 ? 1 : read.revision + RESTART_GAP;
    this.append(`{"rv":${this.revision},"op":"start"}\n`);
  }

  takeObjects(): Map<string, Map<string, JsonObject>> {
    const objects = this.objects;
    this.objects = new Map();
    return objects;
  }

  put(revision: number, resource: string, object: JsonObject): number {
    const text = jsonText(object);
    this.append(`{"rv":${revision},"op":"put","resource":${JSON.stringify(resource)},"object":${text}}\n`);
    return text.length;
  }

  remove(revision: number, resource: string, key: string): void {
    this.append(`{"rv":${revision},"op":"del","resource":${JSON.stringify(resource)},"key":${JSON.stringify(key)}}\n`);
  }

  isDue(): boolean {
    return this.length > this.compactAt;
  }

  snapshot(revision: number, objects: Iterable<readonly [string, JsonObject]>): void {
    const beside = `${this.paths.snapshot}.tmp`;
    const file = openSync(beside, 'w', 0o600);
    let size = 0;
    try {
      size += writeSync(file, `{"rv":${revision},"op":"snapshot"}\n`);
      for (const [resource, object] of objects) {
        size += writeSync(
          file,
          `{"rv":${revision},"op":"kept","resource":${JSON.stringify(resource)},"object":${jsonText(object)}}\n`,
        );
      }
      fsyncSync(file);
    } catch (error) {
      rmSync(beside, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
    renameSync(beside, this.paths.snapshot);
    ftruncateSync(this.file, 0);
    this.length = 0;
    this.compactAt = Math.max(MIN_COMPACTION, 2 * size);
  }

  sync(): void {
    if (!this.dirty) return;
    this.dirty = false;
    fsyncSync(this.file);
  }

  dispose(): void {
    this.sync();
    closeSync(this.file);
  }

  /** All of the text, or nothing: a half-written line is cut off again before the error is passed on. */
  private append(text: string): void {
    const bytes = new TextEncoder().encode(text);
    try {
      let written = 0;
      while (written < bytes.length)
        written += writeSync(this.file, bytes, written, bytes.length - written, this.length + written);
    } catch (error) {
      ftruncateSync(this.file, this.length);
      throw error;
    }
    this.length += bytes.length;
    this.dirty = true;
  }
}
