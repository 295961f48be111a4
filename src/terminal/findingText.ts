// A finding as one line: where, how bad, what.
import { printPlace } from '../model/sourceText.ts';
import type { Finding } from '../model/finding.ts';

/** `file:line:column: severity: message`; `info` is called a note, as compilers do. */
export function findingText(finding: Finding): string {
  const severity = finding.severity === 'info' ? 'note' : finding.severity;
  return `${finding.at ? `${printPlace(finding.at)}: ` : ''}${severity}: ${finding.message}`;
}
