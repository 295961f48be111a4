// What makes the options of Windows containers invalid (k8s.io/kubernetes pkg/apis/core/validation).
import { getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { subdomainErrors } from '../../model/names.ts';
import { invalidValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { eachItem } from './values.ts';

const SPEC_KIB = 64;
const DOMAIN_LIMIT = 256;
const USER_LIMIT = 104;
const NET_BIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;

export function windowsOptionErrors(options: JsonObject | undefined, path: string): FieldError[] {
  const [name, spec, user] = ['gmsaCredentialSpecName', 'gmsaCredentialSpec', 'runAsUserName'].map(
    (field) => options?.[field],
  );
  const errors: FieldError[] = [];
  if (typeof name === 'string')
    errors.push(...subdomainErrors(name).map((error) => invalidValue(`${path}.gmsaCredentialSpecName`, name, error)));
  const at = `${path}.gmsaCredentialSpec`;
  if (spec === '') errors.push(invalidValue(at, spec, 'gmsaCredentialSpec cannot be an empty string'));
  else if (typeof spec === 'string' && spec.length > SPEC_KIB * 1024)
    errors.push(invalidValue(at, spec, `gmsaCredentialSpec size must be under ${SPEC_KIB} KiB`));
  if (typeof user === 'string') errors.push(...userErrors(user, `${path}.runAsUserName`));
  return errors;
}

function userErrors(name: string, at: string): FieldError[] {
  const wrong = (why: string): FieldError => invalidValue(at, name, `runAsUserName${why}`);
  if (name === '') return [wrong(' cannot be an empty string')];
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(name)) return [wrong(' cannot contain control characters')];
  const parts = name.split('\\');
  if (parts.length > 2) return [wrong(' cannot contain more than one backslash')];
  const [user = '', domain] = parts.toReversed();
  const errors: FieldError[] = [];
  if (domain !== undefined && domain.length >= DOMAIN_LIMIT)
    errors.push(wrong(`'s Domain length must be under ${DOMAIN_LIMIT} characters`));
  const isDomain = domain === undefined || NET_BIOS.test(domain) || subdomainErrors(domain.toLowerCase()).length === 0;
  if (!isDomain) errors.push(wrong("'s Domain doesn't match the NetBios nor the DNS format"));
  if (user === '') errors.push(wrong("'s User cannot be empty"));
  else if (user.length > USER_LIMIT)
    errors.push(wrong(`'s User length must not be longer than ${USER_LIMIT} characters`));
  if (/^[. ]+$/.test(user)) errors.push(wrong("'s User cannot contain only periods or spaces"));
  if (/["/\\:;|=,+*?<>@[\]]/.test(user))
    errors.push(wrong('\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]'));
  return errors;
}

/** Containers that are processes of the host: all of a pod or none, and on the host's network. */
export function hostProcessErrors(spec: JsonObject, path: string): FieldError[] {
  const ofPod = getObject(spec, 'securityContext', 'windowsOptions')?.['hostProcess'];
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    eachItem(spec, list, path),
  );
  const errors: FieldError[] = [];
  let count = 0;
  for (const { item, at } of containers) {
    const own = getObject(item, 'securityContext', 'windowsOptions')?.['hostProcess'];
    if (typeof ofPod === 'boolean' && typeof own === 'boolean' && ofPod !== own) {
      const why = `pod hostProcess value must be identical if both are specified, was ${String(ofPod)}`;
      errors.push(invalidValue(`${at}.securityContext.windowsOptions.hostProcess`, own, why));
    }
    if ((own ?? ofPod) === true) count++;
  }
  if (count === 0) return errors;
  if (count !== containers.length) {
    const why = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalidValue(path, '', why));
  }
  if (spec['hostNetwork'] !== true)
    errors.push(
      invalidValue(`${path}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers'),
    );
  return errors;
}
