// ConfigMaps and Secrets in the files of a folder whose names `substituteFrom` of its Flux Kustomizations gives, rendered by
// something or not. Parses only files that write such a name.
import { getList, getString, isJsonObject } from '../../model/json.ts';
import { child, textOf, toJson } from '../../model/node.ts';
import { SourceText } from '../../model/sourceText.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { readYaml } from '../../yaml/read.ts';
import type { FluxFileObject, Root, WorkspaceIndex } from '../state.ts';

const HOLDER = /^kind:\s*["']?(?:ConfigMap|Secret)\b/m;

/** The names that `substituteFrom` gives. */
export function variableNames(roots: readonly Root[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const root of roots)
    if (root.kind === 'flux')
      for (const reference of getList(root.object, 'spec', 'postBuild', 'substituteFrom') ?? [])
        names.add(getString(reference, 'name') ?? '');
  names.delete('');
  return names;
}

/** The objects of those names in files. */
export function writtenVariables(
  snapshot: Snapshot,
  paths: readonly string[],
  names: ReadonlySet<string>,
): FluxFileObject[] {
  if (names.size === 0) return [];
  return paths.flatMap((path) => {
    const text = snapshot.text(path);
    return text !== undefined && writesOne(text, names) ? objectsOf(path, text, names) : [];
  });
}

/** Whether a file holds one now, or held one when the folder was read. */
export function namesVariables(index: WorkspaceIndex, path: string, text: string): boolean {
  return (
    index.variables?.some(({ place }) => place.source.path === path) === true ||
    writesOne(text, variableNames(index.roots))
  );
}

function writesOne(text: string, names: ReadonlySet<string>): boolean {
  return names.size > 0 && HOLDER.test(text) && [...names].some((name) => text.includes(name));
}

function objectsOf(path: string, text: string, names: ReadonlySet<string>): FluxFileObject[] {
  return readYaml(new SourceText(path, text), 'resource').documents.flatMap((node) => {
    const { place } = node.origin;
    const kind = textOf(child(node, 'kind'));
    const name = textOf(child(child(node, 'metadata'), 'name')) ?? '';
    if (node.kind !== 'map' || !place || (kind !== 'ConfigMap' && kind !== 'Secret') || !names.has(name)) return [];
    const object = toJson(node);
    return isJsonObject(object) ? [{ object, node, place }] : [];
  });
}
