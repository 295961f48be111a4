// What a printer is: the columns and cells that `kubectl get` shows for a kind (k8s.io/kubernetes pkg/printers). Holds the
// small pieces that all printers share: ages, selectors, lists of names.
import { getList, getObject, getPath, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';

export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: 0 | 1;
}

export interface Printer {
  readonly columns: readonly Column[];
  /** The cells of one object, in the order of the columns. `now` in milliseconds. */
  readonly cells: (object: JsonObject, now: number) => JsonValue[];
}

/** A printer from columns in short: `Desired:integer`, and a `*` at the end for those of `-o wide`. */
export function printer(columns: readonly string[], cells: Printer['cells']): Printer {
  return { columns: columns.map(parseColumn), cells };
}

function parseColumn(text: string): Column {
  const match = /^(.+?)(?::(\w+))?(\*)?$/.exec(text);
  const name = match?.[1] ?? text;
  return {
    name,
    type: (match?.[2] ?? 'string') as Column['type'],
    format: name === 'Name' ? 'name' : '',
    priority: match?.[3] === '*' ? 1 : 0,
  };
}

export const NONE = '<none>';
export const UNSET = '<unset>';
export const UNKNOWN = '<unknown>';

export const nameOf = (object: JsonObject): string => getString(object, 'metadata', 'name') ?? '';

/** How long ago the object was created, as kubectl writes durations. */
export function age(object: JsonObject, now: number): string {
  return since(getString(object, 'metadata', 'creationTimestamp'), now);
}

export function since(time: string | undefined, now: number): string {
  const ms = time === undefined ? Number.NaN : now - Date.parse(time);
  return Number.isNaN(ms) ? UNKNOWN : humanDuration(ms);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Two units while they tell something, as k8s.io/apimachinery duration.HumanDuration: `119s`, `5m3s`, `7h12m`, `3d4h`, `400d`. */
export function humanDuration(ms: number): string {
  if (ms < -SECOND * 2) return '<invalid>';
  if (ms < 0) return '0s';
  const whole = (unit: number): number => Math.floor(ms / unit);
  const pair = (big: number, bigName: string, small: number, smallName: string): string => {
    const rest = Math.floor((ms % big) / small);
    return rest === 0 ? `${whole(big)}${bigName}` : `${whole(big)}${bigName}${rest}${smallName}`;
  };
  if (ms < 2 * MINUTE) return `${whole(SECOND)}s`;
  if (ms < 10 * MINUTE) return pair(MINUTE, 'm', SECOND, 's');
  if (ms < 3 * HOUR) return `${whole(MINUTE)}m`;
  if (ms < 8 * HOUR) return pair(HOUR, 'h', MINUTE, 'm');
  if (ms < 2 * DAY) return `${whole(HOUR)}h`;
  if (ms < 8 * DAY) return pair(DAY, 'd', HOUR, 'h');
  if (ms < 2 * YEAR) return `${whole(DAY)}d`;
  if (ms < 8 * YEAR) return pair(YEAR, 'y', DAY, 'd');
  return `${whole(YEAR)}y`;
}

export function numberAt(object: JsonObject, ...path: string[]): number {
  const value = getPath(object, ...path);
  return typeof value === 'number' ? value : 0;
}

export function objectsAt(object: JsonObject, ...path: string[]): JsonObject[] {
  return (getList(object, ...path) ?? []).filter(isJsonObject);
}

/** `a=1,b=2`, or `<none>` for an empty map. */
export function labelsText(labels: JsonObject | undefined): string {
  const entries = Object.entries(labels ?? {});
  return entries.length === 0
    ? NONE
    : entries
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(',');
}

const OPERATORS: Readonly<Record<string, string>> = { In: 'in', NotIn: 'notin' };

/** A label selector as kubectl takes it on its command line. */
export function selectorText(selector: JsonObject | undefined): string {
  const equal = Object.entries(getObject(selector, 'matchLabels') ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${String(value)}`);
  const expressions = selector === undefined ? [] : objectsAt(selector, 'matchExpressions').map(expressionText);
  const all = [...equal, ...expressions];
  return all.length === 0 ? NONE : all.join(',');
}

function expressionText(expression: JsonObject): string {
  const key = getString(expression, 'key') ?? '';
  const operator = getString(expression, 'operator') ?? '';
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${OPERATORS[operator] ?? operator} (${(getList(expression, 'values') ?? []).map(String).sort().join(',')})`;
}

/** Names and images of a pod template's containers, each as one cell. */
export function containerCells(podSpec: JsonObject | undefined): [names: string, images: string] {
  const containers = podSpec === undefined ? [] : objectsAt(podSpec, 'containers');
  return [
    containers.map((one) => getString(one, 'name') ?? '').join(','),
    containers.map((one) => getString(one, 'image') ?? '').join(','),
  ];
}

export function templateSpec(object: JsonObject): JsonObject | undefined {
  return getObject(object, 'spec', 'template', 'spec');
}
