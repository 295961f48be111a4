// JSON values as nodes, for callers that have no text behind them. Must not keep anything of the value.
import type { JsonValue } from '../model/json.ts';
import { MapEntry } from '../model/node.ts';
import type { Node, Scalar } from '../model/node.ts';
import type { Origin } from '../model/origin.ts';
import { printNumber } from './goNumber.ts';

const nowhere: Origin = { place: undefined, cause: { by: 'resource' } };

/** The value as nodes that all carry `origin`. Keeps a list of what is left to do, since values may be nested deeply. */
export function nodeOfJson(value: JsonValue, origin: Origin = nowhere): Node {
  const left: (() => void)[] = [];
  const root = startNode(value, origin, left);
  for (let fill = left.pop(); fill; fill = left.pop()) fill();
  return root;
}

function startNode(value: JsonValue, origin: Origin, left: (() => void)[]): Node {
  if (Array.isArray(value)) {
    const items: Node[] = [];
    left.push(() => {
      for (const item of value) items.push(startNode(item, origin, left));
    });
    return { kind: 'list', items, origin };
  }
  if (typeof value === 'object' && value !== null) {
    const entries = new Map<string, MapEntry>();
    left.push(() => {
      for (const [key, item] of Object.entries(value)) {
        entries.set(key, new MapEntry(startNode(item, origin, left)));
      }
    });
    return { kind: 'map', entries, origin };
  }
  return { kind: 'scalar', value, text: textOfValue(value), style: 'plain', tag: tagOf(value), origin };
}

/** The text that a value of its type is written with. */
export function textOfValue(value: Scalar): string {
  return typeof value === 'number' || typeof value === 'bigint' ? printNumber(value) : String(value);
}

/** The tag that a value of its type resolves to. */
export function tagOf(value: Scalar): string {
  if (value === null) return '!!null';
  if (typeof value === 'string') return '!!str';
  if (typeof value === 'boolean') return '!!bool';
  return typeof value === 'bigint' || Number.isInteger(value) ? '!!int' : '!!float';
}
