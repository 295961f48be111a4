// What can be wrong with patches, in words.
import type { Finding, Fix } from '../../model/finding.ts';
import { nearest } from '../../model/nearest.ts';
import type { Place } from '../../model/sourceText.ts';
import { apiVersionOf } from '../../model/objectRef.ts';
import { describe, gvkOf, kindOf, nameOf, namespaceOf } from '../resource.ts';
import type { Resource, ResourceId } from '../resource.ts';

type At = Place | undefined;

function finding(code: Finding['code'], severity: Finding['severity'], message: string, at: At): Finding {
  return at ? { code, severity, message, at } : { code, severity, message };
}

/** A patch that cannot be read, or that its target does not take. */
export function patchInvalid(message: string, at: At, target?: Resource): Finding {
  if (!target) return finding('patch-invalid', 'error', `patch does not apply: ${message}`, at);
  const object = describe(target);
  return { ...finding('patch-invalid', 'error', `patch does not apply to ${object}: ${message}`, at), object };
}

export function patchUnreadable(message: string, at: At): Finding {
  return finding('patch-invalid', 'error', message, at);
}

export function patchTooDeep(limit: number, at: At): Finding {
  return finding('yaml-depth', 'error', `a patch can be nested ${limit} deep at most; write it flatter`, at);
}

/** A patch without a target whose kind and name no resource has. */
export function patchWithoutResource(patch: ResourceId, resources: readonly Resource[], at: At, askedAt: At): Finding {
  const { words, fix } = whatIsMissing(patch, resources);
  const found = {
    ...finding('patch-no-match', 'error', `patch matches nothing: ${words}`, at ?? askedAt),
    ...(fix && at ? { fix } : {}),
  };
  return askedAt && at ? { ...found, related: [{ message: 'the patch is used here', at: askedAt }] } : found;
}

export function patchAmbiguous(patch: ResourceId, resources: readonly Resource[], at: At): Finding {
  const names = resources.map(describe).join(', ');
  return finding(
    'patch-invalid',
    'error',
    `patch for ${patch.kind} "${patch.name}" matches several resources: ${names}; give it a namespace, or a target`,
    at,
  );
}

/** A target that selects nothing. Upstream passes it in silence, and so the output is the same. */
export function targetSelectsNothing(
  target: Readonly<Record<string, string>>,
  resources: readonly Resource[],
  at: At,
): Finding {
  const { words, fix } = whatIsMissing(wantedBy(target), resources);
  return {
    ...finding('patch-no-match', 'warning', `patch matches nothing: ${words}`, at),
    ...(fix ? { fix } : {}),
  };
}

/** The parts of a selector that are written. */
export function wantedBy(target: Readonly<Record<string, string>>): Parameters<typeof whatIsMissing>[0] {
  const part = (name: string): string => target[name] ?? '';
  return {
    kind: part('kind'),
    name: part('name'),
    namespace: part('namespace'),
    group: part('group'),
    version: part('version'),
  };
}

/** `no Deployment named "wbe". Did you mean "web"?`, and what that is a suggestion for. */
export function whatIsMissing(
  wanted: { kind: string; name: string; namespace: string; group?: string; version?: string },
  resources: readonly Resource[],
): { readonly words: string; readonly fix?: Fix } {
  const kind = wanted.kind === '' ? 'resource' : wanted.kind;
  const named = wanted.name === '' ? '' : ` named "${wanted.name}"`;
  const ofKind = resources.filter((resource) => wanted.kind === '' || kindOf(resource) === wanted.kind);
  if (ofKind.length === 0 && wanted.kind !== '') {
    const other = nearest(wanted.kind, new Set(resources.map(kindOf)));
    if (other === undefined) return { words: `no ${kind}${named}` };
    return { words: `no ${kind}${named}. Did you mean ${other}?`, fix: { written: wanted.kind, meant: other } };
  }
  const elsewhere = ofKind.find(
    (resource) => nameOf(resource) === wanted.name && namespaceOf(resource) !== wanted.namespace,
  );
  if (elsewhere && wanted.name !== '') {
    const [there, here] = [namespaceOf(elsewhere), wanted.namespace].map((name) =>
      name === '' ? 'without a namespace' : `in namespace "${name}"`,
    );
    return { words: `no ${kind}${named} ${here}. It is ${there}` };
  }
  const twin = ofKind.find((resource) => nameOf(resource) === wanted.name);
  if (twin && wanted.name !== '') {
    const asked = apiVersionOf({ group: wanted.group ?? '', version: wanted.version ?? '' });
    const there = apiVersionOf(gvkOf(twin));
    return { words: `no ${kind}${named} of apiVersion ${asked === '' ? '""' : asked}. It is of ${there}` };
  }
  const other =
    nearest(wanted.name, ofKind.map(nameOf)) ?? (ofKind.length === 1 ? nameOf(ofKind[0] as Resource) : undefined);
  if (other === undefined || wanted.name === '') return { words: `no ${kind}${named}` };
  return { words: `no ${kind}${named}. Did you mean "${other}"?`, fix: { written: wanted.name, meant: other } };
}

/** A patch that may change names gave two resources the same identity. */
export function sameIdentity(resource: Resource, at: At): Finding {
  return finding(
    'resource-conflict',
    'error',
    `after the patch there are two resources ${describe(resource)}; change the name in one of them only`,
    at,
  );
}
