// Brings the result of a substitution, read from text, back into the tree that it was made of: what did not change keeps
// its node and origin, what did gets the variables into its chain. Works on the tree in place.
import { child, MapEntry, textOf } from '../../model/node.ts';
import type { ListNode, MapNode, Node, ScalarNode } from '../../model/node.ts';
import { adopt, removeField, renameField, setField, setItems, setScalar } from '../write.ts';
import type { Change } from '../write.ts';
import type { Evaluation } from './evaluate.ts';
import type { Variables } from './variables.ts';

export interface ReuniteContext {
  /** Evaluates a text with the variables at hand. */
  readonly run: (text: string) => Evaluation;
  readonly variables: Variables;
  readonly masked?: boolean;
}

/** Makes `template` equal to `result`, which was read from the evaluated text of it. */
export function reunite(template: MapNode, result: MapNode, context: ReuniteContext): void {
  uniteMaps(template, result, context, []);
}

type Path = readonly string[];

function unite(template: Node, result: Node, context: ReuniteContext, path: Path): Node {
  if (template.kind === 'map' && result.kind === 'map') uniteMaps(template, result, context, path);
  else if (template.kind === 'list' && result.kind === 'list') uniteLists(template, result, context, path);
  else if (template.kind === 'scalar' && result.kind === 'scalar') uniteScalars(template, result, context);
  else return placed(template, result, context);
  return template;
}

function uniteMaps(template: MapNode, result: MapNode, context: ReuniteContext, path: Path): void {
  const keys = [...template.entries.keys()];
  for (const key of keys) {
    const evaluated = key.includes('$') ? context.run(key) : undefined;
    if (evaluated?.ok && evaluated.text !== undefined && evaluated.text !== key) {
      const value = child(template, key) as Node;
      renameField(template, key, evaluated.text, changeOf(value, variablesIn(key, context), context));
    }
  }
  for (const [key, { value }] of result.entries) {
    const old = child(template, key);
    const change = changeOf(old ?? template, undefined, context);
    const next = old
      ? unite(old, value, withMask(context, template, key, path), [...path, key])
      : placed(template, value, context);
    if (next !== old) setField(template, key, next, change);
  }
  for (const key of template.entries.keys()) {
    if (!result.entries.has(key)) removeField(template, key, changeOf(template, undefined, context));
  }
}

/** The old text of a Secret's data is kept out of the chain. */
function withMask(context: ReuniteContext, template: MapNode, key: string, path: Path): ReuniteContext {
  const isData =
    path.length === 0 && (key === 'data' || key === 'stringData') && textOf(child(template, 'kind')) === 'Secret';
  return isData ? { ...context, masked: true } : context;
}

function uniteLists(template: ListNode, result: ListNode, context: ReuniteContext, path: Path): void {
  const items = result.items.map((item, i) => {
    const old = template.items[i];
    return old ? unite(old, item, context, path) : placed(template, item, context);
  });
  setItems(template, items, changeOf(template, undefined, context));
}

function uniteScalars(template: ScalarNode, result: ScalarNode, context: ReuniteContext): void {
  const evaluated = template.text.includes('$') ? context.run(template.text) : undefined;
  const isSubstituted = evaluated?.ok === true && evaluated.text !== template.text;
  if (!isSubstituted && result.value === template.value) return;
  const content = { value: result.value, text: result.text, style: result.style, tag: result.tag };
  const variables = isSubstituted ? variablesIn(template.text, context) : [];
  if (variables.length === 0) setScalar(template, content, changeOf(template, undefined, context));
  const secret = variables.some((variable) => context.variables.get(variable)?.from.startsWith('Secret/') === true);
  for (const [at, variable] of variables.entries()) {
    // What the first one leaves behind is the result already.
    const masked = { ...context, masked: context.masked === true || (secret && at > 0) };
    setScalar(template, content, changeOf(template, [variable], masked));
  }
}

/** A node that the template does not have: text of a variable that is YAML in itself. */
function placed(template: Node, result: Node, context: ReuniteContext): Node {
  const text = template.kind === 'scalar' ? template.text : '';
  return adopt(withoutPlaces(result), changeOf(template, variablesIn(text, context), context));
}

/** Places in the evaluated text mean nothing to anyone. */
function withoutPlaces<T extends Node>(node: T): T {
  const origin = { place: undefined, cause: node.origin.cause };
  if (node.kind === 'scalar') return { ...node, origin };
  if (node.kind === 'list') return { ...node, origin, items: node.items.map(withoutPlaces) };
  const entries = [...node.entries].map(
    ([key, entry]) => [key, new MapEntry(withoutPlaces(entry.value), entry.keyStyle)] as const,
  );
  return { ...node, origin, entries: new Map(entries) };
}

function variablesIn(text: string, context: ReuniteContext): string[] {
  const evaluated = text === '' ? undefined : context.run(text);
  return evaluated?.ok ? [...evaluated.variables] : [];
}

function changeOf(at: Node, variables: readonly string[] | undefined, context: ReuniteContext): Change {
  const [variable] = variables ?? [];
  const masked = context.masked === true;
  if (variable === undefined) return { place: at.origin.place, cause: { by: 'flux', field: 'postBuild' }, masked };
  const known = context.variables.get(variable);
  const cause = { by: 'substitution' as const, variable, from: known?.from ?? 'default' };
  const source = known?.source;
  return {
    place: source?.place ?? at.origin.place,
    cause: source ? { ...cause, source } : cause,
    masked,
    derived: true,
  };
}
