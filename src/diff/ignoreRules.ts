// spec.ignore of a Kustomization: fields that others may change (fluxcd/pkg/ssa, jsondiff and manager_apply.go). Left out
// of the comparison; at an apply, given up where another Apply manager owns them, else kept as they are live.
import { goRegexp, goRegexpFault } from '../model/goRegexp.ts';
import { cloneJson, equalJson, getKey, getList, getObject, getPath, getString, isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import { matchesLabels, parseLabelSelector } from './labelSelector.ts';
import { textMap } from './desired/metadata.ts';
import { hasParent, lookUp, pointerSteps, removeAt, replaceAt } from './fields/pointer.ts';

/** One rule of spec.ignore, as the Kustomization has it. All parts of a target are optional regular expressions. */
export interface IgnoreRule {
  readonly paths: readonly string[];
  readonly target?: {
    readonly group?: string;
    readonly version?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly labelSelector?: string;
    readonly annotationSelector?: string;
  };
}

/** The rules of a Kustomization's spec.ignore; parts of another shape are left out. */
export function readIgnoreRules(kustomization: JsonObject): IgnoreRule[] {
  return (getList(kustomization, 'spec', 'ignore') ?? []).filter(isJsonObject).map((rule) => {
    const paths = (getList(rule, 'paths') ?? []).filter((path) => typeof path === 'string');
    const target = getObject(rule, 'target');
    return target ? { paths, target: textsOf(target) } : { paths };
  });
}

function textsOf(target: JsonObject): NonNullable<IgnoreRule['target']> {
  return Object.fromEntries(Object.entries(target).filter(([, value]) => typeof value === 'string' && value !== ''));
}

/** The pointers that are ignored for an object. Throws SyntaxError where a target's expression cannot be read. */
export function ignoredPaths(rules: readonly IgnoreRule[], object: JsonObject): string[] {
  return rules.filter((rule) => selects(rule.target, object)).flatMap((rule) => rule.paths);
}

const PARTS = ['group', 'version', 'kind', 'name', 'namespace'] as const;

/**
 * The sentence about a target that cannot be read; undefined where all can. An apply reads them all before it looks at any
 * object (fluxcd/pkg/ssa, CompileIgnoreRules).
 */
export function ignoreFault(rules: readonly IgnoreRule[]): string | undefined {
  for (const { target } of rules) {
    const why = target && targetFault(target);
    if (why !== undefined) return `failed to create ignore rule selector: invalid ${why}`;
  }
  return undefined;
}

function targetFault(target: NonNullable<IgnoreRule['target']>): string | undefined {
  for (const part of PARTS) {
    const fault = goRegexpFault(anchored(target[part] ?? ''));
    if (fault !== undefined) return `${part} regex: error parsing regexp: ${fault}`;
  }
  for (const [name, text = ''] of [
    ['label', target.labelSelector],
    ['annotation', target.annotationSelector],
  ])
    if (!parseLabelSelector(text)) return `${name} selector: unable to parse "${text}"`;
  return undefined;
}

const anchored = (pattern: string): string => `^(?:${pattern})$`;

function matches(pattern: string, text: string): boolean {
  const compiled = goRegexp(anchored(pattern), 'anywhere');
  if (!compiled) throw new SyntaxError(`invalid expression "${pattern}" in spec.ignore`);
  return compiled.find(text, 0) !== undefined;
}

function selects(target: IgnoreRule['target'], object: JsonObject): boolean {
  if (!target) return true;
  const ref = refOf(object);
  if (!PARTS.every((part) => !target[part] || matches(target[part], ref[part]))) return false;
  return (
    selectsMap(target.labelSelector, object, 'labels') && selectsMap(target.annotationSelector, object, 'annotations')
  );
}

function selectsMap(text: string | undefined, object: JsonObject, field: 'labels' | 'annotations'): boolean {
  if (!text) return true;
  const selector = parseLabelSelector(text);
  if (!selector) throw new SyntaxError(`invalid selector "${text}" in spec.ignore`);
  return matchesLabels(selector, textMap(object, field));
}

/** A copy without the ignored fields. */
export function withoutPaths(object: JsonObject, paths: readonly string[]): JsonObject {
  if (paths.length === 0) return object;
  const copy = cloneJson(object);
  for (const path of paths) removeAt(copy, path);
  return copy;
}

/** `strip`: another Apply manager owns it, and it is not sent. `adopt`: it is sent as it is live. */
export interface IgnoredFate {
  readonly pointer: string;
  readonly fate: 'adopt' | 'strip';
}

/** What becomes of the ignored fields that an apply would change. */
export function ignoredFates(
  live: JsonObject,
  dryRun: JsonObject,
  paths: readonly string[],
  manager: string,
): IgnoredFate[] {
  return paths
    .filter((pointer) => !equalJson(lookUp(live, pointer), lookUp(dryRun, pointer)))
    .map((pointer) => ({ pointer, fate: otherApplyOwner(live, pointer, manager) ? 'strip' : 'adopt' }));
}

/**
 * What to send instead of `desired` when an object is applied for another reason than its ignored fields. Returns a
 * sentence where that cannot be said, as upstream fails there.
 */
export function adoptIgnored(
  desired: JsonObject,
  live: JsonObject,
  dryRun: JsonObject,
  paths: readonly string[],
  manager: string,
): JsonObject | string {
  const fates = ignoredFates(live, dryRun, paths, manager);
  if (fates.length === 0) return desired;
  const payload = cloneJson(desired);
  for (const { pointer, fate } of fates) if (fate === 'strip') removeAt(payload, pointer);
  for (const { pointer: path, fate } of fates) {
    if (fate === 'strip') continue;
    // A value that is gone live is sent as null, which the server reads as the type's zero value.
    // The words are those of the patch library that upstream keeps the value with.
    const missing = hasParent(payload, path) ? 'key' : 'path';
    if (!replaceAt(payload, path, lookUp(live, path) ?? null))
      return `replace operation does not apply: doc is missing ${missing}: ${path}: missing value`;
  }
  return payload;
}

/** Whether an Apply manager other than ours owns the field at a pointer. */
function otherApplyOwner(live: JsonObject, pointer: string, manager: string): boolean {
  const entries = (getList(live, 'metadata', 'managedFields') ?? []).filter(
    (entry) => getString(entry, 'operation') === 'Apply' && !getString(entry, 'subresource'),
  );
  return entries.some(
    (entry) => getString(entry, 'manager') !== manager && ownsPointer(getObject(entry, 'fieldsV1'), live, pointer),
  );
}

function ownsPointer(fields: JsonObject | undefined, live: JsonObject, pointer: string): boolean {
  let node: JsonObject | undefined = fields;
  let value: JsonValue | undefined = live;
  for (const step of pointerSteps(pointer)) {
    const item: JsonValue | undefined = Array.isArray(value) ? value[Number(step)] : undefined;
    const key: string | undefined = Array.isArray(value) ? keyOfItem(node, item) : `f:${step}`;
    const next: JsonValue | undefined = node && key !== undefined ? getKey(node, key) : undefined;
    if (!isJsonObject(next)) return false;
    node = next;
    value = Array.isArray(value) ? item : getPath(value, step);
  }
  return node !== undefined;
}

/** The `k:{...}` member of a set of fields that names this list item. */
function keyOfItem(node: JsonObject | undefined, item: JsonValue | undefined): string | undefined {
  return Object.keys(node ?? {}).find((key) => {
    if (!key.startsWith('k:')) return false;
    const wanted = JSON.parse(key.slice(2)) as JsonObject;
    return Object.keys(wanted).every((name) => equalJson(getPath(item, name), wanted[name]));
  });
}
