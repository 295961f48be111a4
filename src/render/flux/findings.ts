// What can be wrong with a Flux Kustomization and what it builds, in words.
import type { Finding } from '../../model/finding.ts';
import type { Place } from '../../model/sourceText.ts';

type At = Place | undefined;

function error(code: Finding['code'], message: string, at: At, object?: string): Finding {
  return { code, severity: 'error', message, ...(at ? { at } : {}), ...(object === undefined ? {} : { object }) };
}

export function pathMissing(path: string, at: At): Finding {
  return error('file-missing', `spec.path "${path}" does not exist in the source`, at);
}

export function pathIsFile(path: string, at: At): Finding {
  return error('file-missing', `spec.path "${path}" is a file: name the directory`, at);
}

export function componentNotLocal(path: string, at: At): Finding {
  return error('kustomization-invalid', `the component "${path}" must be a path relative to spec.path`, at);
}

export function objectIncomplete(object: string, at: At): Finding {
  return error('resource-invalid', 'the object needs an apiVersion, a kind and a metadata.name', at, object);
}

export function secretEncrypted(object: string, at: At): Finding {
  return error(
    'secret-encrypted',
    `${object} is encrypted with SOPS and is not decrypted: applying it would store the ciphertext`,
    at,
    object,
  );
}
