// Compares what our loop left with what the real controllers left: status of Flux's objects, and the objects applied.
import { equalJson, getList, getPath, getString } from '../../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { stringifyJson } from '../../../src/model/jsonText.ts';
import { printRef, refOf } from '../../../src/model/objectRef.ts';

/** Differences in words; empty when the object is as recorded. */
export function compareFluxObject(recorded: JsonObject, live: JsonObject | undefined): string[] {
  const name = printRef(refOf(recorded));
  if (!live) return [`${name} is missing`];
  const differences: string[] = [];
  for (const field of ['observedGeneration', 'lastAppliedRevision', 'lastAttemptedRevision']) {
    const [want, got] = [getPath(recorded, 'status', field), getPath(live, 'status', field)];
    if (!equalJson(want, got)) differences.push(`${name} ${field}: got ${show(got)}, want ${show(want)}`);
  }
  const artifact = getString(recorded, 'status', 'artifact', 'revision');
  if (artifact !== getString(live, 'status', 'artifact', 'revision'))
    differences.push(
      `${name} artifact: got ${show(getPath(live, 'status', 'artifact', 'revision'))}, want ${artifact ?? 'none'}`,
    );
  compareList(`${name} conditions`, conditions(live), conditions(recorded), differences);
  compareList(`${name} inventory`, inventory(live), inventory(recorded), differences);
  compareList(`${name} history`, history(live), history(recorded), differences);
  return differences;
}

function compareList(what: string, got: readonly string[], want: readonly string[], differences: string[]): void {
  if (JSON.stringify(got) === JSON.stringify(want)) return;
  const missing = want.filter((one) => !got.includes(one));
  const extra = got.filter((one) => !want.includes(one));
  differences.push(
    missing.length + extra.length === 0
      ? `${what} in another order`
      : `${what}: got [${extra.join(' ; ')}], want [${missing.join(' ; ')}]`,
  );
}

function conditions(object: JsonObject): string[] {
  return (getList(object, 'status', 'conditions') ?? []).map((condition) => {
    const [type, status, reason, message] = ['type', 'status', 'reason', 'message'].map(
      (field) => getString(condition, field) ?? '',
    );
    return `${type}=${status} ${reason} ${sameWords(message ?? '', reason ?? '')}`;
  });
}

/** Durations and temporary paths differ each time; the text of a failed build is ours, with a place where upstream has none. */
function sameWords(message: string, reason: string): string {
  if (reason === 'BuildFailed') return '...';
  return (
    message
      // Of several objects that are refused alike, whichever of four parallel dry-runs ended first is named.
      .replace(/^\S+ (not found: namespaces|namespace not specified)/, '<object> $1')
      // Which of the two it is depends on when the dependency was looked at.
      .replace(/^(dependency '[^']*') (is not ready|revision is not up to date)$/, '$1 waits')
      .replace(/uid-\d+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
      .replace(/failed after [^:]+:/, 'failed after <duration>:')
      .replace(/passed in \S+/, 'passed in <duration>')
      .replace(/not found: stat .*$/, 'not found: stat ...')
  );
}

function inventory(object: JsonObject): string[] {
  return (getList(object, 'status', 'inventory', 'entries') ?? []).map(
    (entry) => `${getString(entry, 'id') ?? ''} ${getString(entry, 'v') ?? ''}`,
  );
}

function history(object: JsonObject): string[] {
  return (getList(object, 'status', 'history') ?? []).map(
    (entry) =>
      `${getString(entry, 'digest') ?? ''} ${getString(entry, 'lastReconciledStatus') ?? ''} ${show(getPath(entry, 'totalReconciliations'))}`,
  );
}

/** Compares an applied object with its recording, managedFields included; what the server counts or times is left out. */
export function compareObject(recorded: JsonObject, live: JsonObject | undefined): string[] {
  const name = printRef(refOf(recorded));
  if (!live) return [`${name} is missing`];
  const [got, want] = [stripped(live), stripped(recorded)];
  return equalJson(got, want) ? [] : [`${name}: ${firstDifference(got, want, '')}`];
}

const UID = /^(uid-\d+|<uid>|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const VOLATILE = new Set([
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'time',
  'deletionTimestamp',
  'generation',
  'selfLink',
]);

function stripped(value: JsonValue, path = ''): JsonValue {
  if (Array.isArray(value)) return value.map((item) => stripped(item, path));
  if (typeof value === 'string') return UID.test(value) ? '<uid>' : value;
  if (typeof value !== 'object' || value === null) return value;
  const copy: JsonObject = {};
  for (const [key, child] of Object.entries(value)) {
    if (path === '' && key === 'status') continue;
    if (VOLATILE.has(key)) continue;
    copy[key] = key === 'managedFields' ? managers(child) : stripped(child, `${path}.${key}`);
  }
  return copy;
}

/** The entries of what applied and edited; those of the workload controllers and of status depend on time. */
function managers(value: JsonValue): JsonValue {
  const entries = Array.isArray(value) ? value : [];
  return entries
    .filter(
      (entry) =>
        getString(entry, 'subresource') !== 'status' && getString(entry, 'manager') !== 'kube-controller-manager',
    )
    .map((entry) => stripped(entry, '.managedFields'))
    .sort((a, b) => (idOfManager(a) < idOfManager(b) ? -1 : 1));
}

/** What one entry differs from the others by; keys stand in another order in recorded custom resources. */
function idOfManager(entry: JsonValue): string {
  return ['manager', 'operation', 'apiVersion', 'subresource'].map((field) => getString(entry, field) ?? '').join(' ');
}

function firstDifference(got: JsonValue | undefined, want: JsonValue | undefined, path: string): string {
  if (equalJson(got, want)) return '';
  if (
    typeof got === 'object' &&
    got !== null &&
    !Array.isArray(got) &&
    typeof want === 'object' &&
    want !== null &&
    !Array.isArray(want)
  ) {
    for (const key of new Set([...Object.keys(want), ...Object.keys(got)])) {
      const found = firstDifference(got[key], want[key], `${path}.${key}`);
      if (found !== '') return found;
    }
  }
  return `${path}: got ${show(got)}, want ${show(want)}`;
}

function show(value: JsonValue | undefined): string {
  return value === undefined ? 'none' : stringifyJson(value).slice(0, 300);
}
