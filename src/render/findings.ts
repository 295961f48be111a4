// The findings of the build: one factory for each kind of bad input. Wording lives here and nowhere else in this room.
import { withFix } from '../model/finding.ts';
import type { Finding } from '../model/finding.ts';
import type { Place } from '../model/sourceText.ts';
import type { Meant } from './load/meant.ts';

type At = Place | undefined;

function error(code: Finding['code'], message: string, at: At): Finding {
  return at ? { code, severity: 'error', message, at } : { code, severity: 'error', message };
}

/** `path` as the user wrote it, or as it is shown; `similar`: a file there that was probably meant to be one. */
export function kustomizationMissing(path: string, similar: string | undefined, at: At): Finding {
  const hint =
    similar === undefined
      ? 'add one, or name a file or another directory'
      : `rename '${similar}' to kustomization.yaml`;
  const message = `'${path}' holds no kustomization.yaml, kustomization.yml or Kustomization: ${hint}`;
  return error('kustomization-missing', message, at);
}

export function kustomizationAmbiguous(path: string, names: readonly string[], at: At): Finding {
  const message = `'${path}' holds more than one kustomization: ${names.join(', ')}; keep one`;
  return error('kustomization-invalid', message, at);
}

export function kustomizationInvalid(message: string, at: At): Finding {
  return error('kustomization-invalid', message, at);
}

export function kustomizationEmpty(at: At): Finding {
  const message = 'the kustomization is empty: name at least one of its fields, for example resources';
  return error('kustomization-invalid', message, at);
}

/** A Flux object in a file that kustomize takes for its own. */
export function fluxKustomization(at: At): Finding {
  const message =
    "this is a Kustomization of Flux, not of kustomize: give the file another name, or list it under 'resources' of a kustomization.yaml";
  return error('kustomization-invalid', message, at);
}

export function unknownField(field: string, inside: string, similar: string | undefined, at: At): Finding {
  const hint = similar === undefined ? '; remove it' : `. Did you mean '${similar}'?`;
  const finding = error('kustomization-unknown-field', `unknown field '${field}' in ${inside}${hint}`, at);
  return withFix(finding, field, similar);
}

/** kustomize takes it all the same, as all of Go's JSON does. */
export function fieldOfOtherCase(field: string, proper: string, at: At): Finding {
  const message = `'${field}' is read as '${proper}' here, but not by other tools: write '${proper}'`;
  return withFix({ ...error('kustomization-unknown-field', message, at), severity: 'warning' }, field, proper);
}

export function wrongType(
  field: string,
  expected: string,
  actual: string,
  remedy: string | undefined,
  at: At,
): Finding {
  const hint = remedy === undefined ? '' : `: ${remedy}`;
  const name = /\s/.test(field) ? field : `'${field}'`;
  return error('kustomization-invalid', `${name} must be ${expected}, not ${actual}${hint}`, at);
}

export function fieldDeprecated(field: string, instead: string, at: At): Finding {
  const message = `'${field}' is deprecated; use '${instead}'`;
  return { code: 'kustomization-invalid', severity: 'info', message, ...(at ? { at } : {}) };
}

/** `hint` ends the sentence: a suggestion or what to do. */
export function fileMissing(path: string, { hint, meant }: Meant, at: At): Finding {
  return withFix(error('file-missing', `there is no file '${path}'${hint}`, at), path, meant);
}

export function fileNotText(at: At): Finding {
  const message = 'this byte is no UTF-8 text: save the file as UTF-8, or leave it out where it is no text';
  return error('file-not-text', message, at);
}

export function notAFile(path: string, at: At): Finding {
  return error('file-missing', `'${path}' is a directory where a file is needed: name a file in it`, at);
}

export function notADirectory(path: string, at: At): Finding {
  const message = `'${path}' is a file where a directory with a kustomization is needed: name the directory, or list the file under resources`;
  return error('file-missing', message, at);
}

/** A kustomization's own file in a list of resources. */
export function kustomizationAsResource(path: string, at: At): Finding {
  const slash = path.lastIndexOf('/');
  const remedy = slash < 0 ? 'remove this entry' : `name its directory, '${path.slice(0, slash) || '/'}'`;
  return error('kustomization-invalid', `'${path}' is a kustomization, not an object: ${remedy}`, at);
}

/** `target`: where a symbolic link inside the root leads. */
export function fileOutside(path: string, root: string, target: string | undefined, at: At): Finding {
  const what = target === undefined ? `'${path}'` : `'${path}' is a link to '${target}', which`;
  const message = `${what} is not in or below '${root}': move the file there, make its directory a base, or allow it with --load-restrictor LoadRestrictionsNone`;
  return error('file-outside', message, at);
}

export function outsideSnapshot(path: string, at: At): Finding {
  return error('file-outside', `'${path}' leaves the folder that is being built: name a path inside it`, at);
}

export function pathAbsolute(path: string, at: At): Finding {
  return error('file-outside', `'${path}' is an absolute path: write it relative to this kustomization`, at);
}

