// What makes a ValidatingAdmissionPolicy or its binding invalid (k8s.io/kubernetes
// pkg/apis/admissionregistration/validation): its form, and expressions that do not compile.
import { policyCompiler } from '../../cel/policy/compilePolicy.ts';
import type { CompiledExpression, PolicyCompiler } from '../../cel/policy/compilePolicy.ts';
import { getList } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { duplicateValue, forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { dns1035Errors, pathSegmentErrors, qualifiedNameErrors, subdomainErrors } from '../../model/names.ts';
import { selectorErrors } from '../validation/selector.ts';
import { eachItem, textAt } from '../validation/values.ts';
import { objectAt } from './defaulting.ts';
import { ruleErrors } from './validateAdmissionRule.ts';

const ACTIONS = ['Audit', 'Deny', 'Warn'];
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const KEY_LIMIT = 20;
const VALUE_LIMIT = 5 * 1024;
const CONDITIONS_LIMIT = 64;

/** Everything that is wrong with a policy. */
export function policyErrors(policy: JsonObject): FieldError[] {
  const spec = objectAt(policy, 'spec') ?? {};
  const params = objectAt(spec, 'paramKind');
  const composed = (getList(spec, 'variables') ?? []).length > 0;
  const compiler = policyCompiler({ params: params !== undefined, composed });
  const constraints = objectAt(spec, 'matchConstraints');
  const failure = spec['failurePolicy'] ?? null;
  return [
    ...(failure === 'Fail' || failure === 'Ignore'
      ? []
      : [notSupported('spec.failurePolicy', failure, ['Fail', 'Ignore'])]),
    ...(params ? paramKindErrors(params, 'spec.paramKind') : []),
    ...(constraints
      ? [
          ...matchErrors(constraints, 'spec.matchConstraints'),
          ...((getList(constraints, 'resourceRules') ?? []).length === 0
            ? [requiredValue('spec.matchConstraints.resourceRules')]
            : []),
        ]
      : [requiredValue('spec.matchConstraints')]),
    ...conditionErrors(spec, 'spec', params !== undefined),
    ...eachItem(spec, 'variables', 'spec').flatMap(({ item, at }) => variableErrors(item, at, compiler)),
    ...contentErrors(policy, spec, compiler),
  ];
}

/** Everything that is wrong with a binding. */
export function bindingErrors(binding: JsonObject): FieldError[] {
  const spec = objectAt(binding, 'spec') ?? {};
  const name = textAt(spec, 'policyName');
  const paramRef = objectAt(spec, 'paramRef');
  const resources = objectAt(spec, 'matchResources');
  return [
    ...(name === ''
      ? [requiredValue('spec.policyName')]
      : subdomainErrors(name).map((error) => invalidValue('spec.policyName', name, error))),
    ...(paramRef ? paramRefErrors(paramRef, 'spec.paramRef') : []),
    ...(resources ? matchErrors(resources, 'spec.matchResources') : []),
    ...actionErrors((getList(spec, 'validationActions') ?? []).map(String), 'spec.validationActions'),
  ];
}

function paramKindErrors(params: JsonObject, at: string): FieldError[] {
  const [apiVersion, kind] = [textAt(params, 'apiVersion'), textAt(params, 'kind')];
  const errors: FieldError[] = [];
  const parts = apiVersion.split('/');
  if (apiVersion === '') errors.push(requiredValue(`${at}.apiVersion`));
  else if (parts.length > 2)
    errors.push(invalidValue(`${at}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  else {
    const [group, version] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : ['', apiVersion];
    const groupErrors = group === '' ? [] : subdomainErrors(group);
    if (groupErrors.length > 0) errors.push(invalidValue(`${at}.apiVersion`, group, groupErrors.join(',')));
    const versionErrors = dns1035Errors(version);
    if (version === '') errors.push(invalidValue(`${at}.apiVersion`, apiVersion, 'version must be specified'));
    else if (versionErrors.length > 0) errors.push(invalidValue(`${at}.apiVersion`, version, versionErrors.join(',')));
  }
  if (kind === '') return [...errors, requiredValue(`${at}.kind`)];
  const kindErrors = dns1035Errors(kind.toLowerCase());
  const why = `may have mixed case, but should otherwise match: ${kindErrors.join(',')}`;
  return kindErrors.length === 0 ? errors : [...errors, invalidValue(`${at}.kind`, kind, why)];
}

function matchErrors(resources: JsonObject, at: string): FieldError[] {
  const errors: FieldError[] = [];
  const policy = resources['matchPolicy'] ?? null;
  if (policy !== 'Equivalent' && policy !== 'Exact')
    errors.push(notSupported(`${at}.matchPolicy`, policy, ['Equivalent', 'Exact']));
  for (const field of ['namespaceSelector', 'objectSelector'])
    errors.push(...selectorErrors(objectAt(resources, field), `${at}.${field}`));
  for (const field of ['resourceRules', 'excludeResourceRules'])
    errors.push(...eachItem(resources, field, at).flatMap(({ item, at: path }) => namedRuleErrors(item, path)));
  return errors;
}

function namedRuleErrors(rule: JsonObject, at: string): FieldError[] {
  const names = (getList(rule, 'resourceNames') ?? []).map(String);
  return [
    ...names.flatMap((name, i) => [
      ...pathSegmentErrors(name).map((error) => invalidValue(`${at}.resourceNames[${i}]`, name, error)),
      ...(names.indexOf(name) < i ? [duplicateValue(`${at}.resourceNames[${i}]`, name)] : []),
    ]),
    ...ruleErrors(rule, at),
  ];
}

/** The errors of `matchConditions`, of a policy or of a webhook. */
export function conditionErrors(spec: JsonObject, path: string, params: boolean): FieldError[] {
  // Match conditions may not name variables.
  const compiler = policyCompiler({ params, composed: false });
  const items = eachItem(spec, 'matchConditions', path);
  const names = items.map(({ item }) => textAt(item, 'name'));
  const errors = items.flatMap(({ item, at }, i): FieldError[] => {
    const [expression, name] = [textAt(item, 'expression').trim(), textAt(item, 'name')];
    return [
      ...(expression === ''
        ? [requiredValue(`${at}.expression`)]
        : compileErrors(compiler.condition(expression), `${at}.expression`)),
      ...(name === ''
        ? [requiredValue(`${at}.name`)]
        : qualifiedNameErrors(name).map((error) => invalidValue(`${at}.name`, name, error))),
      ...(name !== '' && names.indexOf(name) < i ? [duplicateValue(`${at}.name`, name)] : []),
    ];
  });
  if (items.length <= CONDITIONS_LIMIT) return errors;
  const message = `Too many: ${items.length}: must have at most ${CONDITIONS_LIMIT} items`;
  return [{ type: 'TooMany', field: `${path}.matchConditions`, message }, ...errors];
}

const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

function variableErrors(item: JsonObject, at: string, compiler: PolicyCompiler): FieldError[] {
  const [name, expression] = [textAt(item, 'name'), textAt(item, 'expression')];
  const errors: FieldError[] = [];
  if (name.trim() === '') errors.push(requiredValue(`${at}.name`, 'name is not specified'));
  else if (!IDENTIFIER.test(name) || RESERVED.has(name))
    errors.push(invalidValue(`${at}.name`, name, 'must be a valid CEL identifier'));
  if (expression.trim() === '') return [...errors, requiredValue(`${at}.expression`, 'expression is not specified')];
  return [...errors, ...compileErrors(compiler.variable(name, expression), `${at}.expression`)];
}

/** Validations and audit annotations, one of which a policy must have. */
function contentErrors(policy: JsonObject, spec: JsonObject, compiler: PolicyCompiler): FieldError[] {
  const validations = eachItem(spec, 'validations', 'spec');
  const audits = eachItem(spec, 'auditAnnotations', 'spec');
  if (validations.length === 0 && audits.length === 0) {
    const why = 'validations or auditAnnotations must contain at least one item';
    return [requiredValue('spec.validations', why), requiredValue('spec.auditAnnotations', why)];
  }
  const errors = validations.flatMap(({ item, at }) => validationErrors(item, at, compiler));
  if (audits.length > KEY_LIMIT) {
    const why = `must not have more than ${KEY_LIMIT} auditAnnotations`;
    errors.push(invalidValue('spec.auditAnnotations', getList(spec, 'auditAnnotations'), why));
  }
  const name = textAt(objectAt(policy, 'metadata'), 'name');
  const keys = audits.map(({ item }) => textAt(item, 'key'));
  for (const [i, { item, at }] of audits.entries()) {
    errors.push(...auditErrors(name, item, at, compiler));
    const key = keys[i] ?? '';
    if (keys.indexOf(key) < i) errors.push(duplicateValue(`${at}.key`, key));
  }
  return errors;
}

function validationErrors(item: JsonObject, at: string, compiler: PolicyCompiler): FieldError[] {
  const [expression, message] = [textAt(item, 'expression'), textAt(item, 'message')];
  const messageExpression = textAt(item, 'messageExpression');
  const reason = item['reason'];
  const errors: FieldError[] = [];
  if (expression.trim() === '') errors.push(requiredValue(`${at}.expression`, 'expression is not specified'));
  else errors.push(...compileErrors(compiler.condition(expression), `${at}.expression`));
  if (messageExpression !== '' && messageExpression.trim() === '')
    errors.push(invalidValue(`${at}.messageExpression`, messageExpression, 'must be non-empty if specified'));
  else if (messageExpression !== '')
    errors.push(...compileErrors(compiler.message(messageExpression), `${at}.messageExpression`));
  if (message !== '' && message.trim() === '')
    errors.push(invalidValue(`${at}.message`, message, 'must be non-empty if specified'));
  else if (/[\n\r]/.test(message.trim()))
    errors.push(invalidValue(`${at}.message`, message, 'must not contain line breaks'));
  if (reason !== undefined && !REASONS.includes(String(reason)))
    errors.push(notSupported(`${at}.reason`, reason, REASONS));
  return errors;
}

function auditErrors(name: string, item: JsonObject, at: string, compiler: PolicyCompiler): FieldError[] {
  const key = textAt(item, 'key');
  const expression = textAt(item, 'valueExpression').trim();
  const errors =
    name === ''
      ? [invalidValue(`${at}.key`, key, 'requires metadata.name be non-empty')]
      : qualifiedNameErrors(`${name}/${key}`).map((error) => invalidValue(`${at}.key`, `${name}/${key}`, error));
  const field = `${at}.valueExpression`;
  if (expression === '') return [...errors, requiredValue(field, 'valueExpression is not specified')];
  if (expression.length > VALUE_LIMIT)
    return [...errors, requiredValue(field, `must not exceed ${VALUE_LIMIT} bytes in length`)];
  return [...errors, ...compileErrors(compiler.audit(expression), field)];
}

function compileErrors({ text, problem, internal }: CompiledExpression, field: string): FieldError[] {
  if (problem === undefined) return [];
  return internal
    ? [{ type: 'Internal', field, message: `Internal error: ${problem}` }]
    : [invalidValue(field, text, problem)];
}

function paramRefErrors(ref: JsonObject, at: string): FieldError[] {
  const [name, selector, action] = [textAt(ref, 'name'), objectAt(ref, 'selector'), ref['parameterNotFoundAction']];
  const both = 'name and selector are mutually exclusive';
  const errors = pathSegmentErrors(name).map((error) => invalidValue(`${at}.name`, name, error));
  if (name !== '' && selector) errors.push(forbiddenField(`${at}.name`, both));
  errors.push(...selectorErrors(selector, `${at}.selector`));
  if (name !== '' && selector) errors.push(forbiddenField(`${at}.selector`, both));
  if (name === '' && !selector) errors.push(requiredValue(at, 'one of name or selector must be specified'));
  if (action === undefined || action === '') errors.push(requiredValue(`${at}.parameterNotFoundAction`));
  else if (action !== 'Deny' && action !== 'Allow')
    errors.push(notSupported(`${at}.parameterNotFoundAction`, action, ['Deny', 'Allow']));
  return errors;
}

function actionErrors(actions: readonly string[], at: string): FieldError[] {
  const errors = actions.flatMap((action, i): FieldError[] => [
    ...(ACTIONS.includes(action) ? [] : [notSupported(`${at}[${i}]`, action, ACTIONS)]),
    ...(actions.indexOf(action) < i ? [duplicateValue(`${at}[${i}]`, action)] : []),
  ]);
  const both =
    'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
  if (actions.includes('Deny') && actions.includes('Warn')) errors.push(invalidValue(at, [...actions], both));
  if (actions.length === 0) errors.push(requiredValue(at, 'at least one validation action is required'));
  return errors;
}
