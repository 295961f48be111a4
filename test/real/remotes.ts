// Remote resources and Helm charts: the same folders built by our program and by the real kustomize, against a Git server, a
// web server and a chart repository on loopback. Prints a line for each difference, counts last.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportCounts } from '../counts.ts';
import { writeFiles } from '../folder.ts';
import { gitNow } from './git.ts';
import { startGitServer } from './gitServer.ts';
import { startSshServer } from './sshServer.ts';
import type { SshServer } from './sshServer.ts';
import { findOracle } from './oracle.ts';

const cli = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'cli.cjs');

type Files = Readonly<Record<string, string>>;

interface Addresses {
  /** The Git server, the web server for plain files, and the folder of the bare repositories. */
  readonly git: string;
  readonly web: string;
  readonly folder: string;
  readonly commit: string;
  /** `user@127.0.0.1`, its port, where an ssh server runs. */
  readonly ssh?: SshServer | undefined;
}

interface Case {
  readonly name: string;
  readonly files: (at: Addresses) => Files;
  readonly fails?: boolean;
  readonly helm?: boolean;
  /** Needs an ssh server, as one who has the key and knows the host, or lacks one of them. */
  readonly ssh?: 'command' | 'withoutKey' | 'withoutHost';
}

const configMap = (name: string, value = 'x'): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: from-file\ndata:\n  key: ${value}\n`;
const deployment =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: web:1\n';

const repository: Files = {
  'kustomization.yaml': 'resources:\n- all.yaml\n',
  'all.yaml': configMap('root'),
  'base/kustomization.yaml':
    'resources:\n- web.yaml\nconfigMapGenerator:\n- name: made\n  literals:\n  - a=b\nnamePrefix: base-\n',
  'base/web.yaml': deployment,
  'overlay/kustomization.yaml': 'resources:\n- ../base\n- extra.yaml\nnamespace: far\n',
  'overlay/extra.yaml': configMap('extra'),
  'outside/kustomization.yaml': 'resources:\n- ../../elsewhere\n',
  'restricted/kustomization.yaml': 'resources:\n- ../all.yaml\n',
  'component/kustomization.yaml':
    'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -c\ncommonAnnotations:\n  by: component\n',
};

const kustomization = (text: string): ((at: Addresses) => Files) => {
  return (at) => ({
    'kustomization.yaml': text
      .replaceAll('GIT', at.git)
      .replaceAll('WEB', at.web)
      .replaceAll('FOLDER', at.folder)
      .replaceAll('COMMIT', at.commit)
      .replaceAll('USER', at.ssh?.user ?? '')
      .replaceAll('PORT', String(at.ssh?.port ?? '')),
    'local.yaml': configMap('local'),
  });
};

const chart: Files = {
  'Chart.yaml': 'apiVersion: v2\nname: demo\nversion: 1.2.3\nappVersion: "4.5"\n',
  'values.yaml': 'replicas: 1\nimage:\n  name: demo\n  tag: "1"\nlist:\n- a\n- b\nextra: null\n',
  'crds/crd.yaml':
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\n',
  'templates/deployment.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}-demo\n  namespace: {{ .Release.Namespace }}\n  labels:\n    version: {{ .Chart.AppVersion | quote }}\nspec:\n  replicas: {{ .Values.replicas }}\n  template:\n    spec:\n      containers:\n      - name: demo\n        image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"\n        args: {{ toJson .Values.list }}\n',
  'templates/config.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-values\ndata:\n  values: |\n{{ toYaml .Values | indent 4 }}\n  kube: {{ .Capabilities.KubeVersion.Version }}\n{{- if .Capabilities.APIVersions.Has "example.com/v1" }}\n  has: "yes"\n{{- end }}\n',
  'templates/test.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-test\n  annotations:\n    helm.sh/hook: test\nspec:\n  containers: []\n',
};

const inFolder = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));

const helm = (name: string, text: string, more: Files = {}, home = 'charts'): Case => ({
  name: `helm: ${name}`,
  helm: true,
  files: (at) => ({ ...inFolder(`${home}/demo`, chart), ...kustomization(text)(at), ...more }),
});

const remote = (name: string, text: string): Case => ({ name, files: kustomization(text) });
const refused = (name: string, text: string): Case => ({ name, files: kustomization(text), fails: true });

const ssh = (name: string, entry: string, fails?: Case['ssh'] | 'fails'): Case => ({
  name: `ssh: ${name}`,
  files: kustomization(`resources:\n- ${entry}\n`),
  ssh: fails === undefined || fails === 'fails' ? 'command' : fails,
  ...(fails === undefined ? {} : { fails: true }),
});

const sshCases: readonly Case[] = [
  ssh('an address with a port', 'ssh://USER@127.0.0.1:PORTFOLDER/org/repo.git//base?ref=v1'),
  ssh('without a user', 'ssh://127.0.0.1:PORTFOLDER/org/repo.git//overlay'),
  ssh('as scp writes it', 'USER@127.0.0.1:FOLDER/org/repo.git//base?ref=other'),
  ssh('a commit', 'ssh://USER@127.0.0.1:PORTFOLDER/org/repo.git//base?ref=COMMIT'),
  ssh('a forced protocol', 'git::ssh://USER@127.0.0.1:PORTFOLDER/org/repo.git/base'),
  ssh('a version and a time limit', 'git::USER@127.0.0.1:FOLDER/org/repo.git//base?version=v1&timeout=20s'),
  ssh('submodules with relative addresses', 'ssh://USER@127.0.0.1:PORTFOLDER/org/parent.git//app'),
  ssh('submodules as scp writes it', 'USER@127.0.0.1:FOLDER/org/parent.git//app'),
  ssh('no submodules', 'ssh://USER@127.0.0.1:PORTFOLDER/org/parent.git//app?submodules=false', 'fails'),
  ssh('no such repository', 'ssh://USER@127.0.0.1:PORTFOLDER/org/none.git//base', 'fails'),
  ssh('no such ref', 'ssh://USER@127.0.0.1:PORTFOLDER/org/repo.git//base?ref=none', 'fails'),
  ssh('a key that the server does not take', 'ssh://USER@127.0.0.1:PORTFOLDER/org/repo.git//base', 'withoutKey'),
  ssh('a host that is not known', 'ssh://USER@127.0.0.1:PORTFOLDER/org/repo.git//base', 'withoutHost'),
];

const submoduleCases: readonly Case[] = [
  remote('submodules', 'resources:\n- GIT/org/parent.git//app\n'),
  remote('submodules of submodules', 'resources:\n- GIT/org/parent.git//libs/a/deep\n'),
  remote('submodules that are asked for', 'resources:\n- GIT/org/parent.git//app?submodules=1&ref=main\n'),
  remote('what is no boolean', 'resources:\n- GIT/org/parent.git//app?submodules=maybe\n'),
  remote('submodules left out where none is needed', 'resources:\n- GIT/org/parent.git//alone?submodules=false\n'),
  remote('submodules of a repository on this machine', 'resources:\n- file://FOLDER/org/parent.git//app\n'),
  remote('origins of submodules', 'resources:\n- GIT/org/parent.git//app\nbuildMetadata: [originAnnotations]\n'),
  refused('submodules left out', 'resources:\n- GIT/org/parent.git//app?submodules=false\n'),
  refused('submodules left out, in short', 'resources:\n- GIT/org/parent.git//app?submodules=0\n'),
  refused('a submodule without an address', 'resources:\n- GIT/org/orphan.git//alone\n'),
  remote('a submodule without an address, left out', 'resources:\n- GIT/org/orphan.git//alone?submodules=f\n'),
];

const cases: readonly Case[] = [
  ...submoduleCases,
  ...sshCases,
  remote('a file', 'resources:\n- WEB/one.yaml\n- local.yaml\nnamePrefix: p-\n'),
  remote('a file with a query', 'resources:\n- WEB/one.yaml?token=1\n'),
  remote('a patch', 'resources:\n- local.yaml\npatches:\n- path: WEB/patch.yaml\n'),
  remote('a repository', 'resources:\n- GIT/org/repo.git\n'),
  remote('a folder of a repository', 'resources:\n- GIT/org/repo.git//base\nnamePrefix: o-\n'),
  remote('a folder behind the suffix', 'resources:\n- GIT/org/repo.git/overlay\n'),
  remote('a branch', 'resources:\n- GIT/org/repo.git//base?ref=other\n'),
  remote('a tag', 'resources:\n- GIT/org/repo.git//base?ref=v1\n'),
  remote('a commit', 'resources:\n- GIT/org/repo.git//base?ref=COMMIT\n'),
  remote('a version', 'resources:\n- GIT/org/repo.git//base?version=v1&timeout=20\n'),
  remote('a full ref', 'resources:\n- GIT/org/repo.git//base?ref=refs/heads/other\n'),
  remote('a forced protocol', 'resources:\n- git::GIT/org/repo.git//base\n'),
  remote('a repository on this machine', 'resources:\n- file://FOLDER/org/repo.git//overlay?ref=v1\n'),
  remote('two of the same', 'resources:\n- GIT/org/repo.git//base\n- GIT/org/repo.git//overlay?ref=other\n'),
  remote('a component', 'resources:\n- local.yaml\ncomponents:\n- GIT/org/repo.git//component\n'),
  remote('a repository that names another', 'resources:\n- GIT/org/chain.git//top\n'),
  remote(
    'origins',
    'resources:\n- GIT/org/repo.git//overlay?ref=other\n- WEB/one.yaml\n- local.yaml\nnameSuffix: -s\nbuildMetadata: [originAnnotations, transformerAnnotations]\n',
  ),
  remote('origins of a root', 'resources:\n- GIT/org/repo.git\nbuildMetadata: [originAnnotations]\n'),
  refused('no such ref', 'resources:\n- GIT/org/repo.git//base?ref=none\n'),
  refused('no such repository', 'resources:\n- GIT/org/none.git//base\n'),
  refused('no such folder', 'resources:\n- GIT/org/repo.git//none\n'),
  refused('no such file', 'resources:\n- WEB/none.yaml\n'),
  refused('a base outside of the repository', 'resources:\n- GIT/org/repo.git//outside\n'),
  refused('a file outside of the folder', 'resources:\n- GIT/org/repo.git//restricted\n'),
  refused('a path that leaves the repository', 'resources:\n- GIT/org/repo.git//../x\n'),
  refused('a cycle of repositories', 'resources:\n- GIT/org/chain.git//loop\n'),
  refused('a page that is no YAML', 'resources:\n- WEB/page.html\n'),
  helm('values of the chart', 'helmCharts:\n- name: demo\n  releaseName: r\n'),
  helm('a namespace', 'namespace: all\nhelmCharts:\n- name: demo\n  releaseName: r\n  namespace: inner\n'),
  helm(
    'inline values',
    'helmCharts:\n- name: demo\n  releaseName: r\n  valuesInline:\n    replicas: 3\n    image:\n      tag: "2"\n    list: [z]\n    more: {a: 1}\n',
  ),
  helm(
    'inline values, merged',
    'helmCharts:\n- name: demo\n  releaseName: r\n  valuesMerge: merge\n  valuesInline:\n    replicas: 3\n    list: [z]\n    image: {other: 1}\n    mine: true\n',
  ),
  helm(
    'inline values, replaced',
    'helmCharts:\n- name: demo\n  releaseName: r\n  valuesMerge: replace\n  valuesInline:\n    replicas: 5\n',
  ),
  helm(
    'a null among the values',
    'helmCharts:\n- name: demo\n  releaseName: r\n  valuesInline:\n    image:\n      tag: null\n    list: null\n',
  ),
  helm(
    'values files',
    'helmCharts:\n- name: demo\n  releaseName: r\n  valuesFile: my.yaml\n  additionalValuesFiles: [a.yaml, b.yaml]\n',
    { 'my.yaml': 'replicas: 7\n', 'a.yaml': 'list: [q]\n', 'b.yaml': 'replicas: 8\n' },
  ),
  helm('definitions', 'helmCharts:\n- name: demo\n  releaseName: r\n  includeCRDs: true\n'),
  helm('without tests', 'helmCharts:\n- name: demo\n  releaseName: r\n  skipTests: true\n'),
  helm('without hooks', 'helmCharts:\n- name: demo\n  releaseName: r\n  skipHooks: true\n'),
  helm(
    'capabilities',
    'helmCharts:\n- name: demo\n  releaseName: r\n  kubeVersion: 1.29.0\n  apiVersions: [example.com/v1]\n',
  ),
  helm('a name template', 'helmCharts:\n- name: demo\n  nameTemplate: t-x\n'),
  helm(
    'another home, and transformers',
    'helmGlobals:\n  chartHome: vendor\nhelmCharts:\n- name: demo\n  releaseName: r\nimages:\n- name: demo\n  newTag: "9"\nreplicas:\n- name: r-demo\n  count: 4\nlabels:\n- pairs: {a: b}\n  includeSelectors: true\n',
    {},
    'vendor',
  ),
  helm(
    'the old field',
    'helmChartInflationGenerator:\n- chartName: demo\n  releaseName: r\n  chartHome: vendor\n  valuesLocal:\n    replicas: 2\n',
    {},
    'vendor',
  ),
  helm('a generator of its own', 'generators:\n- chart.yaml\n', {
    'chart.yaml':
      'apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata:\n  name: any\nname: demo\nreleaseName: r\nvaluesInline:\n  replicas: 6\n',
  }),
  {
    name: 'helm: a chart of a repository',
    helm: true,
    files: kustomization(
      'helmCharts:\n- name: demo\n  repo: WEB/charts\n  version: 1.2.3\n  releaseName: r\n  valuesInline:\n    replicas: 2\n',
    ),
  },
  { ...helm('no such chart', 'helmCharts:\n- name: none\n  releaseName: r\n'), fails: true },
  { ...helm('a name that is an option', 'helmCharts:\n- name: demo\n  releaseName: --debug\n'), fails: true },
  {
    ...helm('a template that fails', 'helmCharts:\n- name: demo\n  releaseName: r\n', {
      'charts/demo/templates/bad.yaml': '{{ fail "no" }}',
    }),
    fails: true,
  },
];

/** Serves a bare copy of a work tree, of which any commit can be asked for. */
function serveBare(root: string, name: string, work: string): void {
  const bare = join(root, 'org', `${name}.git`);
  gitNow(root, 'clone', '-q', '--bare', work, bare);
  gitNow(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
}

/** Bare repositories `org/repo.git` and `org/chain.git`. Gives the first commit of the first. */
function makeRepositories(root: string, url: string): string {
  const make = (name: string, files: Files, more: (work: string) => void): string => {
    const work = join(root, 'work', name);
    mkdirSync(work, { recursive: true });
    writeFiles(work, files);
    gitNow(work, 'init', '-q', '-b', 'main');
    gitNow(work, 'add', '.');
    gitNow(work, 'commit', '-q', '-m', 'one');
    const commit = gitNow(work, 'rev-parse', 'HEAD');
    more(work);
    serveBare(root, name, work);
    return commit;
  };
  const commit = make('repo', repository, (work) => {
    gitNow(work, 'tag', '-a', 'v1', '-m', 'v1');
    for (const [branch, image] of [
      ['other', 'web:2'],
      ['main', 'web:3'],
    ] as const) {
      gitNow(work, 'checkout', '-q', '-B', branch);
      writeFileSync(join(work, 'base/web.yaml'), deployment.replace('web:1', image));
      gitNow(work, 'commit', '-q', '-am', image);
    }
  });
  make(
    'chain',
    {
      'top/kustomization.yaml': `resources:\n- ${url}/org/repo.git//base?ref=v1\nnamePrefix: top-\n`,
      'loop/kustomization.yaml': `resources:\n- ${url}/org/chain.git//loop\n`,
    },
    () => undefined,
  );
  return commit;
}

