// What is wrong in the files of a Kustomization as they are now, one sentence each. Pure.
import type { Finding } from '../model/finding.ts';
import { getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import type { WorkspaceState } from '../workspace/state.ts';
import { placeLine } from './names.ts';

/** Errors of the rendering that the folder makes of this Kustomization. */
export function problemsOf(state: WorkspaceState, kustomization: JsonObject): string[] {
  const own = refOf(kustomization);
  const path = getString(kustomization, 'spec', 'path');
  const renderings = [...state.renderings.values()].filter(({ root }) => {
    if (root.kind !== 'flux') return false;
    const ref = refOf(root.object);
    return ref.namespace === own.namespace && ref.name === own.name && getString(root.object, 'spec', 'path') === path;
  });
  return renderings.flatMap(({ findings }) =>
    findings.filter((finding) => finding.severity === 'error').map(findingSentence),
  );
}

/** `overlays/prod/patch.yaml:6: expected integer, got "eighty"` */
export function findingSentence(finding: Finding): string {
  return `${finding.at ? `${placeLine(finding.at)}: ` : ''}${finding.message}`;
}

/** `expected integer, got "eighty"`: without the field before it, where there is room for a few words only. */
export function shortCause({ message, field }: Finding): string {
  return field !== undefined && message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
}
