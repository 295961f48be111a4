// Finds and merges kubeconfig files by the rules of kubectl. Reads files; understands no login.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { getList, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { parseJson } from '../../model/jsonText.ts';
import { StatusError } from '../client.ts';

/** An entry of a kubeconfig and the folder of its file, which relative paths in it start from. */
export interface Entry {
  readonly value: JsonObject;
  readonly folder: string;
}

export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly contexts: ReadonlyMap<string, Entry>;
  /** Empty where none is set. */
  readonly current: string;
}

export const badKubeconfig = (message: string): StatusError => new StatusError(0, 'Kubeconfig', message);

/** Reads `path`, or the files of `KUBECONFIG`, or `~/.kube/config`. The first file that names something wins. */
export async function readKubeconfig(
  path: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Kubeconfig> {
  const listed = env['KUBECONFIG']?.split(delimiter).filter((file) => file !== '') ?? [];
  const files = path !== undefined ? [path] : listed.length > 0 ? listed : [join(homedir(), '.kube', 'config')];
  const read: (readonly [value: JsonObject, folder: string])[] = [];
  for (const file of files) {
    const value = await readOne(file, files.length > 1);
    if (value !== undefined) read.push([value, dirname(resolve(file))]);
  }
  if (read.length === 0) throw badKubeconfig(`there is no kubeconfig at ${files.join(', ')}`);
  return merged(read);
}

/** The kubeconfig that a text holds. Its relative paths start nowhere. */
export async function parseKubeconfig(text: string): Promise<Kubeconfig> {
  return merged([[await parsed(text, 'the kubeconfig'), '']]);
}

const LISTS = [
  ['clusters', 'cluster'],
  ['users', 'user'],
  ['contexts', 'context'],
] as const;

/** The first that names something wins. */
function merged(read: readonly (readonly [value: JsonObject, folder: string])[]): Kubeconfig {
  const maps = {
    clusters: new Map<string, Entry>(),
    users: new Map<string, Entry>(),
    contexts: new Map<string, Entry>(),
  };
  let current = '';
  for (const [value, folder] of read) {
    current ||= getString(value, 'current-context') ?? '';
    for (const [list, field] of LISTS) {
      for (const entry of getList(value, list) ?? []) {
        const name = getString(entry, 'name');
        if (name !== undefined && !maps[list].has(name))
          maps[list].set(name, { value: getObject(entry, field) ?? {}, folder });
      }
    }
  }
  return { ...maps, current };
}

/** One file; undefined where it may be missing and is. */
async function readOne(file: string, optional: boolean): Promise<JsonObject | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (optional && error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
  return parsed(text, file);
}

async function parsed(text: string, what: string): Promise<JsonObject> {
  let value: JsonValue;
  try {
    // JSON needs no large library.
    value = text.trimStart().startsWith('{')
      ? parseJson(text)
      : (await import('./clientNode.ts')).parseKubeconfig(text);
  } catch (error) {
    throw unreadable(what, error);
  }
  if (!isJsonObject(value)) throw badKubeconfig(`${what} is no kubeconfig`);
  return value;
}

function unreadable(what: string, error: unknown): StatusError {
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return badKubeconfig(`${what} cannot be read: ${reason}`);
}
