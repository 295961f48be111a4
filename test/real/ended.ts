// The end of a program that a test has started.
import type { ChildProcess } from 'node:child_process';

/** Sends a signal to a program that still runs, and waits until it has ended. */
export function ended(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else {
      child.once('exit', () => resolve());
      child.kill(signal);
    }
  });
}
