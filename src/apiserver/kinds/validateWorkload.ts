// The rules for what makes pods (k8s.io/kubernetes pkg/apis/apps/validation): selector, template, strategy, and what may
// not change later. Jobs have a file of their own.
import { equalJson, getList, getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { labelNameErrors } from '../../model/names.ts';
import { claimSpecErrors } from '../validation/claimSpec.ts';
import { forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { internalValue } from '../validation/goInternal.ts';
import { podTemplateErrors, templateMetadataErrors } from '../validation/podSpec.ts';
import { podSpecWarnings } from '../validation/podWarnings.ts';
import { isEmptySelector, isUsable, selectorErrors, selectorMatches } from '../validation/selector.ts';
import {
  amountOf,
  countOrPercentErrors,
  eachItem,
  immutableField,
  nonNegative,
  overHundredErrors,
} from '../validation/values.ts';

const specOf = (object: JsonObject): JsonObject => getObject(object, 'spec') ?? {};

function requiredSelectorErrors(selector: JsonObject | undefined, noun: string): FieldError[] {
  if (!selector) return [requiredValue('spec.selector')];
  const empty = isEmptySelector(selector)
    ? [invalidValue('spec.selector', selector, `empty selector is invalid for ${noun}`)]
    : [];
  return [...selectorErrors(selector, 'spec.selector'), ...empty];
}

/** A selector must choose the pods of its own template. No selector chooses nothing, an empty one everything. */
export function matchErrors(selector: JsonObject | undefined, template: JsonObject | undefined): FieldError[] {
  const labels = getObject(template, 'metadata', 'labels');
  return !isUsable(selector) || selectorMatches(selector, labels)
    ? []
    : [invalidValue('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`')];
}

/** Pods that are made anew when they end. */
function lastingTemplateErrors(template: JsonObject, noun: string): FieldError[] {
  const policy = getString(template, 'spec', 'restartPolicy') ?? '';
  const errors = policy === 'Always' ? [] : [notSupported('spec.template.spec.restartPolicy', policy, ['Always'])];
  if (getObject(template, 'spec')?.['activeDeadlineSeconds'] !== undefined)
    errors.push(
      forbiddenField('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${noun} is not Supported`),
    );
  return errors;
}

function replicatedErrors(spec: JsonObject): FieldError[] {
  const [selector, template] = [getObject(spec, 'selector'), getObject(spec, 'template') ?? {}];
  // The template is not looked at beside a selector that cannot be read.
  if (!isUsable(selector))
    return [
      ...requiredSelectorErrors(selector, 'deployment'),
      invalidValue('spec.selector', selector, 'invalid label selector'),
    ];
  return [
    ...requiredSelectorErrors(selector, 'deployment'),
    ...(selector && isEmptySelector(selector) ? [] : matchErrors(selector, template)),
    ...podTemplateErrors(template, 'spec.template'),
    ...lastingTemplateErrors(template, 'ReplicaSet'),
  ];
}

export function replicaSetErrors(object: JsonObject): FieldError[] {
  return [...nonNegative(specOf(object), ['replicas', 'minReadySeconds'], 'spec'), ...replicatedErrors(specOf(object))];
}

export function deploymentErrors(object: JsonObject): FieldError[] {
  const spec = specOf(object);
  const errors = [
    ...nonNegative(spec, ['replicas'], 'spec'),
    ...replicatedErrors(spec),
    ...strategyErrors(getObject(spec, 'strategy') ?? {}),
  ];
  errors.push(...nonNegative(spec, ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'], 'spec'));
  const deadline = spec['progressDeadlineSeconds'];
  if (typeof deadline === 'number' && deadline <= Number(spec['minReadySeconds'] ?? 0))
    errors.push(invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  return errors;
}

function strategyErrors(strategy: JsonObject): FieldError[] {
  const [type, rolling, at] = [strategy['type'], getObject(strategy, 'rollingUpdate'), 'spec.strategy.rollingUpdate'];
  if (type === 'Recreate')
    return rolling ? [forbiddenField(at, "may not be specified when strategy `type` is 'Recreate'")] : [];
  if (type !== 'RollingUpdate')
    return [notSupported('spec.strategy', { Type: type ?? '', RollingUpdate: null }, ['Recreate', 'RollingUpdate'])];
  const { maxUnavailable, maxSurge } = rolling ?? {};
  const errors = [
    ...countOrPercentErrors(maxUnavailable, `${at}.maxUnavailable`),
    ...countOrPercentErrors(maxSurge, `${at}.maxSurge`),
  ];
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0)
    errors.push(invalidValue(`${at}.maxUnavailable`, maxUnavailable ?? 0, 'may not be 0 when `maxSurge` is 0'));
  return [...errors, ...overHundredErrors(maxUnavailable, `${at}.maxUnavailable`)];
}

export function selectorUpdateErrors(object: JsonObject, old: JsonObject): FieldError[] {
  return immutableField(specOf(object)['selector'], specOf(old)['selector'], 'spec.selector');
}

export function daemonSetErrors(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = specOf(object);
  const [selector, template] = [getObject(spec, 'selector'), getObject(spec, 'template') ?? {}];
  const errors = old ? selectorUpdateErrors(object, old) : [];
  // A missing selector is told by the template's labels alone.
  errors.push(...selectorErrors(selector, 'spec.selector'), ...matchErrors(selector, template));
  if (selector && isEmptySelector(selector))
    errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for daemonset'));
  errors.push(...podTemplateErrors(template, 'spec.template'), ...lastingTemplateErrors(template, 'DaemonSet'));
  return [
    ...errors,
    ...nonNegative(spec, ['minReadySeconds'], 'spec'),
    ...nonNegative(spec, ['revisionHistoryLimit'], 'spec'),
  ];
}

export function statefulSetErrors(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = specOf(object);
  const [selector, template, strategy] = [
    getObject(spec, 'selector'),
    withClaims(spec),
    getObject(spec, 'updateStrategy') ?? {},
  ];
  const errors: FieldError[] = [];
  const management = spec['podManagementPolicy'];
  if ((management ?? '') === '') errors.push(requiredValue('spec.podManagementPolicy'));
  else if (management !== 'OrderedReady' && management !== 'Parallel')
    errors.push(invalidValue('spec.podManagementPolicy', management ?? '', "must be 'OrderedReady' or 'Parallel'"));
  const rolling = getObject(strategy, 'rollingUpdate');
  if (strategy['type'] === 'OnDelete' && rolling)
    errors.push(
      invalidValue(
        'spec.updateStrategy.rollingUpdate',
        internalValue('apps.RollingUpdateStatefulSetStrategy', rolling),
        "only allowed for updateStrategy 'RollingUpdate'",
      ),
    );
  if (strategy['type'] === 'RollingUpdate')
    errors.push(...partitionErrors(rolling, 'spec.updateStrategy.rollingUpdate'));
  errors.push(...retentionErrors(getObject(spec, 'persistentVolumeClaimRetentionPolicy')));
  if (!old)
    for (const { item, at } of eachItem(spec, 'volumeClaimTemplates', 'spec'))
      errors.push(...claimSpecErrors(getObject(item, 'spec') ?? {}, `${at}.spec`));
  errors.push(...nonNegative(spec, ['replicas', 'minReadySeconds'], 'spec'));
  errors.push(...nonNegative(getObject(spec, 'ordinals'), ['start'], 'spec.ordinals'));
  const service = getString(spec, 'serviceName') ?? '';
  if (!old && service !== '')
    errors.push(...labelNameErrors(service).map((error) => invalidValue('spec.serviceName', service, error)));
  errors.push(...requiredSelectorErrors(selector, 'statefulset'));
  if (!isUsable(selector)) errors.push(invalidValue('spec.selector', selector, ''));
  else {
    if (!selector || !isEmptySelector(selector)) errors.push(...matchErrors(selector, template));
    // What broke the rules before may go on to break them.
    if (!old || statefulSetErrors(old, undefined).length === 0)
      errors.push(...podTemplateErrors(template, 'spec.template'));
    // Labels and annotations are looked at once more.
    errors.push(...templateMetadataErrors(template, 'spec.template'));
  }
  return [...errors, ...lastingTemplateErrors(template, 'StatefulSet')];
}

function partitionErrors(rolling: JsonObject | undefined, at: string): FieldError[] {
  const [errors, most] = [nonNegative(rolling, ['partition'], at), rolling?.['maxUnavailable']];
  if (most === undefined || most === null) return errors;
  errors.push(...countOrPercentErrors(most, `${at}.maxUnavailable`));
  if (amountOf(most) === 0) errors.push(invalidValue(`${at}.maxUnavailable`, most, 'cannot be 0'));
  return [...errors, ...overHundredErrors(most, `${at}.maxUnavailable`)];
}

function retentionErrors(policy: JsonObject | undefined): FieldError[] {
  const known = ['Retain', 'Delete'];
  return ['whenDeleted', 'whenScaled'].flatMap((field) => {
    const value = getString(policy, field) ?? '';
    return !policy || known.includes(value)
      ? []
      : [notSupported(`spec.persistentVolumeClaimRetentionPolicy.${field}`, value, known)];
  });
}

/** The template with the volumes that its claims become. */
function withClaims(spec: JsonObject): JsonObject {
  const template = getObject(spec, 'template') ?? {};
  const named = eachItem(spec, 'volumeClaimTemplates', '').map(({ item }) => getString(item, 'metadata', 'name') ?? '');
  const claims = [...new Set(named)];
  const pod = getObject(template, 'spec') ?? {};
  const others = (getList(pod, 'volumes') ?? []).filter((volume) => !claims.includes(getString(volume, 'name') ?? ''));
  const { hostname: _hostname, subdomain: _subdomain, ...rest } = pod;
  return {
    ...template,
    spec: {
      ...rest,
      volumes: [...claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })), ...others],
    },
  };
}

const STATEFUL_FIELDS = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

/** Of a StatefulSet's spec, these may change. */
export function statefulSetUpdateErrors(object: JsonObject, old: JsonObject): FieldError[] {
  const rest = (of: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(specOf(of)).filter(([name]) => !STATEFUL_FIELDS.includes(name)));
  if (equalJson(rest(object), rest(old))) return [];
  const names = STATEFUL_FIELDS.map((name) => `'${name}'`);
  return [
    forbiddenField(
      'spec',
      `updates to statefulset spec for fields other than ${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''} are forbidden`,
    ),
  ];
}

/** Warnings about the template of a workload. */
export function templateWarnings(object: JsonObject): string[] {
  return podSpecWarnings(getObject(object, 'spec', 'template', 'spec') ?? {}, 'spec.template.spec');
}
