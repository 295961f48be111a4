// `npm run check`: types, lint, boundaries, formatting, dead code; all at once, each with its time.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

const checks: { name: string; command: string; args: string[] }[] = [
  { name: 'types', command: bin('tsc'), args: ['-p', root] },
  { name: 'lint', command: bin('oxlint'), args: ['--type-aware', '--deny-warnings', 'src', 'test', 'scripts'] },
  { name: 'boundaries', command: process.execPath, args: [join(root, 'scripts/boundaries.ts')] },
  { name: 'formatting', command: bin('oxfmt'), args: ['--check', '.'] },
  { name: 'dead code', command: bin('knip'), args: [] },
];

async function run(check: (typeof checks)[number]): Promise<boolean> {
  const start = Date.now();
  const child = spawn(check.command, check.args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number>((resolve) => {
    child.on('exit', (status) => resolve(status ?? 1));
    child.on('error', () => resolve(127));
  });
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${check.name} (${seconds} s)`);
  if (code !== 0) console.log(Buffer.concat(chunks).toString('utf8').trimEnd());
  return code === 0;
}

const only = process.argv.slice(2);
const results = await Promise.all(checks.filter((check) => only.length === 0 || only.includes(check.name)).map(run));
process.exitCode = results.every(Boolean) ? 0 : 1;
