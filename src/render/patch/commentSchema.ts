// A field can say how it merges in a comment behind or above its key: `# {"type":"array","x-kubernetes-patch-strategy":"merge"}`
// (kyaml's fieldmeta). Comments are no part of the tree, so that they are read from the text that the key stands in.
import { isJsonObject } from '../../model/json.ts';
import { parseJson } from '../../model/jsonText.ts';
import type { MapEntry } from '../../model/node.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import { readSchema } from '../openapi/openapiSchema.ts';
import { mergeTypeOf } from './mergeSchemas.ts';

/** The schema in the comment of an entry, if it has one. Whatever JSON object stands there takes the place of the known schema. */
export function commentSchema(entry: MapEntry | undefined): SchemaNode | undefined {
  const place = entry === undefined || entry.value.kind === 'scalar' ? undefined : entry.commentedPlace;
  if (!place) return undefined;
  const { text } = place.source;
  const end = text.indexOf('\n', place.end);
  const line = text.slice(place.end, end < 0 ? text.length : end);
  const behind = line.indexOf(' #');
  if (behind >= 0) return schemaOf(line.slice(behind + 1));
  return schemaOf(commentAbove(text, text.lastIndexOf('\n', place.start - 1)));
}

/** The one comment line that ends at `end`; longer comments are no JSON. */
function commentAbove(text: string, end: number): string {
  const start = text.lastIndexOf('\n', end - 1);
  const line = end < 0 ? '' : text.slice(start + 1, end).trim();
  if (!line.startsWith('#') || start < 0) return line;
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return before.trimStart().startsWith('#') ? '' : line;
}

function schemaOf(comment: string): SchemaNode | undefined {
  const json = comment.replace(/^#+/, '').trim();
  if (!comment.startsWith('#') || !json.startsWith('{')) return undefined;
  try {
    const schema = parseJson(json);
    return isJsonObject(schema) && Object.keys(schema).length > 0 ? readSchema(schema, mergeTypeOf) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
