// What is wrong in the files of a Kustomization as they are now, one sentence each. Pure.
import type { Finding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import { renderingsOf } from '../workspace/files/fluxRenderings.ts';
import type { WorkspaceState } from '../workspace/state.ts';
import { placeLine } from './names.ts';

/** Errors of the rendering that the folder makes of this Kustomization. */
export function problemsOf(state: WorkspaceState, kustomization: JsonObject): string[] {
  return renderingsOf(state, kustomization).flatMap(({ findings }) =>
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
