// What can be wrong with post-build substitution, in words. Values of variables are never part of a message.
import type { Finding } from '../../model/finding.ts';
import type { Place } from '../../model/sourceText.ts';
import { BROUGHT_LIMIT } from './evaluate.ts';

function finding(code: Finding['code'], message: string, at?: Place, object?: string): Finding {
  return { code, severity: 'error', message, ...(at ? { at } : {}), ...(object === undefined ? {} : { object }) };
}

export function variableNameInvalid(name: string, from: string, at: Place | undefined): Finding {
  return finding(
    'variable-invalid',
    `the variable name ${JSON.stringify(name)} in ${from} is invalid: use letters, digits and _, not starting with a digit`,
    at,
  );
}

export function variablesMalformed(message: string, at: Place | undefined): Finding {
  return finding('variable-invalid', message, at);
}

export function variablesMissing(kind: string, name: string, at: Place | undefined): Finding {
  return finding(
    'variable-invalid',
    `substituteFrom names ${kind}/${name}, which does not exist; mark it optional or create it`,
    at,
  );
}

/** `variable`: the one that is not set, where that is the cause. */
export function substitutionFailed(
  message: string,
  variable: string | undefined,
  at: Place | undefined,
  object: string,
): Finding {
  const remedy = variable === undefined ? 'correct it' : `set ${variable} in postBuild`;
  const said = `substitution failed: ${message}; ${remedy}, or write $\${ for a plain \${`;
  return finding('substitution-failed', said, at, object);
}

/** `variable`: the one with which it became too long. */
export function substitutionTooLong(variable: string, at: Place | undefined, object: string): Finding {
  return finding(
    'substitution-failed',
    `with the value of ${variable} variables bring more than ${BROUGHT_LIMIT / 1024} KiB into this object: keep long texts in a file that a generator reads`,
    at,
    object,
  );
}

export function substitutionBreaksYaml(message: string, at: Place | undefined, object: string): Finding {
  return finding(
    'substitution-failed',
    `after substitution this is no valid YAML: ${message}; put the variable in quotes`,
    at,
    object,
  );
}

export function substitutionConflict(object: string, at: Place | undefined): Finding {
  return finding(
    'resource-conflict',
    `after substitution there are two objects ${object}: give one of them another name`,
    at,
    object,
  );
}