function startWebServer(folder: string): Promise<{ url: string; dispose(): void }> {
  const server = createServer((request, response) => {
    const file = join(folder, new URL(request.url ?? '/', 'http://localhost').pathname);
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end('not found');
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        dispose: () => void server.close(),
      }),
    ),
  );
}

/** Since 2.38 git follows submodules on this machine only where it is told to. */
const FILE_SUBMODULES = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'protocol.file.allow',
  GIT_CONFIG_VALUE_0: 'always',
};

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `org/lib.git` and `org/parent.git`, which has it as a submodule and that its own; `org/orphan.git` has lost the address. */
function makeSubmodules(root: string): void {
  const workTree = (name: string, files: Files, submodules: Readonly<Record<string, string>>): string => {
    const work = join(root, 'work', name);
    mkdirSync(work, { recursive: true });
    writeFiles(work, files);
    gitNow(work, 'init', '-q', '-b', 'main');
    for (const [path, of] of Object.entries(submodules)) {
      gitNow(
        work,
        '-c',
        'protocol.file.allow=always',
        'submodule',
        '--quiet',
        'add',
        join(root, 'org', `${of}.git`),
        path,
      );
      gitNow(work, 'config', '-f', '.gitmodules', `submodule.${path}.url`, `../${of}.git`);
    }
    return work;
  };
  const serve = (name: string, work: string): void => {
    gitNow(work, 'add', '-A');
    gitNow(work, 'commit', '-q', '-m', name);
    serveBare(root, name, work);
  };
  const own: Files = { 'kustomization.yaml': 'resources:\n- own.yaml\n', 'own.yaml': configMap('own') };
  serve('deep', workTree('deep', own, {}));
  const lib = { 'kustomization.yaml': 'resources:\n- deep\nnamePrefix: lib-\n' };
  serve('lib', workTree('lib', lib, { deep: 'deep' }));
  const parent = {
    'app/kustomization.yaml': 'resources:\n- ../libs/a\n- alone.yaml\nnameSuffix: -app\n',
    'app/alone.yaml': configMap('beside'),
    'alone/kustomization.yaml': 'resources:\n- alone.yaml\n',
    'alone/alone.yaml': configMap('alone'),
  };
  serve('parent', workTree('parent', parent, { 'libs/a': 'lib' }));
  const orphan = workTree('orphan', parent, { 'libs/a': 'lib' });
  rmSync(join(orphan, '.gitmodules'));
  serve('orphan', orphan);
}

