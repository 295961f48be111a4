// A finding as one line: where, how bad, what.
import type { Finding } from '../model/finding.ts';
import type { Place } from '../model/sourceText.ts';
import { visibleText } from '../model/visibleText.ts';

function placeText(place: Place, display: (path: string) => string): string {
  const { line, column } = place.source.position(place.start);
  return visibleText(`${display(place.source.path)}:${line}:${column}`);
}

/** `file:line:column: severity: message`, and a line for each place that has to do with it; `info` is called a note, as compilers do. `display` says how paths are shown. */
export function findingText(finding: Finding, display: (path: string) => string = (path) => path): string {
  const severity = finding.severity === 'info' ? 'note' : finding.severity;
  const message = visibleText(finding.message);
  if (!finding.at) return `${severity}: ${message}`;
  const related = (finding.related ?? []).map((one) => `\n  ${placeText(one.at, display)}: ${one.message}`);
  return `${placeText(finding.at, display)}: ${severity}: ${message}${related.join('')}`;
}
