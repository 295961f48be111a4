// code-server (VS Code in a browser) from npm, outside the checkout: found, installed when asked, and started.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const VERSION = '4.139.1';
const START_LIMIT_MS = 60_000;

/** Where it is installed: `$PLUMBLINE_CODE_SERVER`, else a folder of the user's cache. */
export const codeServerFolder =
  process.env['PLUMBLINE_CODE_SERVER'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'plumbline', 'code-server');

const entry = join(codeServerFolder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');

export function findCodeServer(): string | undefined {
  return existsSync(entry) ? entry : undefined;
}

/** Installs it when it is not there; some minutes, since it compiles native modules. Returns a sentence when it fails. */
export function installCodeServer(): string | undefined {
  if (existsSync(entry)) return undefined;
  mkdirSync(codeServerFolder, { recursive: true });
  // npm 11 runs install scripts only of packages that are named; older ones run all.
  const manifest = {
    name: 'plumbline-code-server',
    private: true,
    dependencies: { 'code-server': VERSION },
    allowScripts: { 'code-server': true, argon2: true },
  };
  writeFileSync(join(codeServerFolder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund'], {
    cwd: codeServerFolder,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` },
  });
  if (status === 0 && existsSync(entry)) return undefined;
  return 'code-server could not be installed: npm said why above (on Debian it needs the packages build-essential, python3, pkg-config and libkrb5-dev)';
}

export interface CodeServer {
  readonly url: string;
  readonly process: ChildProcess;
}

/** Starts it on loopback with its own user data and resolves when it answers. */
export async function startCodeServer(options: {
  readonly folder: string;
  readonly port: number;
  readonly userData: string;
  readonly extensions: string;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<CodeServer> {
  const args = [
    entry,
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${options.port}`,
    '--user-data-dir',
    options.userData,
    '--extensions-dir',
    options.extensions,
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-workspace-trust',
    options.folder,
  ];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...options.env },
  });
  const url = `http://127.0.0.1:${options.port}`;
  const limit = Date.now() + START_LIMIT_MS;
  while (!(await answers(`${url}/healthz`))) {
    if (child.exitCode !== null) throw new Error(`code-server ended with exit code ${child.exitCode}`);
    if (Date.now() > limit) {
      child.kill();
      throw new Error(`code-server did not answer on ${url} within ${START_LIMIT_MS / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, process: child };
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request(url, { timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.end();
  });
}