/** Not in step: the servers are in this process. */
function run(program: string, args: readonly string[], cwd: string, more: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...FILE_SUBMODULES, GIT_TERMINAL_PROMPT: '0', PLUMBLINE_HOME: home, ...more },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString('utf8')));
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString('utf8')));
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

async function compare(one: Case, at: Addresses, programs: { kustomize: string; helm: string }): Promise<string> {
  const folder = mkdtempSync(join(root, 'case-'));
  writeFiles(folder, one.files(at));
  const helmFlags = one.helm === true ? ['--enable-helm', '--helm-command', programs.helm] : [];
  const env = one.ssh && at.ssh ? { GIT_SSH_COMMAND: at.ssh[one.ssh] } : {};
  const ours = await run(
    process.execPath,
    [cli, 'build', folder, '--allow-hosts', '127.0.0.1,file', '-q', ...helmFlags],
    folder,
    env,
  );
  if (existsSync(join(folder, 'charts')) && one.name.endsWith('of a repository')) return 'ours wrote into the folder';
  const theirs = await run(programs.kustomize, ['build', folder, ...helmFlags], folder, env);
  const failed = (ended: Ended): string => ended.stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  if (one.fails === true && theirs.code === 0) return 'the peer does not fail';
  if (one.fails === true) {
    if (ours.code === 0) return 'ours does not fail';
    if (process.env['VERBOSE']) process.stdout.write(`${one.name}: ${ours.stderr}\n`);
    return '';
  }
  if (theirs.code !== 0) return `the peer fails: ${failed(theirs)}`;
  if (ours.code !== 0) return `ours fails: ${failed(ours)}`;
  if (ours.stdout === theirs.stdout) return '';
  const [a, b] = [ours.stdout.split('\n'), theirs.stdout.split('\n')];
  const line = b.findIndex((text, i) => text !== a[i]);
  return `line ${line + 1}: ours ${JSON.stringify(a[line])}, theirs ${JSON.stringify(b[line])}`;
}