export function kustomizationCycle(names: readonly string[], at: At): Finding {
  const message = `kustomizations refer to each other in a cycle: ${names.join(' -> ')}; remove this entry or another one of them`;
  return error('kustomization-cycle', message, at);
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

/** Said while it is fetched: what is built without it is not whole, and no judgement about it is final. */
export function remotePending(path: string, at: At): Finding {
  return { code: 'remote-pending', severity: 'info', message: `'${path}' is being fetched`, ...(at ? { at } : {}) };
}

export function helmPending(name: string, doing: 'fetched' | 'rendered by helm', at: At): Finding {
  const message = `the Helm chart '${name}' is being ${doing}`;
  return { code: 'remote-pending', severity: 'info', message, ...(at ? { at } : {}) };
}

export function pluginRefused(kind: string, at: At): Finding {
  const message = `'${kind}' is an external plugin, which is not run; use a builtin one, or commit what it makes`;
  return error('plugin-refused', message, at);
}

export function helmNotRendered(name: string, reason: string, at: At): Finding {
  return error('helm-not-rendered', `the Helm chart '${name}' is not rendered: ${reason}`, at);
}

export function wrongComponentKind(path: string, expected: 'Component' | 'Kustomization', at: At): Finding {
  const message =
    expected === 'Component'
      ? `'${path}' is listed under components but its kind is not Component: list it under resources`
      : `'${path}' is a Component: list it under components, not under resources`;
  return error('kustomization-invalid', message, at);
}

export function resourceInvalid(message: string, at: At): Finding {
  return error('resource-invalid', message, at);
}

export function resourceConflict(id: string, at: At, first: At): Finding {
  const finding = error(
    'resource-conflict',
    `${id} is there already: remove it from one of the two places, or give it another name`,
    at,
  );
  return first ? { ...finding, related: [{ message: 'first added here', at: first }] } : finding;
}

export function generatorInvalid(message: string, at: At): Finding {
  return error('generator-invalid', message, at);
}

/** Upstream takes any other word for none. */
export function behaviorUnknown(behavior: string, similar: string | undefined, at: At): Finding {
  const hint = similar === undefined ? ': write create, merge or replace' : `. Did you mean '${similar}'?`;
  const finding = error('generator-invalid', `the behavior '${behavior}' has no effect${hint}`, at);
  return withFix({ ...finding, severity: 'warning' }, behavior, similar);
}

export function transformerInvalid(message: string, at: At, object?: string): Finding {
  const finding = error('transformer-invalid', object === undefined ? message : `${object}: ${message}`, at);
  return object === undefined ? finding : { ...finding, object };
}

/** `replicas` for a name that no object of these kinds has. */
export function replicasOfNothing(
  name: string,
  kinds: readonly string[],
  similar: string | undefined,
  at: At,
): Finding {
  const looked = `no ${[...new Set(kinds)].join(', ')} is named '${name}'`;
  const hint = similar === undefined ? ': correct the name or remove this entry' : `. Did you mean '${similar}'?`;
  return withFix(error('transformer-invalid', `replicas cannot be set: ${looked}${hint}`, at), name, similar);
}

/** Two objects that a transformer made one. */
export function sameAfterNamespace(object: string, at: At, others: readonly Place[]): Finding {
  const message = `with this namespace there are two objects ${object}: rename one of them`;
  const finding = error('transformer-invalid', message, at);
  return { ...finding, object, related: others.map((place) => ({ message: 'one of the two', at: place })) };
}

/** Upstream builds on in silence where something is named that nothing can be. */
export function matchesNothing(message: string, at: At): Finding {
  return { ...transformerInvalid(message, at), severity: 'warning' };
}

export function variableInvalid(message: string, at: At): Finding {
  return error('variable-invalid', message, at);
}

export function duplicateKey(key: string, at: At): Finding {
  return error('yaml-duplicate-key', `key '${key}' stands twice in this map; remove one of the two`, at);
}

/** Upstream reads files of `configurations` strictly, where it takes the last of two keys in other files. */
export function duplicateInConfiguration(finding: Finding): Finding {
  if (finding.code !== 'yaml-duplicate-key') return finding;
  return { ...finding, severity: 'error', message: 'this key stands twice in its map: remove one of the two' };
}

/** Upstream merges one of the two and says nothing. */
export function twiceInPatch(finding: Finding): Finding {
  return {
    ...finding,
    severity: 'warning',
    message: 'this key stands twice in the patch, and one of the two is lost: remove it',
  };
}

export function keyNotText(key: string, at: At): Finding {
  return error(
    'resource-invalid',
    `the key '${key}' reads as a number or a boolean, which no key may be: put it in quotes`,
    at,
  );
}

export function pathAmbiguous(path: string, at: At): Finding {
  return error(
    'kustomization-invalid',
    `'${path}' has '..' within a name; two entries may have become one: check their indentation`,
    at,
  );
}
