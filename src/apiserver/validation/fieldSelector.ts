// What makes a reference to a field of the pod itself invalid, in variables and in files (k8s.io/kubernetes
// pkg/apis/core/validation validateObjectFieldSelector). Reads only.
import type { JsonObject } from '../../model/json.ts';
import { qualifiedNameErrors } from '../../model/names.ts';
import { invalidValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { textAt } from './values.ts';

const IN_FILES = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];
const IN_VARIABLES = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** What a pod can be asked for, be it not here. */
const KNOWN: ReadonlySet<string> = new Set([
  ...IN_FILES,
  ...IN_VARIABLES,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

/** The errors of a `fieldRef`, of which there may be one only. */
export function fieldSelectorErrors(ref: JsonObject, at: string, where: 'file' | 'variable'): FieldError[] {
  const [version, given] = [textAt(ref, 'apiVersion'), textAt(ref, 'fieldPath')];
  if (version === '') return [requiredValue(`${at}.apiVersion`)];
  if (given === '') return [requiredValue(`${at}.fieldPath`)];
  const unconverted = (why: string): FieldError[] => [
    invalidValue(`${at}.fieldPath`, given, `error converting fieldPath: ${why}`),
  ];
  if (version !== 'v1') return unconverted(`unsupported pod version: ${version}`);
  const [, map, key] = /^(.*)\['(.*)'\]$/s.exec(given) ?? [];
  if (map !== undefined && key !== undefined) {
    if (map !== 'metadata.annotations' && map !== 'metadata.labels')
      return unconverted(`field label does not support subscript: ${given}`);
    const name = map === 'metadata.annotations' ? key.toLowerCase() : key;
    return qualifiedNameErrors(name).map((error) => invalidValue(at, name, error));
  }
  const path = given === 'spec.host' ? 'spec.nodeName' : given;
  if (!KNOWN.has(path)) return unconverted(`field label not supported: ${given}`);
  const supported = where === 'file' ? IN_FILES : IN_VARIABLES;
  return supported.includes(path) ? [] : [notSupported(`${at}.fieldPath`, path, supported)];
}