const root = mkdtempSync(join(tmpdir(), 'plumbline-remotes-'));
const home = join(root, 'home');
const kustomize = findOracle('kustomize-5.8.3');
const helmProgram = findOracle('helm');
let [passed, failed, skipped] = [0, 0, 0];
if (!kustomize) {
  process.stdout.write('skipped: kustomize-5.8.3 not found\n');
  skipped = cases.length;
} else {
  mkdirSync(join(root, 'web'));
  const server = await startGitServer(root);
  const web = await startWebServer(join(root, 'web'));
  const sshd = await startSshServer(root);
  try {
    writeFiles(join(root, 'web'), {
      'one.yaml': configMap('one'),
      'patch.yaml': configMap('local', 'patched'),
      'page.html': '<!DOCTYPE html>\n<html><body>: no {yaml</body></html>\n',
    });
    if (helmProgram) {
      writeFiles(join(root, 'chart', 'demo'), chart);
      mkdirSync(join(root, 'web', 'charts'));
      const packaging = ['package', join(root, 'chart', 'demo'), '-d', join(root, 'web', 'charts')];
      spawnSync(helmProgram, packaging, { stdio: 'ignore' });
      spawnSync(helmProgram, ['repo', 'index', join(root, 'web', 'charts'), '--url', `${web.url}/charts`], {
        stdio: 'ignore',
      });
    } else process.stdout.write('skipped: helm not found\n');
    const commit = makeRepositories(root, server.url);
    makeSubmodules(root);
    if (!sshd) process.stdout.write('skipped: sshd not found\n');
    const at: Addresses = { git: server.url, web: web.url, folder: root, commit, ssh: sshd };
    for (const one of cases) {
      if ((one.helm === true && !helmProgram) || (one.ssh && !sshd)) {
        skipped += 1;
        continue;
      }
      const difference = await compare(one, at, { kustomize, helm: helmProgram ?? 'helm' });
      if (difference === '') passed += 1;
      else {
        failed += 1;
        process.stdout.write(`${one.name}: ${difference}\n`);
      }
    }
  } finally {
    sshd?.dispose();
    web.dispose();
    await server.dispose();
    rmSync(root, { recursive: true, force: true });
  }
}
reportCounts({ passed, failed, skipped });
