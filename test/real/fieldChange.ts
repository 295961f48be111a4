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
export function changeField(root: string, objects: readonly { ref: ObjectRef; live: JsonObject }[]): FieldChange | undefined {
  const order = [...FIELDS.keys()];
  const known = objects
    .filter(({ ref }) => FIELDS.has(ref.kind))
    .toSorted((a, b) => order.indexOf(a.ref.kind) - order.indexOf(b.ref.kind));
  const files = [...yamlFiles(root, '')].toSorted((a, b) => Number(isProduction(a)) - Number(isProduction(b)));
  for (const { ref, live } of known) {
    const field = FIELDS.get(ref.kind) ?? 'replicas';
    const before = getPath(live, 'spec', field);
    const after = field === 'replicas' ? (typeof before === 'number' ? before + 1 : 2) : '47m';
    const file = files.find((path) => edit(join(root, path), ref, field, before, after));
    if (file !== undefined) return { ref, file, field, before, after };
  }
  return undefined;
}

/** Replaces the field in the document of the object; puts it first in the spec where a workload says no number. */
function edit(path: string, ref: ObjectRef, field: string, before: JsonValue | undefined, after: JsonValue): boolean {
  const documents = readFileSync(path, 'utf8').split(/^(?=---)/m);
  const at = documents.findIndex(
    (text) => new RegExp(`^kind: ${ref.kind}\\s*$`, 'm').test(text) && new RegExp(`^  name: ["']?${ref.name}["']?\\s*$`, 'm').test(text),
  );
  const text = documents[at];
  if (text === undefined) return false;
  const written = new RegExp(`^  ${field}: .*$`, 'm');
  const value = written.exec(text)?.[0].slice(`  ${field}: `.length).trim();
  if (value !== undefined && value !== String(before)) return false;
  if (value === undefined && (field !== 'replicas' || !/^spec:\s*$/m.test(text))) return false;
  const line = `  ${field}: ${String(after)}`;
  documents[at] = value === undefined ? text.replace(/^spec:\s*$/m, `spec:\n${line}`) : text.replace(written, line);
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
