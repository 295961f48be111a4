// The command line as a user meets it: what is printed where, and the exit code.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { version } from '../../src/terminal/version.ts';
import { withFolder, writeFiles } from '../folder.ts';
import { plumbline } from './program.ts';

const REPOSITORY: Record<string, string> = {
  'base/kustomization.yaml': 'resources: [web.yaml]\n',
  'base/web.yaml': [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata:',
    '  name: web',
    'spec:',
    '  replicas: 2',
    '  selector: {matchLabels: {app: web}}',
    '  template:',
    '    metadata: {labels: {app: web}}',
    '    spec:',
    '      containers: [{name: web, image: shop/web:1.0.0}]',
    '',
  ].join('\n'),
  'overlays/prod/kustomization.yaml': [
    'namespace: prod',
    'resources: [../../base]',
    'replicas:',
    '- name: web',
    '  count: 5',
    '',
  ].join('\n'),
};

test('build prints the manifests and nothing else', () =>
  withFolder(async (folder) => {
    writeFiles(folder, REPOSITORY);
    const { code, stdout, stderr } = await plumbline(['build', 'overlays/prod'], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('  name: web\n  namespace: prod\nspec:\n  replicas: 5\n');
  }));

test('build says where the mistake is, from where the user stands, and exits with 1', () =>
  withFolder(async (folder) => {
    writeFiles(folder, { ...REPOSITORY, 'base/kustomization.yaml': 'resources:\n- wbe.yaml\n' });
    const { code, stdout, stderr } = await plumbline(['build', '../overlays/prod'], { cwd: join(folder, 'base') });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^kustomization\.yaml:2:3: error: .*wbe\.yaml/m);
  }));

test('explain prints the chain, newest first', () =>
  withFolder(async (folder) => {
    writeFiles(folder, REPOSITORY);
    const { code, stdout } = await plumbline(['explain', 'overlays/prod', 'Deployment/prod/web:.spec.replicas'], {
      cwd: folder,
    });
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => line.replaceAll(/\s+/g, ' ').trim());
    expect(lines[0]).toBe('5 spec.replicas of Deployment prod/web');
    expect(lines[1]).toMatch(/^5 overlays\/prod\/kustomization\.yaml:\d+(:\d+)? replicas$/);
    expect(lines[2]).toMatch(/^2 base\/web\.yaml:6(:\d+)? .*overridden$/);
  }));

test.each([
  ['Deployment/web:spec.replicas', '5 spec.replicas of Deployment prod/web'],
  ['Deployment/prod/web:metadata.annotations["example.com/a:b"]', 'x metadata.annotations["example.com/a:b"] of'],
  ['ClusterRole/system:web', 'system:web metadata.name of ClusterRole system:web'],
  ['ClusterRole/system:web:rules[0].verbs[0]', 'get rules[0].verbs[0] of ClusterRole system:web'],
])('explain reads %s', (operand, expected) =>
  withFolder(async (folder) => {
    writeFiles(folder, {
      ...REPOSITORY,
      'overlays/prod/role.yaml':
        'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: "system:web"}\nrules: [{verbs: [get]}]\n',
      'overlays/more/kustomization.yaml':
        'resources: [../prod, ../prod/role.yaml]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - {op: add, path: /metadata/annotations, value: {"example.com/a:b": x}}\n',
    });
    const { code, stdout } = await plumbline(['explain', 'overlays/more', operand], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout.replaceAll(/ +/g, ' ')).toContain(expected);
  }),
);

test.each(['Deployment/web:spec..replicas', 'Deployment/prod/web:.spec..replicas'])(
  'explain says of %s that the path is none',
  (operand) =>
    withFolder(async (folder) => {
      writeFiles(folder, REPOSITORY);
      const { code, stderr } = await plumbline(['explain', 'overlays/prod', operand], { cwd: folder });
      expect(code).toBe(2);
      expect(stderr).toContain('spec..replicas" is no field path: write it as .spec.containers[web].image');
    }),
);

test('explain and build render as a Flux Kustomization, and say which ConfigMap a value came from', () =>
  withFolder(async (folder) => {
    writeFiles(folder, {
      'flux/apps.yaml':
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\nspec:\n  path: ./apps\n  postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}\n',
      'flux/vars/kustomization.yaml':
        'namespace: flux-system\ngeneratorOptions: {disableNameSuffixHash: true}\nconfigMapGenerator:\n- name: vars\n  literals: [REGION=north]\n',
      'apps/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  at: in-${REGION}\n',
    });
    const explained = await plumbline(['explain', '.', 'ConfigMap/a:.data.at', '--flux', 'apps'], { cwd: folder });
    const rows = explained.stdout.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim());
    expect(rows.slice(0, 4)).toEqual([
      'in-north data.at of ConfigMap a',
      'in-north flux/vars/kustomization.yaml:5:14 ${REGION} from ConfigMap/vars',
      '↳ flux/vars/kustomization.yaml:5:14 configMapGenerator, key REGION',
      'in-${REGION} apps/cm.yaml:5:7 resource overridden',
    ]);
    const built = await plumbline(['build', '.', '--flux', 'flux-system/apps', '--origins'], { cwd: folder });
    expect(built.stdout).toMatch(
      /at: in-north +# .*flux\/vars\/kustomization.yaml:5:14 \$\{REGION\} from ConfigMap\/vars/,
    );
    const missing = await plumbline(['build', '.', '--flux', 'other'], { cwd: folder });
    expect([missing.code, missing.stderr]).toEqual([
      1,
      'error: no file of the repository writes a Flux Kustomization "other": it has flux-system/apps\n',
    ]);
  }));

