// Webhook configurations: defaults and rules (k8s.io/kubernetes pkg/apis/admissionregistration).
import { equalJson, getList, getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { duplicateValue, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { dns1035Errors, subdomainErrors } from '../../model/names.ts';
import { selectorErrors } from '../validation/selector.ts';
import { eachItem, portNumberErrors, textAt } from '../validation/values.ts';
import { itemsAt, objectAt, setDefault, setDefaults } from './defaulting.ts';
import type { KindRules } from './kind.ts';
import { conditionErrors } from './validateAdmissionPolicy.ts';
import { ruleErrors } from './validateAdmissionRule.ts';

const REVIEWS = ['v1', 'v1beta1'];
const ENUMS: readonly (readonly [field: string, known: readonly string[]])[] = [
  ['failurePolicy', ['Fail', 'Ignore']],
  ['matchPolicy', ['Equivalent', 'Exact']],
];

/** Both kinds of webhook configurations; only mutating webhooks have a reinvocation policy. */
export const webhookConfiguration: KindRules = {
  default: (object) => {
    for (const webhook of itemsAt(object, 'webhooks')) {
      setDefaults(webhook, {
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        namespaceSelector: () => ({}),
        objectSelector: () => ({}),
        timeoutSeconds: 10,
      });
      if (object['kind'] === 'MutatingWebhookConfiguration') setDefault(webhook, 'reinvocationPolicy', 'Never');
      const service = objectAt(objectAt(webhook, 'clientConfig'), 'service');
      if (service) setDefault(service, 'port', 443);
      for (const rule of itemsAt(webhook, 'rules')) setDefault(rule, 'scope', '*');
    }
  },
  generation: (object, old) => !equalJson(object['webhooks'], old['webhooks']),
  countsEmpty: true,
  unconditionalUpdate: false,
  validate: configurationErrors,
};

function configurationErrors(object: JsonObject): FieldError[] {
  const names = new Set<string>();
  return itemsAt(object, 'webhooks').flatMap((webhook, i) => {
    const at = `webhooks[${i}]`;
    const name = textAt(webhook, 'name');
    const errors = [...webhookErrors(webhook, at), ...reviewErrors(webhook, at)];
    if (name !== '' && names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
    return errors;
  });
}

function webhookErrors(webhook: JsonObject, at: string): FieldError[] {
  const errors = [
    ...nameErrors(textAt(webhook, 'name'), `${at}.name`),
    ...eachItem(webhook, 'rules', at).flatMap(({ item, at: path }) => ruleErrors(item, path)),
  ];
  for (const [field, known] of ENUMS) {
    const value = textAt(webhook, field);
    if (!known.includes(value)) errors.push(notSupported(`${at}.${field}`, value, known));
  }
  const effects = webhook['sideEffects'];
  if (effects === undefined || effects === null)
    errors.push(requiredValue(`${at}.sideEffects`, 'must specify one of None, NoneOnDryRun'));
  else if (effects !== 'None' && effects !== 'NoneOnDryRun')
    errors.push(notSupported(`${at}.sideEffects`, effects, ['None', 'NoneOnDryRun']));
  const timeout = webhook['timeoutSeconds'];
  if (typeof timeout === 'number' && (timeout < 1 || timeout > 30))
    errors.push(invalidValue(`${at}.timeoutSeconds`, timeout, 'the timeout value must be between 1 and 30 seconds'));
  for (const field of ['namespaceSelector', 'objectSelector'])
    errors.push(...selectorErrors(objectAt(webhook, field), `${at}.${field}`));
  return [
    ...errors,
    ...clientErrors(getObject(webhook, 'clientConfig') ?? {}, `${at}.clientConfig`),
    ...conditionErrors(webhook, at, false),
  ];
}

function nameErrors(name: string, field: string): FieldError[] {
  if (name === '') return [requiredValue(field)];
  const bad = subdomainErrors(name).map((error) => invalidValue(field, name, error));
  return bad.length > 0 || name.split('.').length >= 3
    ? bad
    : [invalidValue(field, name, 'should be a domain with at least three segments separated by dots')];
}

function clientErrors(client: JsonObject, at: string): FieldError[] {
  const [url, service] = [client['url'], getObject(client, 'service')];
  if ((url === undefined) === (service === undefined))
    return [requiredValue(at, 'exactly one of url or service is required')];
  if (!service) return urlErrors(String(url), `${at}.url`);
  const port = Number(service['port'] ?? 443);
  return [
    // Upstream hands the two to each other's check.
    ...(textAt(service, 'namespace') === '' ? [requiredValue(`${at}.service.name`)] : []),
    ...(textAt(service, 'name') === '' ? [requiredValue(`${at}.service.namespace`)] : []),
    ...portNumberErrors(port).map((error) => invalidValue(`${at}.service.port`, port, `port is not valid: ${error}`)),
    ...(typeof service['path'] === 'string' ? pathErrors(service['path'], `${at}.service.path`) : []),
  ];
}

function pathErrors(path: string, at: string): FieldError[] {
  if (path === '' || path === '/') return [];
  if (path === '//') return [invalidValue(at, path, 'segment[0] may not be empty')];
  const steps = path.slice(1).replace(/\/$/, '').split('/');
  return [
    ...(path.startsWith('/') ? [] : [invalidValue(at, path, "must start with a '/'")]),
    ...steps.flatMap((step, i) =>
      step === ''
        ? [invalidValue(at, path, `segment[${i}] may not be empty`)]
        : subdomainErrors(step).map((error) => invalidValue(at, path, `segment[${i}]: ${error}`)),
    ),
  ];
}

/** As far as Go's net/url reads it. */
function urlErrors(url: string, at: string): FieldError[] {
  const form = '; desired format: https://host[/path]';
  const escape = /%(?![0-9A-Fa-f]{2})[^]{0,2}/.exec(url)?.[0];
  if (escape !== undefined) {
    const why = `parse ${JSON.stringify(url)}: invalid URL escape ${JSON.stringify(escape)}`;
    return [requiredValue(at, `url must be a valid URL: ${why}${form}`)];
  }
  const [, scheme = '', authority = '', , query, fragment] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? [];
  const [host = '', user] = authority.split('@').toReversed();
  const errors: FieldError[] = [];
  if (scheme.toLowerCase() !== 'https')
    errors.push(invalidValue(at, scheme.toLowerCase(), `'https' is the only allowed URL scheme${form}`));
  if (host === '') errors.push(invalidValue(at, host, `host must be specified${form}`));
  if (user !== undefined) errors.push(invalidValue(at, user, 'user information is not permitted in the URL'));
  if ((fragment ?? '') !== '') errors.push(invalidValue(at, fragment, 'fragments are not permitted in the URL'));
  if ((query ?? '') !== '') errors.push(invalidValue(at, query, 'query parameters are not permitted in the URL'));
  return errors;
}

function reviewErrors(webhook: JsonObject, at: string): FieldError[] {
  const field = `${at}.admissionReviewVersions`;
  const versions = (getList(webhook, 'admissionReviewVersions') ?? []).map(String);
  if (versions.length === 0) return [requiredValue(field, `must specify one of ${REVIEWS.join(', ')}`)];
  const errors = versions.flatMap((version, i) =>
    versions.indexOf(version) < i
      ? [invalidValue(`${field}[${i}]`, version, 'duplicate version')]
      : dns1035Errors(version).map((error) => invalidValue(`${field}[${i}]`, version, error)),
  );
  return versions.some((version) => REVIEWS.includes(version))
    ? errors
    : [...errors, invalidValue(field, versions, `must include at least one of ${REVIEWS.join(', ')}`)];
}
