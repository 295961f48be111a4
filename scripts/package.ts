// Packages the extension as dist/plumbline.vsix. With `--check`, packages to a temporary folder and tests what came out:
// nothing that does not belong in it, and a command line that builds and answers from inside the package.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const SIZE_LIMIT = 5 * 1024 * 1024;

function packageTo(out: string): void {
  execFileSync(process.execPath, [join(root, 'scripts/build.ts'), '--minify'], { cwd: root, stdio: 'inherit' });
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/@vscode/vsce/vsce'),
      'package',
      '--no-dependencies',
      '--allow-missing-repository',
      '--skip-license',
      '--no-rewrite-relative-links',
      '--out',
      out,
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
}

function check(): number {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-package-'));
  const results: [name: string, problem: string | undefined][] = [];
  try {
    const vsix = join(folder, 'plumbline.vsix');
    packageTo(vsix);
    results.push([
      'size',
      statSync(vsix).size > SIZE_LIMIT
        ? `the package has ${statSync(vsix).size} bytes, the limit is ${SIZE_LIMIT}`
        : undefined,
    ]);
    console.log(`plumbline.vsix: ${(statSync(vsix).size / 1024).toFixed(0)} KiB`);
    // vsce's archives are plain zip files; Node has no reader, Python and unzip may be missing, so the list comes from vsce.
    const files = execFileSync(
      process.execPath,
      [join(root, 'node_modules/@vscode/vsce/vsce'), 'ls', '--no-dependencies'],
      { cwd: root, encoding: 'utf8' },
    )
      .trim()
      .split('\n');
    const strangers = files.filter(
      (file) =>
        !/^(package(\.nls)?\.json|README\.md|CHANGELOG\.md|LICENSE(\.txt)?|dist\/(extension|cli|render|full|fetcher)\.cjs|media\/.+|syntaxes\/.+)$/.test(
          file,
        ),
    );
    results.push([
      'contents',
      strangers.length > 0 ? `does not belong in the package: ${strangers.join(', ')}` : undefined,
    ]);
    results.push(['command line', commandLine(folder)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const [name, problem] of results)
    console.log(problem === undefined ? `ok   ${name}` : `FAIL ${name}: ${problem}`);
  const failed = results.filter(([, problem]) => problem !== undefined).length;
  console.log(`${results.length - failed} passed, ${failed} failed, 0 skipped`);
  return failed > 0 ? 1 : 0;
}

/** Builds a small kustomization with the packaged program, as `node BIN build DIR`. */
function commandLine(folder: string): string | undefined {
  const dir = join(folder, 'app');
  mkdirSync(dir);
  writeFileSync(join(dir, 'kustomization.yaml'), 'namePrefix: x-\nresources: [config.yaml]\n');
  writeFileSync(join(dir, 'config.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n');
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli.cjs'), 'build', dir], {
    encoding: 'utf8',
  });
  const wanted = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x-c\n';
  return status === 0 && stdout === wanted
    ? undefined
    : `exit code ${status}, printed ${JSON.stringify(stdout)} ${stderr}`;
}

if (process.argv.includes('--check')) process.exitCode = check();
else packageTo(join(root, 'dist', 'plumbline.vsix'));
