// The log as a parameter. Values of Secrets are never put in `data`; sinks redact credentials in URLs all the same.

export type LogTag =
  | 'git'
  | 'render'
  | 'kube'
  | 'watch'
  | 'apply'
  | 'reconcile'
  | 'cluster'
  | 'apiserver'
  | 'server'
  | 'editor';

export interface Log {
  info(tag: LogTag, message: string, data?: Readonly<Record<string, unknown>>): void;
  warn(tag: LogTag, message: string, data?: Readonly<Record<string, unknown>>): void;
  error(tag: LogTag, message: string, data?: Readonly<Record<string, unknown>>): void;
}

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
