// The part of Kubernetes' JSONPath that printer columns use: fields, quoted fields, indexes, slices, wildcards, descent
// and filters of one comparison.
import { getKey, isJsonObject } from '../../model/json.ts';
import type { JsonValue } from '../../model/json.ts';

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly at: number }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'all' }
  | { readonly kind: 'descent' }
  | {
      readonly kind: 'filter';
      readonly left: readonly Step[];
      readonly operator: string;
      readonly right: JsonValue | undefined;
    };

export type JsonPath = readonly Step[];

/** Parses a path such as `.status.conditions[?(@.type=="Ready")].status`. What it does not know finds nothing. */
export function parseJsonPath(text: string): JsonPath {
  const steps: Step[] = [];
  let rest = text
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .replace(/^\$/, '');
  while (rest !== '') {
    const [step, length] = nextStep(rest);
    if (length === 0) return [{ kind: 'filter', left: [], operator: 'never', right: undefined }];
    if (step) steps.push(step);
    rest = rest.slice(length);
  }
  return steps;
}

function nextStep(text: string): [Step | undefined, number] {
  if (text.startsWith('..')) return [{ kind: 'descent' }, text[2] === '[' ? 2 : 1];
  const field = /^\.?((?:\\.|[^.[\]\\*])+)/.exec(text);
  if (text.startsWith('.*')) return [{ kind: 'all' }, 2];
  if (text.startsWith('*')) return [{ kind: 'all' }, 1];
  if (!text.startsWith('['))
    return field
      ? [{ kind: 'field', name: (field[1] as string).replace(/\\(.)/g, '$1') }, field[0].length]
      : [undefined, text === '.' ? 1 : 0];
  const filter = /^\[\?\(\s*@((?:[^=!<>)\s]|\\.)*)\s*(?:(==|!=|<=|>=|<|>)\s*((?:"[^"]*"|'[^']*'|[^)])+?))?\s*\)\]/.exec(
    text,
  );
  if (filter)
    return [
      {
        kind: 'filter',
        left: parseJsonPath(filter[1] ?? ''),
        operator: filter[2] ?? 'exists',
        right: literal(filter[3] ?? ''),
      },
      filter[0].length,
    ];
  const inner = /^\[([^\]]*)\]/.exec(text);
  if (!inner) return [undefined, 0];
  return [bracket((inner[1] as string).trim()), inner[0].length];
}

function bracket(text: string): Step {
  if (text === '*') return { kind: 'all' };
  const quoted = /^(['"])(.*)\1$/.exec(text);
  if (quoted) return { kind: 'field', name: quoted[2] as string };
  const slice = /^(-?\d*):(-?\d*)$/.exec(text);
  if (slice)
    return {
      kind: 'slice',
      from: slice[1] === '' ? undefined : Number(slice[1]),
      to: slice[2] === '' ? undefined : Number(slice[2]),
    };
  return { kind: 'index', at: Number(text) };
}

function literal(text: string): JsonValue | undefined {
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted) return quoted[2];
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

/** Every value that the path finds, in order. */
export function evaluateJsonPath(path: JsonPath, value: JsonValue): JsonValue[] {
  return path.reduce<JsonValue[]>((found, step) => found.flatMap((each) => take(step, each)), [value]);
}

function take(step: Step, value: JsonValue): JsonValue[] {
  switch (step.kind) {
    case 'field': {
      const found = isJsonObject(value) ? getKey(value, step.name) : undefined;
      return found === undefined ? [] : [found];
    }
    case 'index': {
      const found = Array.isArray(value) ? value.at(step.at) : undefined;
      return found === undefined ? [] : [found];
    }
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from, step.to) : [];
    case 'all':
      return childrenOf(value);
    case 'descent':
      return descend(value);
    case 'filter':
      return childrenOf(value).filter((each) => holds(step, each));
  }
}

function childrenOf(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

function descend(value: JsonValue): JsonValue[] {
  return [value, ...childrenOf(value).flatMap(descend)];
}

function holds({ left, operator, right }: Step & { kind: 'filter' }, value: JsonValue): boolean {
  const [found] = evaluateJsonPath(left, value);
  if (operator === 'exists') return found !== undefined;
  if (found === undefined || right === undefined || found === null || right === null) return false;
  switch (operator) {
    case '==':
      return String(found) === String(right);
    case '!=':
      return String(found) !== String(right);
    case '<':
      return found < right;
    case '<=':
      return found <= right;
    case '>':
      return found > right;
    case '>=':
      return found >= right;
    default:
      return false;
  }
}
