// What the odd values are put into: valid objects of every kind, with many fields set.
import type { JsonObject } from '../../../src/model/json.ts';
import { network } from './network.ts';
import { others } from './others.ts';
import { workloads } from './workloads.ts';

export interface Subject {
  /** Of the object and of the label of its differences. */
  readonly kind: string;
  readonly plural: string;
  readonly apiVersion: string;
  readonly namespaced: boolean;
  /** Tells subjects of one kind apart; lower case. */
  readonly variant: string;
  /** Without kind, apiVersion and name. */
  readonly object: JsonObject;
  /** Of kinds with a status subresource: one with many fields set. */
  readonly status?: JsonObject;
}

export const subjects: readonly Subject[] = [...workloads, ...network, ...others].flatMap(
  ([kind, plural, apiVersion, variants, more = {}]) =>
    Object.entries(variants).map(([variant, object]) => ({
      kind,
      plural,
      apiVersion,
      namespaced: more.cluster !== true,
      variant,
      object,
      ...(more.status ? { status: more.status } : {}),
    })),
);
