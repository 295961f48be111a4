// The findings of one build: each is told once, and none that only follows from another. Decides nothing about wording.
import { hasErrors, printFinding } from '../model/finding.ts';
import type { Finding } from '../model/finding.ts';

export interface Collector {
  report(finding: Finding): void;
  /** A finding that something is not there. Where a part of the input could not be read, that may be why, and it waits. */
  reportAbsent(finding: Finding): void;
  /** Says that objects are missing, because what holds them could not be read. */
  markIncomplete(): void;
  /** What was reported so far; undefined where something is, or would be, held back. */
  soFar(): readonly Finding[] | undefined;
  /** All findings. What was held back is among them unless an error explains it: a failing build never passes. */
  finish(): readonly Finding[];
}

export function collectFindings(): Collector {
  const found = new Map<string, Finding>();
  const held: Finding[] = [];
  let incomplete = false;
  const report = (finding: Finding): void => {
    const key = `${finding.severity} ${finding.object ?? ''} ${printFinding(finding)}`;
    if (!found.has(key)) found.set(key, finding);
  };
  return {
    report,
    reportAbsent: (finding) => (incomplete ? void held.push(finding) : report(finding)),
    markIncomplete: () => void (incomplete = true),
    soFar: () => (incomplete ? undefined : [...found.values()]),
    finish: () => {
      if (!hasErrors([...found.values()])) held.forEach(report);
      return [...found.values()];
    },
  };
}
