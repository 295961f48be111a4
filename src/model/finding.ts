// What is wrong with the user's input, and where. Bad input is never an exception.
import { printPlace } from './sourceText.ts';
import type { Place } from './sourceText.ts';

/** A closed list; one code for each kind of bad input. Add a line here, and a factory in the findings.ts of the room. */
export type FindingCode =
  // reading
  | 'yaml-syntax'
  | 'yaml-duplicate-key'
  | 'yaml-anchor-cycle'
  | 'yaml-alias-budget'
  | 'yaml-depth'
  | 'yaml-unsupported'
  | 'file-missing'
  | 'file-outside'
  | 'file-not-text'
  // building
  | 'kustomization-missing'
  | 'kustomization-invalid'
  | 'kustomization-unknown-field'
  | 'kustomization-cycle'
  | 'resource-invalid'
  | 'resource-conflict'
  | 'remote-refused'
  | 'remote-failed'
  | 'remote-pending'
  | 'plugin-refused'
  | 'helm-not-rendered'
  | 'patch-invalid'
  | 'patch-no-match'
  | 'generator-invalid'
  | 'transformer-invalid'
  | 'replacement-invalid'
  | 'variable-invalid'
  | 'substitution-failed'
  | 'secret-encrypted'
  | 'render-failed'
  | 'reference-missing'
  // checking
  | 'schema-unknown-field'
  | 'schema-type'
  | 'schema-required'
  | 'schema-value'
  | 'schema-unknown-kind'
  | 'metadata-invalid'
  // planning
  | 'apply-refused'
  | 'plan-note';

export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'error' | 'warning' | 'info';
  /** One sentence: what is wrong and, where it can be said, what to do. No trailing full stop, no file name. */
  readonly message: string;
  /** Where it was written. Absent only where there is no file to point at. */
  readonly at?: Place;
  /** The rendered object and field it is about, as `Kind/namespace/name` and a field path. */
  readonly object?: string;
  readonly field?: string;
  readonly related?: readonly { readonly message: string; readonly at: Place }[];
  readonly fix?: Fix;
}

/** What was most likely meant: `written` stands at the place of the finding, or in it, and `meant` should, both as they are typed. */
export interface Fix {
  readonly written: string;
  readonly meant: string;
}

/** The finding with its fix, where it is known what was meant. */
export function withFix(finding: Finding, written: string, meant: string | undefined): Finding {
  return meant === undefined ? finding : { ...finding, fix: { written, meant } };
}

/** `file:line:column: message`, as compilers print it. */
export function printFinding(finding: Finding): string {
  return `${finding.at ? `${printPlace(finding.at)}: ` : ''}${finding.message}`;
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}
