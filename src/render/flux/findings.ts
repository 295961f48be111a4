// What can be wrong with a Flux Kustomization and what it builds, in words.
import { withFix } from '../../model/finding.ts';
import type { Finding } from '../../model/finding.ts';
import type { Place } from '../../model/sourceText.ts';
import type { Meant } from '../load/meant.ts';

type At = Place | undefined;

function error(code: Finding['code'], message: string, at: At, object?: string): Finding {
  return { code, severity: 'error', message, ...(at ? { at } : {}), ...(object === undefined ? {} : { object }) };
}

/** `hint` ends the sentence: a suggestion or what to do. */
export function pathMissing(path: string, { hint, meant }: Meant, at: At): Finding {
  return withFix(error('file-missing', `spec.path "${path}" does not exist in the source${hint}`, at), path, meant);
}

export function pathIsFile(path: string, at: At): Finding {
  return error('file-missing', `spec.path "${path}" is a file: name the directory`, at);
}

/** A source that no file of the repository makes. It may be made elsewhere. */
export function sourceUnknown(kind: string, name: string, similar: string | undefined, at: At): Finding {
  const hint = similar === undefined ? ': add it, or correct the name' : `. Did you mean "${similar}"?`;
  const message = `spec.sourceRef names the ${kind} "${name}", which this repository does not have${hint}`;
  return withFix(warning(message, at), name, similar);
}

export function dependencyUnknown(name: string, similar: string | undefined, at: At): Finding {
  const hint = similar === undefined ? ': add it, or correct the name' : `. Did you mean "${similar}"?`;
  const message = `spec.dependsOn names the Kustomization "${name}", which this repository does not have${hint}`;
  return withFix(warning(message, at), name, similar);
}

function warning(message: string, at: At): Finding {
  return { code: 'reference-missing', severity: 'warning', message, ...(at ? { at } : {}) };
}

export function componentNotLocal(path: string, at: At): Finding {
  return error(
    'kustomization-invalid',
    `the component "${path}" must be a path relative to spec.path, inside the source`,
    at,
  );
}

export function objectIncomplete(object: string, at: At): Finding {
  return error(
    'resource-invalid',
    'the object needs an apiVersion, a kind and a metadata.name: add what is missing',
    at,
    object,
  );
}

export function secretEncrypted(object: string, at: At): Finding {
  return error(
    'secret-encrypted',
    `${object} is encrypted with SOPS and is not decrypted: applying it would store the ciphertext; set spec.decryption, or leave it to the controller`,
    at,
    object,
  );
}
