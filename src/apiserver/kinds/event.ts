// Events: the fields that `kubectl describe` and `flux events` select them by (k8s.io/kubernetes pkg/registry/core/event).
import { getPath } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { KindRules } from './kind.ts';

const INVOLVED = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

const textAt = (object: JsonObject, ...path: string[]): string => {
  const value = getPath(object, ...path);
  return typeof value === 'string' ? value : '';
};

export const event: KindRules = {
  selectableFields: (object) => ({
    ...Object.fromEntries(
      INVOLVED.map((field) => [`involvedObject.${field}`, textAt(object, 'involvedObject', field)]),
    ),
    reason: textAt(object, 'reason'),
    reportingComponent: textAt(object, 'reportingComponent'),
    source: textAt(object, 'source', 'component') || textAt(object, 'reportingComponent'),
    type: textAt(object, 'type'),
  }),
};
