// The engine's log as messages to the client, which shows them in its output channel. Credentials in addresses are cut.
import type { Connection } from 'vscode-languageserver/node';
import type { Log } from '../model/log.ts';

export function serverLog(connection: Connection): Log {
  const line = (tag: string, message: string, data?: Readonly<Record<string, unknown>>): string =>
    redact(`[${tag}] ${message}${data === undefined ? '' : ` ${dataText(data)}`}`);
  return {
    info: (tag, message, data) => connection.console.info(line(tag, message, data)),
    warn: (tag, message, data) => connection.console.warn(line(tag, message, data)),
    error: (tag, message, data) => connection.console.error(line(tag, message, data)),
  };
}

/** `https://user:secret@host` without what stands before the host. */
export function redact(text: string): string {
  return text.replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1•••@');
}

function dataText(data: Readonly<Record<string, unknown>>): string {
  return Object.entries(data)
    .map(
      ([key, value]) =>
        `${key}=${typeof value === 'string' ? value : typeof value === 'bigint' ? value.toString() : (JSON.stringify(value) ?? '')}`,
    )
    .join(' ');
}
