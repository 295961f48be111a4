// Findings as diagnostics of files: each once, at the place where it was written, with what it is about. Pure.
import { basesAmong } from '../../model/bases.ts';
import type { Finding } from '../../model/finding.ts';
import { refOf } from '../../model/objectRef.ts';
import type { Place, Position } from '../../model/sourceText.ts';
import type { Root, WorkspaceState } from '../../workspace/state.ts';
import { quickFixOf } from './quickFixes.ts';
import type { QuickFix } from './quickFixes.ts';

export interface Diagnostic {
  readonly start: Position;
  readonly end: Position;
  readonly severity: Finding['severity'];
  readonly code: string;
  readonly message: string;
  readonly fix: QuickFix | undefined;
  readonly related: readonly {
    readonly message: string;
    readonly path: string;
    readonly start: Position;
    readonly end: Position;
  }[];
}

interface Found {
  readonly finding: Finding;
  readonly at: Place;
  /** What it is about: `web-staging (Deployment shop-staging/web)`. Kustomizations that a cluster applies come before bases. */
  readonly applied: Set<string>;
  readonly unapplied: Set<string>;
}

/** Diagnostics by the path of the file. Files without any are absent. */
export function diagnosticsByFile(state: WorkspaceState): Map<string, Diagnostic[]> {
  const byFile = new Map<string, Map<string, Found>>();
  const add = (finding: Finding, root: Root | undefined): void => {
    if (!finding.at) return;
    const key = `${finding.at.start} ${finding.at.end} ${finding.code} ${finding.message}`;
    const file = byFile.get(finding.at.source.path) ?? new Map<string, Found>();
    byFile.set(finding.at.source.path, file);
    const known = file.get(key) ?? {
      finding,
      at: finding.at,
      applied: new Set<string>(),
      unapplied: new Set<string>(),
    };
    if (root?.kind === 'flux') known.applied.add(aboutText(refOf(root.object).name, finding.object));
    else if (root) known.unapplied.add(aboutText(root.id, finding.object));
    file.set(key, known);
  };
  const bases = basesOf(state);
  for (const { root, findings } of state.renderings.values()) {
    // What a base lacks, an overlay may add: its own rendering says so where it does not.
    const isBase = root.kind === 'kustomize' && bases.has(root.path);
    for (const finding of findings) if (!isBase || finding.code !== 'schema-required') add(finding, root);
  }
  for (const finding of state.index.findings ?? []) add(finding, undefined);
  for (const findings of state.looseFindings.values()) for (const finding of findings) add(finding, undefined);
  return new Map([...byFile].map(([path, file]) => [path, [...file.values()].map(diagnosticOf)]));
}

function basesOf(state: WorkspaceState): ReadonlySet<string> {
  const built = [...state.renderings.values()].map(({ root, files }) => ({ path: root.path, files }));
  return basesAmong(built);
}

function aboutText(root: string, object: string | undefined): string {
  // `Deployment/shop/web`, as Flux writes it, is `Deployment shop/web` everywhere in the editor.
  return object === undefined ? root : `${root} (${object.replace('/', ' ')})`;
}

function diagnosticOf({ finding, at, applied, unapplied }: Found): Diagnostic {
  const field = finding.field !== undefined && !finding.message.includes(finding.field) ? `${finding.field}: ` : '';
  const about = [...(applied.size > 0 ? applied : unapplied)];
  return {
    ...placeRange(at),
    severity: finding.severity,
    code: finding.code,
    message: `${field}${finding.message}${about.length === 0 ? '' : `\nin ${listed(about)}`}`,
    fix: quickFixOf(finding),
    related: (finding.related ?? []).map((one) => ({
      message: one.message,
      path: one.at.source.path,
      ...placeRange(one.at),
    })),
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
