// Findings as diagnostics of files: each once, at the place where it was written, with what it is about. Pure.
import type { Finding } from '../model/finding.ts';
import type { Place, Position } from '../model/sourceText.ts';
import type { WorkspaceState } from '../workspace/state.ts';

export interface Diagnostic {
  readonly start: Position;
  readonly end: Position;
  readonly severity: Finding['severity'];
  readonly code: string;
  readonly message: string;
  readonly related: readonly { readonly message: string; readonly path: string; readonly start: Position; readonly end: Position }[];
}

/** Diagnostics by the path of the file. Files without any are absent. */
export function diagnosticsByFile(state: WorkspaceState): Map<string, Diagnostic[]> {
  const byFile = new Map<string, Map<string, { finding: Finding; at: Place; roots: Set<string>; objects: Set<string> }>>();
  const add = (finding: Finding, root: string | undefined): void => {
    if (!finding.at) return;
    const key = `${finding.at.start} ${finding.at.end} ${finding.code} ${finding.message}`;
    const file = byFile.get(finding.at.source.path) ?? new Map<string, { finding: Finding; at: Place; roots: Set<string>; objects: Set<string> }>();
    byFile.set(finding.at.source.path, file);
    const known = file.get(key) ?? { finding, at: finding.at, roots: new Set<string>(), objects: new Set<string>() };
    if (root !== undefined) known.roots.add(root);
    if (finding.object !== undefined) known.objects.add(finding.object);
    file.set(key, known);
  };
  for (const rendering of state.renderings.values()) {
    const name = rendering.root.kind === 'flux' ? rendering.root.id.replace(/^flux:/, '') : undefined;
    for (const finding of rendering.findings) add(finding, name);
  }
  for (const findings of state.looseFindings.values()) for (const finding of findings) add(finding, undefined);
  return new Map([...byFile].map(([path, file]) => [path, [...file.values()].map(({ finding, at, roots, objects }) => diagnosticOf(finding, at, [...roots], [...objects]))]));
}

function diagnosticOf(finding: Finding, at: Place, roots: readonly string[], objects: readonly string[]): Diagnostic {
  const place = placeRange(at);
  const field = finding.field !== undefined && !finding.message.includes(finding.field) ? `${finding.field}: ` : '';
  const about = objects.length === 0 ? '' : `\nin ${listed(objects)}${roots.length > 0 ? ` (${listed(roots)})` : ''}`;
  return {
    ...place,
    severity: finding.severity,
    code: finding.code,
    message: `${field}${finding.message}${about}`,
    related: (finding.related ?? []).map((one) => ({ message: one.message, path: one.at.source.path, ...placeRange(one.at) })),
  };
}

function placeRange(place: Place): { start: Position; end: Position } {
  // A squiggle of several lines says less than one on the first of them.
  const start = place.source.position(place.start);
  const lineEnd = place.source.text.indexOf('\n', place.start);
  const end = lineEnd >= 0 && lineEnd > place.start ? Math.min(place.end, lineEnd) : place.end;
  return { start, end: place.source.position(Math.max(end, Math.min(place.start + 1, place.source.text.length))) };
}

function listed(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
