// What can be wrong with post-build substitution, in words. Values of variables are never part of a message.
import type { Finding } from '../../model/finding.ts';
import type { Place } from '../../model/sourceText.ts';

function finding(code: Finding['code'], message: string, at?: Place, object?: string): Finding {
  return { code, severity: 'error', message, ...(at ? { at } : {}), ...(object === undefined ? {} : { object }) };
}

export function variableNameInvalid(name: string, from: string): Finding {
  return finding(
    'variable-invalid',
    `the variable name ${JSON.stringify(name)} in ${from} is invalid: use letters, digits and _, not starting with a digit`,
  );
}

export function variablesMalformed(message: string): Finding {
  return finding('variable-invalid', message);
}

export function variablesMissing(kind: string, name: string): Finding {
  return finding(
    'variable-invalid',
    `substituteFrom names ${kind}/${name}, which does not exist; mark it optional or create it`,
  );
}

export function substitutionFailed(message: string, at: Place | undefined, object: string): Finding {
  return finding('substitution-failed', `substitution failed: ${message}`, at, object);
}

export function substitutionBreaksYaml(message: string, at: Place | undefined, object: string): Finding {
  return finding('substitution-failed', `after substitution this is no valid YAML: ${message}`, at, object);
}

export function substitutionConflict(object: string, at: Place | undefined): Finding {
  return finding('resource-conflict', `after substitution there are two objects ${object}`, at, object);
}
