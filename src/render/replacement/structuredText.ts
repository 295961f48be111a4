// Replacements into the text of a scalar that is JSON or YAML itself: `data.config\.json.db.host`. The first document of the text
// is written anew, as upstream does.
import type { Node, ScalarNode } from '../../model/node.ts';
import { readText } from '../../yaml/commented/readText.ts';
import type { TextDocument, TextNode } from '../../yaml/commented/textNode.ts';
import { goTrim, writeText } from '../../yaml/commented/writeText.ts';
import { valueOfText } from '../../yaml/commented/valueOfText.ts';
import { setScalar } from '../write.ts';
import { printGoJson } from './goJson.ts';
import { lookup } from './lookup.ts';
import type { MatchOptions } from './match.ts';
import { matchText } from './matchText.ts';
import { checkFits, newText, withText } from './putValue.ts';
import type { Put } from './putValue.ts';
import { ReplacementFault } from './replacementFault.ts';
import { commentsOnce } from './valueComments.ts';
import type { ValueComments } from './valueComments.ts';
import { textOfNode } from './textOfNode.ts';

/** Sets the value inside a structured text, and says whether the path led into one. */
export function setInStructuredText(target: Node, path: readonly string[], put: Put, options: MatchOptions): boolean {
  try {
    const found = structuredScalar(target, path);
    if (!found) return false;
    const { scalar, document, rest } = found;
    const text = textWith(document, rest, put, { old: scalar.text, create: options.create });
    if (text === undefined) return false;
    setScalar(scalar, withText(scalar, text), options.change);
    return true;
  } catch (error) {
    if (error instanceof ReplacementFault) return false;
    throw error;
  }
}

interface Structured {
  readonly scalar: ScalarNode;
  readonly document: TextDocument;
  readonly rest: readonly string[];
}

/** The first scalar on the way that holds a text which can be read as YAML. */
function structuredScalar(target: Node, path: readonly string[]): Structured | undefined {
  for (let i = 1; i < path.length; i++) {
    let found: Node | undefined;
    try {
      found = lookup(target, path.slice(0, i));
    } catch (error) {
      if (error instanceof ReplacementFault) continue;
      throw error;
    }
    const document = found?.kind === 'scalar' ? readText(found.text) : undefined;
    if (found?.kind === 'scalar' && document) return { scalar: found, document, rest: path.slice(i) };
  }
  return undefined;
}

interface Old {
  readonly old: string;
  readonly create: MatchOptions['create'];
}

/** The text with the value put in. Undefined where there is nothing to put it into, or no JSON can be made of it. */
function textWith(document: TextDocument, rest: readonly string[], put: Put, { old, create }: Old): string | undefined {
  const found = matchText(document, rest, create);
  if (found.length === 0) return undefined;
  const comments = put.commented ? commentsOnce() : undefined;
  for (const node of found) putInto(node, put, comments);
  const text = writeText(document);
  return /^[{[]/.test(goTrim(old)) ? asJson(text, old) : text;
}

function putInto(node: TextNode, put: Put, comments: ValueComments | undefined): void {
  checkFits(node.kind, put);
  if (node.kind === 'scalar') node.value = newText(put, node.value);
  else Object.assign(node, textOfNode(put.value, comments));
}

/** As Go's encoding/json writes it, on several lines where the old text had them. */
function asJson(text: string, old: string): string | undefined {
  const document = readText(text);
  const value = document && valueOfText(document);
  return value === undefined ? undefined : printGoJson(value, old.includes('\n') && old.includes('  ') ? 2 : 0);
}
