// A scalar token and its properties -> a scalar node.
import type { ScalarNode } from '../model/node.ts';
import { decodeBinary } from './binary.ts';
import { placeOf } from './composeState.ts';
import type { Compose, Properties } from './composeState.ts';
import * as findings from './findings.ts';
import { resolvePlain, resolveTagged } from './resolve.ts';
import type { Resolved } from './resolve.ts';
import type { Token } from './token.ts';

const resource = { by: 'resource' } as const;

export function scalarNode(compose: Compose, token: Token, start: number, properties: Properties | undefined): ScalarNode {
  const { text, style } = token;
  const place = placeOf(compose, properties ? token.start : start, token.end);
  let found: Resolved;
  if (properties?.tag === undefined) found = style === 'plain' ? resolvePlain(text, compose.dialect) : stringOf(text);
  else found = resolveWithTag(compose, properties, token);
  if (typeof found.value === 'number' && !Number.isFinite(found.value)) {
    compose.findings.push(findings.infinite(text, place));
  }
  if (typeof found.value === 'bigint' && compose.integers === 'float64') found = round(compose, found, token);
  return { kind: 'scalar', value: found.value, text, style, tag: found.tag, origin: { place, cause: resource } };
}

function stringOf(text: string): Resolved {
  return { tag: '!!str', value: text };
}

function resolveWithTag(compose: Compose, properties: Properties, token: Token): Resolved {
  const { text, style } = token;
  const tag = properties.tag ?? '!';
  if (tag === '!') return style === 'plain' && compose.dialect === 'resource' ? resolvePlain(text, 'resource') : stringOf(text);
  const at = placeOf(compose, properties.start, token.end);
  if (tag === '!!binary') return resolveBinary(compose, text, at);
  if (!knownTags.has(tag)) compose.findings.push(findings.unknownTag(tag, at));
  const found = resolveTagged(tag, text, compose.dialect);
  if (found) return found;
  compose.findings.push(findings.notOfTag(tag, text, at));
  return stringOf(text);
}

function resolveBinary(compose: Compose, text: string, at: ReturnType<typeof placeOf>): Resolved {
  const value = decodeBinary(text);
  if (value === undefined) compose.findings.push(findings.notOfTag('!!binary', text, at));
  return { tag: '!!binary', value: value ?? text };
}

const knownTags = new Set(['!!str', '!!bool', '!!int', '!!float', '!!null', '!!timestamp', '!!merge', '!!value']);

function round(compose: Compose, found: Resolved, token: Token): Resolved {
  const value = Number(found.value);
  if (BigInt(value) !== found.value) {
    compose.findings.push(findings.rounded(token.text, BigInt(value).toString(), placeOf(compose, token.start, token.end)));
  }
  return { tag: found.tag, value };
}

/** The null that stands where nothing was written; with a tag, the empty text as that tag. */
export function emptyNode(compose: Compose, properties: Properties | undefined, at: number): ScalarNode {
  const token: Token = { kind: 18, start: at, end: at, text: '', style: 'plain', handle: '', opens: 0 };
  return scalarNode(compose, token, at, properties?.tag === undefined ? undefined : properties);
}
