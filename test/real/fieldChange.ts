// Finds a field of a live object in the files of its repository, and writes another value there: the change of a person who
// scales something. Edits one line; decides nothing about what should follow.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getPath } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';

export interface FieldChange {
  readonly ref: ObjectRef;
  readonly file: string;
  readonly field: 'replicas' | 'interval';
  readonly before: JsonValue | undefined;
  readonly after: JsonValue;
}

/** The fields that are changed, by kind: replicas where something can be scaled, else an interval. */
const FIELDS: ReadonlyMap<string, FieldChange['field']> = new Map([
  ['Deployment', 'replicas'],
  ['StatefulSet', 'replicas'],
  ['HelmRelease', 'interval'],
  ['Kustomization', 'interval'],
]);

/** Changes the first object that can be changed, replicas before intervals. Undefined where the files of none are found. */
export function changeField(
  root: string,
  objects: readonly { ref: ObjectRef; live: JsonObject }[],
): FieldChange | undefined {
  const order = [...FIELDS.keys()];
  const known = objects
    .filter(({ ref }) => FIELDS.has(ref.kind))
    .toSorted((a, b) => order.indexOf(a.ref.kind) - order.indexOf(b.ref.kind));
  const files = [...yamlFiles(root, '')].toSorted((a, b) => Number(isProduction(a)) - Number(isProduction(b)));
  for (const { ref, live } of known) {
    const field = FIELDS.get(ref.kind) ?? 'replicas';
    const before = getPath(live, 'spec', field);
    const after = field === 'replicas' ? (typeof before === 'number' ? before + 1 : 2) : '47m';
    for (const edit of [replaceField, replaceCount, addReplicas]) {
      const file = files.find((path) => edit(join(root, path), { ref, field, before, after }));
      if (file !== undefined) return { ref, file, field, before, after };
    }
  }
  return undefined;
}

type Change = Omit<FieldChange, 'file'>;

/** The field where the object itself is written, with the value that the cluster has. */
function replaceField(path: string, change: Change): boolean {
  const line = new RegExp(`^  ${change.field}: ["']?${String(change.before)}["']?\\s*$`, 'm');
  return inDocument(path, change.ref, (text) =>
    line.test(text) ? text.replace(line, `  ${change.field}: ${String(change.after)}`) : undefined,
  );
}

/** The `replicas` of a kustomization: a name and a count. */
function replaceCount(path: string, { ref, field, before, after }: Change): boolean {
  if (field !== 'replicas') return false;
  const text = readFileSync(path, 'utf8');
  const entry = new RegExp(`(name: ${ref.name}\\s+count: )${String(before)}$`, 'm');
  if (!entry.test(text)) return false;
  writeFileSync(path, text.replace(entry, `$1${String(after)}`));
  return true;
}

/** A workload that says no number: put first in its spec. */
function addReplicas(path: string, { ref, field, after }: Change): boolean {
  if (field !== 'replicas') return false;
  return inDocument(path, ref, (text) =>
    /^  replicas:/m.test(text) || !/^spec:\s*$/m.test(text)
      ? undefined
      : text.replace(/^spec:\s*$/m, `spec:\n  replicas: ${String(after)}`),
  );
}

/** Rewrites the document of an object; false where the file has none or `change` leaves it. */
function inDocument(path: string, ref: ObjectRef, change: (text: string) => string | undefined): boolean {
  const documents = readFileSync(path, 'utf8').split(/^(?=---)/m);
  const at = documents.findIndex(
    (text) =>
      new RegExp(`^kind: ${ref.kind}\\s*$`, 'm').test(text) &&
      new RegExp(`^  name: ["']?${ref.name}["']?\\s*$`, 'm').test(text),
  );
  const changed = at < 0 ? undefined : change(documents[at] ?? '');
  if (changed === undefined) return false;
  documents[at] = changed;
  writeFileSync(path, documents.join(''));
  return true;
}

function* yamlFiles(root: string, folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') yield* yamlFiles(root, path);
    else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) yield path;
  }
}

/** The files of another cluster come last: of two objects with one name, the one that runs is meant. */
function isProduction(path: string): boolean {
  return /(^|\/)prod/.test(path);
}
