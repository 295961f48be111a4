// A row of the tables of valid objects.
import type { JsonObject } from '../../../src/model/json.ts';

export type Row = readonly [
  kind: string,
  plural: string,
  apiVersion: string,
  variants: Readonly<Record<string, JsonObject>>,
  more?: { readonly cluster?: boolean; readonly status?: JsonObject },
];

export const labels = { app: 'x' };
export const selector = { matchLabels: labels };
export const conditions = [
  { type: 'Ready', status: 'True', reason: 'R', message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' },
];
export const claim: JsonObject = {
  accessModes: ['ReadWriteOnce'],
  storageClassName: 'fast',
  volumeMode: 'Filesystem',
  resources: { requests: { storage: '1Gi' }, limits: { storage: '2Gi' } },
  selector: { matchLabels: { a: 'b' } },
};
