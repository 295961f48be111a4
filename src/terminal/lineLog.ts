// The log as lines of text, for processes whose log is a file or standard error. Credentials in URLs are cut here as the
// last line of defence; values of Secrets never reach a log at all.
import type { Log, LogTag } from '../model/log.ts';

const CREDENTIALS = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s:@]+(:[^/\s@]*)?@/gi;
const SIGNED = /([?&](?:sig|signature|token|access_token|X-Amz-Signature|X-Amz-Credential)=)[^&\s"]+/gi;

export function redact(text: string): string {
  return text.replace(CREDENTIALS, '$1***@').replace(SIGNED, '$1***');
}

export function lineLog(write: (line: string) => void): Log {
  const line = (level: string, tag: LogTag, message: string, data?: Readonly<Record<string, unknown>>): void => {
    const rest = data
      ? ` ${JSON.stringify(data, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))}`
      : '';
    write(redact(`${new Date().toISOString()} ${level} ${tag}: ${message}${rest}`));
  };
  return {
    info: (tag, message, data) => line('info', tag, message, data),
    warn: (tag, message, data) => line('warn', tag, message, data),
    error: (tag, message, data) => line('error', tag, message, data),
  };
}
