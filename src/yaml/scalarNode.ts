// A scalar token and its properties -> a scalar node.
import type { Finding } from '../model/finding.ts';
import type { ScalarNode } from '../model/node.ts';
import { ReadOrigin } from '../model/origin.ts';
import type { Place } from '../model/sourceText.ts';
import { placeOf } from './composeState.ts';
import type { Compose, Properties } from './composeState.ts';
import * as findings from './findings.ts';
import { refold } from './refold.ts';
import { resolvePlain, resolveTagged } from './resolve.ts';
import type { Resolved } from './resolve.ts';
import { Kind, lastOf } from './token.ts';
import type { Token } from './token.ts';

export function scalarNode(
  compose: Compose,
  token: Token,
  start: number,
  properties: Properties | undefined,
): ScalarNode {
  const { text, style } = token;
  const origin = ReadOrigin.between(compose.document, properties ? token.start : start, token.end);
  let found: Resolved;
  if (properties?.tag === undefined) found = style === 'plain' ? resolvePlain(text, compose.dialect) : stringOf(text);
  else found = resolveWithTag(compose, properties, token);
  if (typeof found.value === 'number' && !Number.isFinite(found.value) && !isKey(compose)) {
    reportUnfit(compose, findings.infinite(text, origin));
  }
  if (style === 'folded' && compose.dialect === 'resource' && found.value === text) {
    found = { tag: found.tag, value: refold(text) };
  }
  if (style === 'double' || found.tag === '!!binary') checkPrintable(compose, found, origin);
  if (typeof found.value === 'bigint' && compose.integers === 'float64') found = round(compose, found, token);
  const node: ScalarNode = { kind: 'scalar', value: found.value, text, style, tag: found.tag, origin };
  if (properties?.tag !== undefined && properties.tag !== '!') node.tagged = true;
  return node;
}

/** What has no form in JSON fails where JSON is made of it; a key cannot be replaced until then. */
function reportUnfit(compose: Compose, finding: Finding): void {
  if (compose.unfit === 'reported' || isKey(compose)) compose.findings.push(finding);
}

/** Only escapes and binary data can hold what kustomize fails to print. */
function checkPrintable(compose: Compose, { value }: Resolved, at: Place): void {
  if (compose.dialect === 'kubernetes' || typeof value !== 'string' || !findings.unprintableCharacter.test(value))
    return;
  reportUnfit(compose, findings.unprintable(value, at));
}

function stringOf(text: string): Resolved {
  return { tag: '!!str', value: text };
}

function resolveWithTag(compose: Compose, properties: Properties, token: Token): Resolved {
  const { text, style } = token;
  const tag = properties.tag ?? '!';
  if (tag === '!')
    return style === 'plain' && compose.dialect === 'resource' ? resolvePlain(text, 'resource') : stringOf(text);
  const at = placeOf(compose, properties.start, token.end);
  if (!knownTags.has(tag)) compose.findings.push(findings.unknownTag(tag, at));
  const found = resolveTagged(tag, text, compose.dialect);
  if (found) return found;
  reportUnfit(compose, findings.notOfTag(tag, text, at));
  return { tag, value: text };
}

const knownTags = new Set([
  '!!str',
  '!!binary',
  '!!bool',
  '!!int',
  '!!float',
  '!!null',
  '!!timestamp',
  '!!merge',
  '!!value',
]);

function round(compose: Compose, found: Resolved, token: Token): Resolved {
  const value = Number(found.value);
  if (BigInt(value) !== found.value) {
    compose.findings.push(
      findings.rounded(token.text, BigInt(value).toString(), placeOf(compose, token.start, token.end)),
    );
  }
  return { tag: found.tag, value };
}

/**
 * kyaml prints its nodes and reads them again before it makes JSON of them. Within brackets go-yaml v3 then puts quotes
 * around empty text and around text with a colon. Values, which may still move, become strings by that at the output.
 */
export function isQuotedByUpstream(compose: Compose, text: string): boolean {
  const inFlow = lastOf(compose.stack)?.form.startsWith('flow') === true;
  return inFlow && compose.dialect === 'resource' && (text === '' || text.includes(':'));
}

function isKey(compose: Compose): boolean {
  const frame = lastOf(compose.stack);
  return frame?.entries !== undefined && frame.next === 'key';
}

/** The null that stands where nothing was written; with a tag, the empty text as that tag. */
export function emptyNode(compose: Compose, properties: Properties | undefined, at: number): ScalarNode {
  const token: Token = { kind: Kind.Scalar, start: at, end: at, text: '', style: 'plain', handle: '', opens: 0 };
  return scalarNode(compose, token, at, properties?.tag === undefined ? undefined : properties);
}
