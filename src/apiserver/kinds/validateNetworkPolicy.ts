// What makes a NetworkPolicy invalid (k8s.io/kubernetes pkg/apis/networking/validation).
import { getList } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { portNameErrors } from '../../model/names.ts';
import { selectorErrors } from '../validation/selector.ts';
import { portNumberErrors, textAt } from '../validation/values.ts';
import { isWithin, rangeErrors } from '../validation/addresses.ts';
import { itemsAt, objectAt } from './defaulting.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const DIRECTIONS = [
  ['ingress', 'from'],
  ['egress', 'to'],
] as const;

export function networkPolicyErrors(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const known = rangesOf(old);
  const spec = objectAt(object, 'spec') ?? {};
  const errors = selectorErrors(objectAt(spec, 'podSelector'), 'spec.podSelector');
  for (const [direction, side] of DIRECTIONS)
    for (const [i, rule] of itemsAt(spec, direction).entries()) {
      const at = `spec.${direction}[${i}]`;
      errors.push(...itemsAt(rule, 'ports').flatMap((port, j) => portErrors(port, `${at}.ports[${j}]`)));
      errors.push(...itemsAt(rule, side).flatMap((peer, j) => peerErrors(peer, `${at}.${side}[${j}]`, known)));
    }
  const types = getList(spec, 'policyTypes') ?? [];
  if (types.length > 2)
    return [...errors, invalidValue('spec.policyTypes', types, 'may not specify more than two policyTypes')];
  for (const [i, type] of types.entries())
    if (type !== 'Ingress' && type !== 'Egress')
      errors.push(notSupported(`spec.policyTypes[${i}]`, type, ['Ingress', 'Egress']));
  return errors;
}

function portErrors(rule: JsonObject, at: string): FieldError[] {
  const errors: FieldError[] = [];
  const { protocol, port, endPort } = rule;
  if (protocol !== undefined && !PROTOCOLS.includes(String(protocol)))
    errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
  if (typeof port === 'number') {
    errors.push(...portNumberErrors(port).map((error) => invalidValue(`${at}.port`, port, error)));
    if (typeof endPort === 'number') {
      if (endPort < port) errors.push(invalidValue(`${at}.endPort`, port, 'must be greater than or equal to `port`'));
      errors.push(...portNumberErrors(endPort).map((error) => invalidValue(`${at}.endPort`, endPort, error)));
    }
    return errors;
  }
  const isNamed = typeof port === 'string';
  if (endPort !== undefined)
    errors.push(
      invalidValue(
        `${at}.endPort`,
        endPort,
        `may not be specified when \`port\` is ${isNamed ? 'non-numeric' : 'not specified'}`,
      ),
    );
  return isNamed
    ? [...errors, ...portNameErrors(port).map((error) => invalidValue(`${at}.port`, port, error))]
    : errors;
}

function peerErrors(peer: JsonObject, at: string, known: ReadonlySet<string>): FieldError[] {
  const present = ['podSelector', 'namespaceSelector', 'ipBlock'].filter((field) => objectAt(peer, field));
  const errors = ['podSelector', 'namespaceSelector'].flatMap((field) =>
    selectorErrors(objectAt(peer, field), `${at}.${field}`),
  );
  const block = objectAt(peer, 'ipBlock');
  if (block) errors.push(...blockErrors(block, `${at}.ipBlock`, known));
  if (present.length === 0) errors.push(requiredValue(at, 'must specify a peer'));
  else if (present.length > 1 && block)
    errors.push(forbiddenField(at, 'may not specify both ipBlock and another peer'));
  return errors;
}

/** Ranges that a policy has already may be as they are. */
function rangesOf(policy: JsonObject | undefined): ReadonlySet<string> {
  const spec = objectAt(policy, 'spec');
  const blocks = DIRECTIONS.flatMap(([direction, side]) =>
    itemsAt(spec, direction)
      .flatMap((rule) => itemsAt(rule, side))
      .map((peer) => objectAt(peer, 'ipBlock')),
  );
  return new Set(
    blocks.flatMap((block) => (block ? [textAt(block, 'cidr'), ...(getList(block, 'except') ?? []).map(String)] : [])),
  );
}

function blockErrors(block: JsonObject, at: string, known: ReadonlySet<string>): FieldError[] {
  const cidr = textAt(block, 'cidr');
  if (cidr === '') return [requiredValue(`${at}.cidr`)];
  const judge = (range: string, field: string): FieldError[] => (known.has(range) ? [] : rangeErrors(range, field));
  const errors = judge(cidr, `${at}.cidr`);
  if (!isRange(cidr)) return errors;
  return [
    ...errors,
    ...(getList(block, 'except') ?? []).map(String).flatMap((each, i) => {
      const field = `${at}.except[${i}]`;
      const isOutside = isRange(each) && !isWithin(each, cidr);
      return [
        ...judge(each, field),
        ...(isOutside ? [invalidValue(field, each, 'must be a strict subset of `cidr`')] : []),
      ];
    }),
  ];
}

/** It can be read, be it strict or not. */
function isRange(text: string): boolean {
  return !rangeErrors(text, '').some(({ message }) => message.includes('must be a valid CIDR value'));
}
