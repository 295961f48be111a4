// Merges two YAML files as Helm merges values: maps key by key, everything else as a whole. Reads and writes text only.
import { getKey, isJsonObject, setKey } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { toJson } from '../model/node.ts';
import { SourceText } from '../model/sourceText.ts';
import { readYaml } from '../yaml/read.ts';
import { writeYaml } from '../yaml/write.ts';

/** The merged text. All documents of a file count as one. Throws an Error with one sentence where a text cannot be read. */
export function mergeYaml(base: string, overlay: string): string {
  return writeYaml(mergeMaps(readMap(base), readMap(overlay)));
}

function readMap(text: string): JsonObject {
  const { documents, findings } = readYaml(new SourceText('', text), 'kubernetes');
  const problem = findings.find((finding) => finding.severity === 'error');
  if (problem) throw new Error(problem.message);
  return documents.map(toJson).reduce<JsonObject>((merged, document) => {
    if (document === null) return merged;
    if (!isJsonObject(document)) throw new Error('the document is no map');
    return mergeMaps(merged, document);
  }, {});
}

function mergeMaps(base: JsonObject, overlay: JsonObject): JsonObject {
  const merged: JsonObject = {};
  for (const [key, value] of Object.entries(base)) setKey(merged, key, value);
  for (const [key, value] of Object.entries(overlay)) {
    const known = getKey(merged, key);
    setKey(merged, key, isJsonObject(known) && isJsonObject(value) ? mergeMaps(known, value) : value);
  }
  return merged;
}
