// `npm start`: the main job on the embedded cluster. In the desktop editor that is found, else in the terminal; with
// `-- --browser` in an editor in the browser. Plain JavaScript: it runs on Node 20 before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './install.mjs';
import { runOnNode } from './with-node.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const home = process.env.PLUMBLINE_HOME ?? join(homedir(), '.plumbline');
const cli = join(root, 'dist', 'cli.cjs');
const EDITORS = ['code', 'codium', 'cursor'];
const SAMPLES = ['shop', 'vote'];

const USAGE = `Usage: npm start -- [PATH] [--headless [--once] [--path DIR]] [--browser] [--sample shop|vote]

  PATH         open this repository instead of the sample
  --headless   the terminal form: a live table of the loop
  --path       with --headless: reconcile this folder of a repository that has no Flux objects
  --once       with --headless: end when everything is ready (exit code 0) or cannot become ready (exit code 1)
  --browser    install code-server from npm, outside this checkout, and print the link to the editor in the browser
  --sample     which sample repository to open: shop (default) or vote
`;

const { flags, path } = read(process.argv.slice(2));
const sample = flags.sample ?? 'shop';

ensureInstalled();
await buildIfStale();
const folder = path ?? makeSample(sample);
const cluster = path ? clusterName(folder) : sample === 'shop' ? 'dev' : sample;
if (flags.browser) {
  prepareCluster();
  process.exitCode = await runOnNode(join(root, 'scripts', 'browser.ts'), [folder]);
} else {
  const editor = flags.headless ? undefined : findEditor();
  if (editor) prepareCluster();
  process.exitCode = editor ? openEditor(editor) : await headless();
}

/** What was asked for. What cannot be understood ends here, before anything is made. */
function read(words) {
  const boolean = { type: 'boolean' };
  try {
    const { values, positionals } = parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        headless: boolean,
        once: boolean,
        path: { type: 'string' },
        browser: boolean,
        sample: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    const [first, second] = positionals;
    if (second !== undefined) throw new Error(`one repository is opened at a time, not "${first}" and "${second}"`);
    if (values.sample !== undefined && !SAMPLES.includes(values.sample))
      throw new Error(`there is no sample "${values.sample}": ${SAMPLES.join(' or ')}`);
    if (values.path !== undefined && !values.headless) throw new Error('--path goes with --headless');
    if (first === undefined) return { flags: values, path: undefined };
    const repository = resolve(process.env.INIT_CWD ?? process.cwd(), first);
    if (!existsSync(repository)) throw new Error(`there is no folder ${repository}`);
    return { flags: values, path: repository };
  } catch (error) {
    process.stderr.write(`error: ${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** Samples share a cluster each; any other repository has its own, named after its folder. */
function clusterName(repository) {
  const name = basename(repository)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return name === '' ? 'dev' : name;
}

/** The editor may run already, without our environment: what it is to do with this folder is remembered in a file. */
function prepareCluster() {
  const { status } = spawnSync(process.execPath, [cli, 'cluster', 'create', cluster, '--workspace', folder], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** Builds dist when a source is newer than it. */
async function buildIfStale() {
  const built = existsSync(cli) ? statSync(cli).mtimeMs : 0;
  const newest = (dir) =>
    Math.max(
      0,
      ...readdirSync(dir, { withFileTypes: true }).map((entry) =>
        entry.isDirectory() ? newest(join(dir, entry.name)) : statSync(join(dir, entry.name)).mtimeMs,
      ),
    );
  if (built > Math.max(newest(join(root, 'src')), statSync(join(root, 'package.json')).mtimeMs)) return;
  process.stderr.write('► building\n');
  const code = await runOnNode(join(root, 'scripts', 'build.ts'), []);
  if (code !== 0) process.exit(code);
}

/** The sample repository, made at the first start; later starts find it as it was left. */
function makeSample(name) {
  const made = join(home, 'samples', name);
  if (existsSync(join(made, '.git'))) return made;
  const { status } = spawnSync(process.execPath, [cli, 'sample', name, made], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
  return made;
}

function findEditor() {
  const endings = process.platform === 'win32' ? ['.cmd', '.exe'] : [''];
  for (const name of EDITORS) {
    for (const dir of (process.env.PATH ?? '').split(delimiter)) {
      for (const ending of endings) if (dir && existsSync(join(dir, name + ending))) return join(dir, name + ending);
    }
  }
  return undefined;
}

function openEditor(editor) {
  process.stderr.write(`► opening ${folder} in ${editor}\n`);
  // The sample is ours, so that it need not be trusted first; any other repository is the user's to trust.
  const trust = path ? [] : ['--disable-workspace-trust'];
  const args = ['--new-window', ...trust, `--extensionDevelopmentPath=${root}`, folder];
  // A command file of Windows runs in a shell, which takes words apart at their blanks.
  const windows = process.platform === 'win32';
  const words = windows ? [editor, ...args].map((word) => `"${word}"`) : [editor, ...args];
  const { status, error } = spawnSync(words[0], words.slice(1), { stdio: 'inherit', shell: windows });
  if (error) process.stderr.write(`plumbline: ${editor} could not be started: ${error.message}\n`);
  return status ?? 1;
}

function headless() {
  if (!flags.headless) {
    process.stderr.write(
      `► no editor found on the PATH (${EDITORS.join(', ')}): this is the terminal form.\n  For the editor in a browser: npm start -- --browser\n`,
    );
  }
  const more = [...(flags.once ? ['--once'] : []), ...(flags.path === undefined ? [] : ['--path', flags.path])];
  const args = [cli, 'run', '--workspace', folder, '--cluster', cluster, '--create', ...more];
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    // The terminal sends the signal to both: the loop ends itself, and we wait for it.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
    child.on('exit', (code) => done(code ?? 1));
  });
}
