// The findings of the build: one factory for each kind of bad input. Wording lives here and nowhere else in this room.
import type { Finding } from '../model/finding.ts';
import type { Place } from '../model/sourceText.ts';

type At = Place | undefined;

function error(code: Finding['code'], message: string, at: At): Finding {
  return at ? { code, severity: 'error', message, at } : { code, severity: 'error', message };
}

export function kustomizationMissing(root: string, at: At): Finding {
  const where = root === '' ? 'the root directory' : `'${root}'`;
  return error('kustomization-missing', `${where} holds no kustomization.yaml, kustomization.yml or Kustomization`, at);
}

export function kustomizationAmbiguous(root: string, names: readonly string[], at: At): Finding {
  return error(
    'kustomization-invalid',
    `'${root === '' ? '.' : root}' holds more than one kustomization: ${names.join(', ')}; keep one`,
    at,
  );
}

export function kustomizationInvalid(message: string, at: At): Finding {
  return error('kustomization-invalid', message, at);
}

export function unknownField(field: string, inside: string, at: At): Finding {
  return error('kustomization-unknown-field', `unknown field '${field}' in ${inside}`, at);
}

export function wrongType(field: string, expected: string, actual: string, at: At): Finding {
  return error('kustomization-invalid', `'${field}' must be ${expected}, not ${actual}`, at);
}

export function fieldDeprecated(field: string, instead: string, at: At): Finding {
  const message = `'${field}' is deprecated; use '${instead}'`;
  return { code: 'kustomization-invalid', severity: 'info', message, ...(at ? { at } : {}) };
}

export function fileMissing(path: string, at: At): Finding {
  return error('file-missing', `there is no file '${path}'`, at);
}

export function notAFile(path: string, at: At): Finding {
  return error('file-missing', `'${path}' is a directory where a file is needed`, at);
}

export function notADirectory(path: string, at: At): Finding {
  return error('file-missing', `'${path}' is a file where a directory with a kustomization is needed`, at);
}

export function fileOutside(path: string, root: string, at: At): Finding {
  const where = root === '' ? 'the root directory' : `'${root}'`;
  return error('file-outside', `'${path}' is not in or below ${where}; files of a kustomization have to be`, at);
}

export function outsideSnapshot(path: string, at: At): Finding {
  return error('file-outside', `'${path}' leaves the folder that is being built`, at);
}

export function kustomizationCycle(roots: readonly string[], at: At): Finding {
  const names = roots.map((root) => (root === '' ? '.' : root));
  return error('kustomization-cycle', `kustomizations refer to each other in a cycle: ${names.join(' -> ')}`, at);
}

/** `reason` says what would allow it, where there is such a thing. */
export function remoteRefused(path: string, reason: string | undefined, at: At): Finding {
  const why = reason ?? 'nothing is fetched here; copy it into the repository';
  return error('remote-refused', `'${path}' is a remote resource: ${why}`, at);
}

export function repositoryCycle(address: string, earlier: string, at: At): Finding {
  return error('kustomization-cycle', `'${address}' leads back to '${earlier}', which led here`, at);
}

export function remoteFailed(path: string, reason: string, at: At): Finding {
  return error('remote-failed', `'${path}' could not be fetched: ${reason}`, at);
}

export function pluginRefused(kind: string, at: At): Finding {
  return error('plugin-refused', `'${kind}' is an external plugin, which is not run; only builtin ones are`, at);
}

export function helmNotRendered(name: string, reason: string, at: At): Finding {
  return error('helm-not-rendered', `the Helm chart '${name}' is not rendered: ${reason}`, at);
}

export function wrongComponentKind(root: string, expected: 'Component' | 'Kustomization', at: At): Finding {
  const message =
    expected === 'Component'
      ? `'${root}' is listed under components but its kind is not Component`
      : `'${root}' is a Component; list it under components instead of resources`;
  return error('kustomization-invalid', message, at);
}

export function resourceInvalid(message: string, at: At): Finding {
  return error('resource-invalid', message, at);
}

export function resourceConflict(id: string, at: At, first: At): Finding {
  const finding = error('resource-conflict', `${id} is there already; each object may be added once`, at);
  return first ? { ...finding, related: [{ message: 'first added here', at: first }] } : finding;
}

export function generatorInvalid(message: string, at: At): Finding {
  return error('generator-invalid', message, at);
}

export function transformerInvalid(message: string, at: At, object?: string): Finding {
  const finding = error('transformer-invalid', message, at);
  return object === undefined ? finding : { ...finding, object };
}

export function variableInvalid(message: string, at: At): Finding {
  return error('variable-invalid', message, at);
}

export function duplicateKey(key: string, at: At): Finding {
  return error('yaml-duplicate-key', `key '${key}' stands twice in this map`, at);
}

export function keyNotText(key: string, at: At): Finding {
  return error('resource-invalid', `the key '${key}' reads as a number or a boolean, which no key may be`, at);
}

export function pathAmbiguous(path: string, at: At): Finding {
  return error(
    'kustomization-invalid',
    `'${path}' has '..' within a name; two entries may have become one by their indentation`,
    at,
  );
}
