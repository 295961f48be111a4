// The end of a suite that is a program of its own: its last line, which scripts/suites.ts reads, and its exit code.

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: number;
}

/** The last thing that a suite does. */
export function reportCounts({ passed, failed, skipped = 0 }: Counts): void {
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** The same for one that cannot run on this machine. */
export function reportMissing(program: string): void {
  console.log(`skipped: ${program} not found`);
  reportCounts({ passed: 0, failed: 0, skipped: 1 });
}
