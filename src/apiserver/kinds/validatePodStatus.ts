// What an update of a pod's status must not say (k8s.io/kubernetes pkg/apis/core/validation ValidatePodStatusUpdate).
// States of containers are not looked into.
import { getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { qualifiedNameErrors, subdomainErrors } from '../../model/names.ts';
import { addressErrors, parseAddress } from '../validation/addresses.ts';
import { invalidValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { eachItem, immutableField, textAt } from '../validation/values.ts';

const SYSTEM: ReadonlySet<string> = new Set(['PodScheduled', 'Ready', 'Initialized']);

export function podStatusErrors(object: JsonObject, old: JsonObject): FieldError[] {
  const [status, before] = [getObject(object, 'status') ?? {}, getObject(old, 'status') ?? {}];
  const nominated = textAt(status, 'nominatedNodeName');
  const isNominatedAnew = nominated !== '' && nominated !== textAt(before, 'nominatedNodeName');
  return [
    ...eachItem(status, 'conditions', 'status').flatMap(({ item, at }) => conditionErrors(item, at)),
    ...(isNominatedAnew
      ? subdomainErrors(nominated).map((error) => invalidValue('status.nominatedNodeName', nominated, error))
      : []),
    ...generationErrors(status, 'status'),
    ...immutableField(textAt(status, 'qosClass'), textAt(before, 'qosClass'), 'status.qosClass'),
    ...addressListErrors(status, before, 'podIPs'),
    ...hostErrors(status),
    ...addressListErrors(status, before, 'hostIPs'),
  ];
}

function generationErrors(object: JsonObject, at: string): FieldError[] {
  const generation = Number(object['observedGeneration'] ?? 0);
  return generation < 0 ? [invalidValue(`${at}.observedGeneration`, generation, 'must be a non-negative integer')] : [];
}

function conditionErrors(condition: JsonObject, at: string): FieldError[] {
  const type = textAt(condition, 'type');
  return [
    ...generationErrors(condition, at),
    ...(SYSTEM.has(type) ? [] : qualifiedNameErrors(type).map((error) => invalidValue(`${at}.Type`, type, error))),
  ];
}

/** The one address of the node is the first of them. */
function hostErrors(status: JsonObject): FieldError[] {
  const [first] = eachItem(status, 'hostIPs', 'status');
  return !first || textAt(first.item, 'ip') === textAt(status, 'hostIP')
    ? []
    : [invalidValue('status.hostIPs[0].ip', textAt(first.item, 'ip'), 'must be equal to `hostIP`')];
}

/** Addresses that were there may stay; more than one is a pair of both families. */
function addressListErrors(status: JsonObject, before: JsonObject, list: string): FieldError[] {
  const known = new Set(eachItem(before, list, '').map(({ item }) => textAt(item, 'ip')));
  const items = eachItem(status, list, 'status');
  const addresses = items.map(({ item }) => textAt(item, 'ip'));
  const errors = items.flatMap(({ at }, i) => {
    const address = addresses[i] ?? '';
    return known.has(address) ? [] : addressErrors(address, at);
  });
  if (items.length < 2) return errors;
  const families = new Set(addresses.map((address) => parseAddress(address)?.family));
  if (families.has(undefined)) {
    const index = addresses.findIndex((address) => !parseAddress(address));
    const why = `failed to check for dual stack with error:invalid IP[${index}]: <nil> (${addresses[index] ?? ''})`;
    errors.push({ type: 'Internal', field: `status.${list}`, message: `Internal error: ${why}` });
  }
  return families.has(4) && families.has(6) && items.length === 2
    ? errors
    : [
        ...errors,
        invalidValue(
          `status.${list}`,
          addresses.map((IP) => ({ IP })),
          'may specify no more than one IP for each IP family',
        ),
      ];
}