test('check finds a wrong type where it was written', () =>
  withFolder(async (folder) => {
    writeFiles(folder, {
      ...REPOSITORY,
      'base/web.yaml': REPOSITORY['base/web.yaml']?.replace('replicas: 2', 'replicas: two') ?? '',
    });
    const { code, stdout, stderr } = await plumbline(['check'], { cwd: join(folder, 'base') });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^web\.yaml:6:13: error: .*spec\.replicas.*integer/m);
    expect(stderr).toContain('1 kustomization: 1 error');
  }));

test('check finds what Flux Kustomizations name and the repository does not have', () =>
  withFolder(async (folder) => {
    const object = (kind: string, group: string, spec: string): string =>
      `apiVersion: ${group}.toolkit.fluxcd.io/v1\nkind: ${kind}\nmetadata: {name: apps, namespace: flux-system}\nspec: ${spec}\n`;
    const kustomization = '{path: ./bse, interval: 5m, prune: true, sourceRef: {kind: GitRepository, name: aps}}';
    writeFiles(folder, {
      ...REPOSITORY,
      'clusters/dev/flux.yaml': `${object('GitRepository', 'source', '{url: "https://example.com/a.git", interval: 5m}')}---\n${object('Kustomization', 'kustomize', kustomization)}`,
    });
    const { code, stdout } = await plumbline(['check'], { cwd: folder });
    expect(stdout).toContain(
      'clusters/dev/flux.yaml:9:14: error: spec.path "./bse" does not exist in the source. Did you mean \'./base\'?',
    );
    expect(stdout).toMatch(/flux\.yaml:9:\d+: warning: spec\.sourceRef names the GitRepository "aps".*"apps"/);
    expect(code).toBe(1);
  }));

test('messages name directories from where the user stands', () =>
  withFolder(async (folder) => {
    writeFiles(folder, {
      'a/kustomization.yaml': 'resources: [../b]\n',
      'b/kustomization.yaml': 'resources: [../a]\n',
    });
    const below = await plumbline(['build', '../a'], { cwd: join(folder, 'b') });
    expect(below.stderr).toContain(
      'kustomization.yaml:1:13: error: kustomizations refer to each other in a cycle: ../a -> . -> ../a;',
    );
    expect((await plumbline(['build'], { cwd: folder })).stderr).toMatch(/^error: '\.' holds no kustomization\.yaml/);
  }));

test('a base may lack what its overlay adds, and text that Flux will substitute is no wrong type', () =>
  withFolder(async (folder) => {
    const web = (spec: string): string =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n${spec}`;
    const rest =
      '  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}\n';
    writeFiles(folder, {
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'base/web.yaml': web('  replicas: ${REPLICAS}\n'),
      'app/kustomization.yaml': 'resources: [../base]\npatches: [{path: patch.yaml}]\n',
      'app/patch.yaml': web(rest),
    });
    expect(await plumbline(['check'], { cwd: folder })).toMatchObject({ code: 0, stdout: '' });
  }));

test('check --output json is for programs', () =>
  withFolder(async (folder) => {
    writeFiles(folder, REPOSITORY);
    const { code, stdout } = await plumbline(['check', '--output', 'json'], { cwd: folder });
    expect({ code, findings: JSON.parse(stdout) as unknown }).toEqual({ code: 0, findings: [] });
  }));

test('help and usage are those of kubectl', async () => {
  const help = await plumbline(['build', '--help']);
  expect(help.code).toBe(0);
  expect(help.stdout).toMatch(/Examples:\n {2}# Render the kustomization in the current folder\n {2}plumbline build/);
  expect(await plumbline(['bulid'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('unknown command "bulid"') as string,
  });
  expect(await plumbline(['build', '--nope'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("See 'plumbline build --help'") as string,
  });
  expect((await plumbline(['version'])).stdout).toBe(`${version}\n`);
});

test('the version is that of package.json', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(version).toBe(manifest.version);
});

test('a cluster is created, listed, found running, and deleted; nothing is left', () =>
  withFolder(async (home) => {
    const created = await plumbline(['cluster', 'create', 'one', '--output', 'json'], { home });
    expect(created).toMatchObject({ code: 0 });
    expect(JSON.parse(created.stdout)).toMatchObject({
      name: 'one',
      provider: 'embedded',
      state: 'running',
      context: 'plumbline-one',
    });
    expect((await plumbline(['cluster', 'list'], { home })).stdout).toMatch(
      /^NAME +PROVIDER +STATE[^\n]*\none +embedded +running/,
    );
    expect(await plumbline(['cluster', 'status', 'one'], { home })).toMatchObject({ code: 0 });
    expect(await plumbline(['cluster', 'delete', 'one'], { home })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes') as string,
    });
    expect(await plumbline(['cluster', 'delete', 'one', '--yes'], { home })).toMatchObject({
      code: 0,
      stdout: '✔ cluster one deleted\n',
    });
    expect(readdirSync(join(home, 'clusters'))).toEqual([]);
    expect(await plumbline(['cluster', 'status', 'one'], { home })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No cluster named "one"') as string,
    });
  }));

test('plan without a cluster says the next step', () =>
  withFolder(async (home) => {
    const { code, stderr } = await plumbline(['plan', '--workspace', home], { home });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(
        'no cluster named "dev": create it with "plumbline cluster create dev"',
      ) as string,
    });
  }));

test('run on a repository without Flux objects names the folders that can be reconciled, and makes no cluster', () =>
  withFolder(async (home) => {
    mkdirSync(join(home, 'repo', 'deploy'), { recursive: true });
    writeFileSync(join(home, 'repo', 'deploy', 'kustomization.yaml'), 'resources: []\n');
    const ended = await plumbline(['run', '--workspace', join(home, 'repo'), '--create', '--once'], { home });
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('with --path: ./deploy') as string });
    expect(existsSync(join(home, 'clusters'))).toBe(false);
  }));
