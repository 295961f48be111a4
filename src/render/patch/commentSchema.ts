// A list can say how it merges in a comment behind its key: `# {"type":"array","x-kubernetes-patch-strategy":"merge"}`
// (kyaml's fieldmeta). Comments are no part of the tree, so that they are read from the text that the key stands in.
import { isJsonObject, getString } from '../../model/json.ts';
import { parseJson } from '../../model/jsonText.ts';
import type { MapEntry } from '../../model/node.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';

const MARK = '# {';

/** The schema in the comment of an entry, if it has one. */
export function commentSchema(entry: MapEntry | undefined): SchemaNode | undefined {
  const place = entry?.value.kind === 'list' ? entry.keyPlace : undefined;
  if (!place) return undefined;
  const { text } = place.source;
  const end = text.indexOf('\n', place.end);
  const line = text.slice(place.end, end < 0 ? text.length : end);
  const start = line.indexOf(MARK);
  return start < 0 ? undefined : schemaOf(line.slice(start + MARK.length - 1));
}

function schemaOf(comment: string): SchemaNode | undefined {
  try {
    const schema = parseJson(comment.trim());
    const strategy = isJsonObject(schema) ? getString(schema, 'x-kubernetes-patch-strategy') : undefined;
    if (strategy === undefined) return undefined;
    const key = getString(schema, 'x-kubernetes-patch-merge-key');
    return {
      type: 'list',
      patchStrategy: strategy.split(',').includes('merge') ? ['merge'] : ['replace'],
      ...(key === undefined ? {} : { patchMergeKey: key }),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
