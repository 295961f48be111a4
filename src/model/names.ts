// The forms of names, as k8s.io/apimachinery pkg/util/validation and pkg/api/validation word them.

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const LABEL_LIMIT = 63;
const SUBDOMAIN_LIMIT = 253;

const SUBDOMAIN_FORM = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const LABEL_FORM = new RegExp(`^${LABEL}$`);
const DNS1035_FORM = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED_FORM = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const VALUE_FORM = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const CONFIG_KEY_FORM = /^[-._a-zA-Z0-9]+$/;

function regexError(message: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((example, i) => `${i === 0 ? '' : ' or '}'${example}', `).join('');
  return `${message} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

// Upstream has both words: bytes in what it wrote last.
const tooLong = (limit: number): string => `must be no more than ${limit} characters`;
const tooManyBytes = (limit: number): string => `must be no more than ${limit} bytes`;

export function subdomainErrors(name: string): string[] {
  const errors = name.length > SUBDOMAIN_LIMIT ? [tooLong(SUBDOMAIN_LIMIT)] : [];
  if (!SUBDOMAIN_FORM.test(name)) {
    errors.push(
      regexError(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
        `${LABEL}(\\.${LABEL})*`,
        'example.com',
      ),
    );
  }
  return errors;
}

export function labelNameErrors(name: string): string[] {
  const errors = name.length > LABEL_LIMIT ? [tooLong(LABEL_LIMIT)] : [];
  if (SUBDOMAIN_FORM.test(name) && !LABEL_FORM.test(name)) errors.push('must not contain dots');
  else if (!LABEL_FORM.test(name)) {
    errors.push(
      regexError(
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
        LABEL,
        'my-name',
        '123-abc',
      ),
    );
  }
  return errors;
}

export function dns1035Errors(name: string): string[] {
  const errors = name.length > LABEL_LIMIT ? [tooLong(LABEL_LIMIT)] : [];
  if (!DNS1035_FORM.test(name)) {
    errors.push(
      regexError(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        '[a-z]([-a-z0-9]*[a-z0-9])?',
        'my-name',
        'abc-123',
      ),
    );
  }
  return errors;
}

/** The same where underscores are allowed, as in the search paths of name resolution. */
export function underscoreSubdomainErrors(name: string): string[] {
  const label = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
  const form = `${label}(\\.${label})*`;
  const errors = name.length > SUBDOMAIN_LIMIT ? [tooLong(SUBDOMAIN_LIMIT)] : [];
  if (!new RegExp(`^${form}$`).test(name)) {
    const rule =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
    errors.push(regexError(rule, form, 'example.com'));
  }
  return errors;
}

export function headerNameErrors(name: string): string[] {
  const rule = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return /^[-A-Za-z0-9]+$/.test(name) ? [] : [regexError(rule, '[-A-Za-z0-9]+', 'X-Header-Name')];
}

/** Reasons of conditions. */
export function conditionReasonErrors(reason: string): string[] {
  const form = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
  if (new RegExp(`^${form}$`).test(reason)) return [];
  const rule =
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'";
  return [regexError(rule, form, 'my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB')];
}

/** Host names with a star for their first label. */
export function wildcardErrors(name: string): string[] {
  const form = `\\*\\.${LABEL}(\\.${LABEL})*`;
  const errors = name.length > SUBDOMAIN_LIMIT ? [tooLong(SUBDOMAIN_LIMIT)] : [];
  if (!new RegExp(`^${form}$`).test(name)) {
    const rule =
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
    errors.push(regexError(rule, form, '*.example.com'));
  }
  return errors;
}

/** Names of RBAC objects: anything that can stand in a path. */
export function pathSegmentErrors(name: string, form: 'name' | 'generateName' = 'name'): string[] {
  if (form === 'name' && (name === '.' || name === '..')) return [`may not be '${name}'`];
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}

/** Keys of labels and annotations. */
export function qualifiedNameErrors(key: string): string[] {
  const parts = key.split('/');
  const rule =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  const form = regexError(
    `name part ${rule}`,
    '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]',
    'MyName',
    'my.name',
    '123-abc',
  );
  const errors: string[] = [];
  if (parts.length > 2) {
    const whole = form.replace('name part', 'a valid label key');
    return [`${whole} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1) as string;
  if (parts.length === 2) {
    const prefix = parts[0] as string;
    if (prefix === '') errors.push('prefix part must be non-empty');
    else
      errors.push(...subdomainErrors(prefix).map((error) => `prefix part ${error.replace(/ characters$/, ' bytes')}`));
  }
  if (name === '') errors.push('name part must be non-empty');
  else if (name.length > LABEL_LIMIT) errors.push(`name part ${tooManyBytes(LABEL_LIMIT)}`);
  if (!QUALIFIED_FORM.test(name)) errors.push(form);
  return errors;
}

export function labelValueErrors(value: string): string[] {
  const errors = value.length > LABEL_LIMIT ? [tooManyBytes(LABEL_LIMIT)] : [];
  if (!VALUE_FORM.test(value)) {
    errors.push(
      regexError(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?',
        'MyValue',
        'my_value',
        '12345',
      ),
    );
  }
  return errors;
}

/** Keys of the data of ConfigMaps and Secrets. */
export function configKeyErrors(key: string): string[] {
  const errors = key.length > SUBDOMAIN_LIMIT ? [tooLong(SUBDOMAIN_LIMIT)] : [];
  if (!CONFIG_KEY_FORM.test(key)) {
    errors.push(
      regexError(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        '[-._a-zA-Z0-9]+',
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    );
  }
  if (key === '.' || key === '..') errors.push(`must not be '${key}'`);
  else if (key.startsWith('..')) errors.push("must not start with '..'");
  return errors;
}

/** Names of ports (IANA service names). */
export function portNameErrors(name: string): string[] {
  const errors = name.length > 15 ? ['must be no more than 15 characters'] : [];
  if (!/^[-a-z0-9]+$/.test(name)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(name)) errors.push('must contain at least one letter (a-z)');
  if (name.includes('--')) errors.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

/** Names of environment variables: printable, without an equals sign. */
export function variableNameErrors(name: string): string[] {
  return /^[ -<>-~]+$/.test(name)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}
