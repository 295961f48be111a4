// Runs the credential plugin that a kubeconfig names, as client-go does (client.authentication.k8s.io): told about the
// cluster in its environment, one run for all callers, cached until it expires. No shell, no terminal, limits on everything.
import { spawn } from 'node:child_process';
import { isAbsolute, join } from 'node:path';
import type { Clock } from '../../model/clock.ts';
import { getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { parseJson, stringifyJson } from '../../model/jsonText.ts';
import type { Credential, CredentialSource } from './access.ts';
import { StatusError } from '../client.ts';

/** The `exec` part of a kubeconfig's user. */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly installHint?: string;
  readonly interactiveMode?: string;
  /** What `provideClusterInfo` lets the plugin see. */
  readonly cluster?: JsonObject;
}

export interface ExecOptions {
  readonly plugin: ExecPlugin;
  /** The folder of the kubeconfig: a relative command stands in it. */
  readonly folder: string;
  readonly clock: Clock;
  readonly timeout?: number;
}

const TIMEOUT = 10_000;
const OUTPUT_LIMIT = 1024 * 1024;
/** A token that is about to expire is no use: the request is still to travel. */
const EXPIRY_MARGIN = 10_000;

/** Credentials of a plugin. Failures are StatusError with the reason `Credentials`, and hold no output of the plugin but its last words. */
export function execCredentials(options: ExecOptions): CredentialSource {
  let cached: { credential: Credential; expires: number } | undefined;
  let running: Promise<Credential> | undefined;
  const renew = async (): Promise<Credential> => {
    const answer = readAnswer(await run(options), options.plugin);
    cached = answer;
    return answer.credential;
  };
  return {
    get: () => {
      if (cached && cached.expires - EXPIRY_MARGIN > options.clock.now()) return Promise.resolve(cached.credential);
      running ??= renew().finally(() => {
        running = undefined;
      });
      return running;
    },
    refresh: () => {
      cached = undefined;
      return true;
    },
  };
}

const refuse = (plugin: ExecPlugin, words: string): StatusError =>
  new StatusError(0, 'Credentials', `the credential plugin ${plugin.command} ${words}`);

function run({ plugin, folder, timeout = TIMEOUT }: ExecOptions): Promise<string> {
  if (plugin.interactiveMode === 'Always')
    return Promise.reject(refuse(plugin, 'wants a terminal, and there is none here'));
  const spec = { interactive: false, ...(plugin.cluster ? { cluster: plugin.cluster } : {}) };
  const info = stringifyJson({ kind: 'ExecCredential', apiVersion: plugin.apiVersion, spec });
  const env = {
    ...process.env,
    ...Object.fromEntries(plugin.env.map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: info,
  };
  const relative = !isAbsolute(plugin.command) && /[/\\]/.test(plugin.command);
  const command = relative ? join(folder, plugin.command) : plugin.command;
  return new Promise((resolve, reject) => {
    const child = spawn(command, plugin.args, { env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const output: Buffer[] = [];
    let size = 0;
    let words = '';
    const stop = (error: StatusError): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      // A grandchild may hold the pipes open for ever.
      child.stdout.destroy();
      child.stderr.destroy();
      reject(error);
    };
    const timer = setTimeout(() => stop(refuse(plugin, `did not answer within ${timeout / 1000} s`)), timeout);
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > OUTPUT_LIMIT) stop(refuse(plugin, 'wrote more than 1 MB'));
      else output.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-4096);
    });
    child.once('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT';
      stop(
        refuse(
          plugin,
          missing
            ? `was not found${plugin.installHint ? `: ${plugin.installHint.trim()}` : ''}`
            : `could not be started: ${error.message}`,
        ),
      );
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(Buffer.concat(output).toString('utf8'));
      else reject(refuse(plugin, `ended with ${code ?? signal}${lastWords(words)}`));
    });
  });
}

/** The last line of what a plugin said, without anything that may be a secret. */
function lastWords(text: string): string {
  const line = text.trim().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? '' : `: ${line.replace(/[\w+/=.-]{20,}/g, '…').slice(0, 300)}`;
}

function readAnswer(text: string, plugin: ExecPlugin): { credential: Credential; expires: number } {
  let answer;
  try {
    answer = parseJson(text);
  } catch {
    throw refuse(plugin, 'did not write JSON');
  }
  if (!isJsonObject(answer) || answer['kind'] !== 'ExecCredential')
    throw refuse(plugin, 'did not write an ExecCredential');
  if (answer['apiVersion'] !== plugin.apiVersion)
    throw refuse(plugin, `answered in ${String(answer['apiVersion'])}, the kubeconfig asks for ${plugin.apiVersion}`);
  const status = getObject(answer, 'status');
  const [token, cert, key] = [
    getString(status, 'token'),
    getString(status, 'clientCertificateData'),
    getString(status, 'clientKeyData'),
  ];
  if (!token && !(cert && key)) throw refuse(plugin, 'gave neither a token nor a certificate with its key');
  const expiration = Date.parse(getString(status, 'expirationTimestamp') ?? '');
  return {
    credential: {
      ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
      ...(cert && key ? { cert, key } : {}),
    },
    expires: Number.isNaN(expiration) ? Infinity : expiration,
  };
}
