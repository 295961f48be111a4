// The store on disk: a snapshot and, after it, one JSON line for each change. A change is in the operating system's
// hands before its request is answered (a killed process loses nothing) and is synced to disk within a second.
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { jsonText } from '../jsonText.ts';
import { parseJson } from '../../model/jsonText.ts';
import type { Log } from '../../model/log.ts';
import { objectKey } from './event.ts';
import { StorageError } from './storageError.ts';

/** What the store needs of its persistence; memory-only servers (tests) have one that keeps nothing. */
export interface Journal {
  /** The revision to continue from. */
  readonly revision: number;
  /** The objects read at the start, by resource and key. Can be taken once. */
  takeObjects(): Map<string, Map<string, JsonObject>>;
  /** Records a change and answers the length of its text. Throws StorageError where the disk refuses: then nothing has changed. */
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

/** `fs.writeSync`, or what a test has in its place: a disk that is full. */
export type WriteFile = (
  file: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
) => number;

/**
 * Opens the journal of a data folder, reading what is there. A torn last line, which nobody was told of, is cut off. After
 * other damage the rest is read all the same, and the file as it was is kept beside the new one. Throws where nothing of
 * it can be read, or where it cannot be kept.
 */
export function openJournal(folder: string, log: Log, write: WriteFile = writeSync): Journal {
  const paths = { snapshot: join(folder, 'snapshot.jsonl'), journal: join(folder, 'journal.jsonl') };
  const read = new JournalReader();
  const snapshot = existsSync(paths.snapshot) ? read.file(paths.snapshot) : undefined;
  const journal = existsSync(paths.journal) ? read.file(paths.journal) : undefined;
  const damaged = [
    ...(snapshot && (snapshot.damaged.length > 0 || snapshot.isTorn || snapshot.lines === 0 || !read.isSnapshotWhole)
      ? [{ path: paths.snapshot, ...snapshot }]
      : []),
    ...(journal && journal.damaged.length > 0 ? [{ path: paths.journal, ...journal }] : []),
  ];
  for (const each of damaged) setAside(each, log);
  const file = openSync(paths.journal, existsSync(paths.journal) ? 'r+' : 'w+', 0o600);
  if (journal?.isTorn === true) {
    log.warn('apiserver', 'the last line of the journal was not whole and is left out', { path: paths.journal });
    ftruncateSync(file, journal.length);
  }
  const opened = new FileJournal(paths, file, journal?.length ?? 0, read, write);
  if (damaged.length > 0) opened.snapshot(opened.revision, everything(read.objects));
  return opened;
}

/** Copies a file under a name that is free. */
function setAside({ path, damaged, lines }: FileRead & { readonly path: string }, log: Log): void {
  if (damaged.length === lines)
    throw new Error(`${path} cannot be read: put back a copy of it, or delete the cluster and create it anew`);
  let kept = `${path}.damaged`;
  for (let i = 2; existsSync(kept); i++) kept = `${path}.damaged-${i}`;
  copyFileSync(path, kept, constants.COPYFILE_EXCL);
  log.error('apiserver', 'lines of the store cannot be read: they are left out, and the file is kept', {
    lines: damaged.length === 0 ? [lines + 1] : damaged,
    kept,
  });
}

function* everything(
  objects: ReadonlyMap<string, ReadonlyMap<string, JsonObject>>,
): Iterable<readonly [string, JsonObject]> {
  for (const [resource, shelf] of objects) for (const object of shelf.values()) yield [resource, object] as const;
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

interface FileRead {
  /** Bytes up to the end of the last whole line. */
  readonly length: number;
  readonly lines: number;
  /** The lines that hold no record, counted from 1. */
  readonly damaged: readonly number[];
  /** What follows the last whole line is the beginning of another. */
  readonly isTorn: boolean;
}

const NEWLINE = 10;

class JournalReader {
  revision = 0;
  readonly objects = new Map<string, Map<string, JsonObject>>();
  /** False where a snapshot lacks its end. */
  isSnapshotWhole = true;
  private snapshotRevision = 0;

  file(path: string): FileRead {
    const bytes = readFileSync(path);
    const damaged: number[] = [];
    let [at, lines] = [0, 0];
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
      lines++;
      if (!this.line(bytes.subarray(at, end))) damaged.push(lines);
      at = end + 1;
    }
    return { length: at, lines, damaged, isTorn: at < bytes.length };
  }

  /** False where the line holds no record. */
  private line(bytes: Uint8Array): boolean {
    let record;
    try {
      record = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch {
      return false;
    }
    if (!isJsonObject(record) || !Number.isSafeInteger(record['rv'])) return false;
    const revision = Number(record['rv']);
    if (!this.take(revision, record)) return false;
    this.revision = Math.max(this.revision, revision);
    return true;
  }

  private take(revision: number, record: JsonObject): boolean {
    const { op, resource, object, key } = record;
    if (op === 'start') return true;
    if (op === 'snapshot') {
      this.snapshotRevision = revision;
      this.isSnapshotWhole = record['ends'] !== true;
      return true;
    }
    if (op === 'end') {
      this.isSnapshotWhole = true;
      return true;
    }
    if (typeof resource !== 'string') return false;
    // Records that a snapshot already holds are left from a crash between its writing and the journal's end.
    const isNews = op === 'kept' || revision > this.snapshotRevision;
    if (op === 'put' || op === 'kept') {
      if (!isJsonObject(object) || !isJsonObject(object['metadata'])) return false;
      if (isNews) this.put(resource, object);
      return true;
    }
    if (op !== 'del' || typeof key !== 'string') return false;
    if (isNews) this.objects.get(resource)?.delete(key);
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
  private isClosed = false;
  private readonly write: WriteFile;

  constructor(
    paths: { readonly snapshot: string; readonly journal: string },
    file: number,
    length: number,
    read: JournalReader,
    write: WriteFile,
  ) {
    this.paths = paths;
    this.write = write;
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
    const add = (line: string): void => {
      size += writeWhole(this.write, file, line, null);
    };
    try {
      add(`{"rv":${revision},"op":"snapshot","ends":true}\n`);
      for (const [resource, object] of objects)
        add(`{"rv":${revision},"op":"kept","resource":${JSON.stringify(resource)},"object":${jsonText(object)}}\n`);
      add(`{"rv":${revision},"op":"end"}\n`);
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
    fsyncSync(this.file);
    this.dirty = false;
  }

  dispose(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    try {
      this.sync();
    } finally {
      closeSync(this.file);
    }
  }

  /** All of the text, or nothing: a half-written line is cut off again before the error is passed on. */
  private append(text: string): void {
    let written: number;
    try {
      written = writeWhole(this.write, this.file, text, this.length);
    } catch (error) {
      ftruncateSync(this.file, this.length);
      throw new StorageError(error);
    }
    this.length += written;
    this.dirty = true;
  }
}

/** A disk may take less than it is given. Answers the length in bytes. */
function writeWhole(write: WriteFile, file: number, text: string, position: number | null): number {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;)
    at += write(file, bytes, at, bytes.length - at, position === null ? null : position + at);
  return bytes.length;
}
