// A finding as one line: where, how bad, what.
import type { Finding } from '../model/finding.ts';

/** `file:line:column: severity: message`; `info` is called a note, as compilers do. `display` says how paths are shown. */
export function findingText(finding: Finding, display: (path: string) => string = (path) => path): string {
  const severity = finding.severity === 'info' ? 'note' : finding.severity;
  if (!finding.at) return `${severity}: ${finding.message}`;
  const { line, column } = finding.at.source.position(finding.at.start);
  return `${display(finding.at.source.path)}:${line}:${column}: ${severity}: ${finding.message}`;
}
