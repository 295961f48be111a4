// The command line where things go wrong: what may not be read, what may not be said, and what must not be left behind.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withFolder, writeFiles } from '../folder.ts';
import { plumbline } from './program.ts';

const FLUX = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: app, namespace: flux-system}
spec:
  interval: 10 minutes
  prune: true
  path: ./app
  sourceRef: {kind: GitRepository, name: test}
`;

test('check finds what is wrong with Flux objects that no kustomization lists', () =>
  withFolder(async (folder) => {
    writeFiles(folder, { 'clusters/dev/app.yaml': FLUX, 'app/kustomization.yaml': 'resources: []\n' });
    const { code, stdout } = await plumbline(['check'], { cwd: folder });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^clusters\/dev\/app\.yaml:5:13: error: spec\.interval/m);
  }));

test.for([
  'resources: [link.yaml]',
  'configMapGenerator: [{name: a, envs: [link.yaml]}]',
  'patches: [{path: link.yaml}]',
])('a link that leads outside is not read: %s', (field) =>
  withFolder(async (folder) => {
    writeFiles(folder, { 'secret.yaml': 'canary=1\n', 'root/kustomization.yaml': `${field}\n` });
    symlinkSync('../secret.yaml', join(folder, 'root/link.yaml'));
    const { code, stdout, stderr } = await plumbline(['build', 'root'], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^root\/kustomization\.yaml:1:\d+: error: 'link\.yaml' is a link to '.*', which is not in or below/,
    );
    expect(stderr).not.toContain('canary');
  }),
);

test('a link to a folder above is not followed for ever', () =>
  withFolder(async (folder) => {
    writeFiles(folder, { 'app/kustomization.yaml': 'resources: [missing.yaml]\n' });
    symlinkSync('..', join(folder, 'app/loop'));
    const { stdout } = await plumbline(['check'], { cwd: folder });
    expect(stdout.trim().split('\n')).toHaveLength(1);
  }));

test('a malformed literal of a secretGenerator is not repeated', () =>
  withFolder(async (folder) => {
    writeFiles(folder, { 'kustomization.yaml': 'secretGenerator: [{name: a, literals: [canary-7f3a]}]\n' });
    const { code, stderr } = await plumbline(['build'], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kustomization\.yaml:1:40: error: this literal is not of the form key=value/);
    expect(stderr).not.toContain('canary');
  }));

test('P10: a home folder that is relative or named in any language works; what is secret in it is private', () =>
  withFolder(async (folder) => {
    const options = { cwd: folder, home: 'hôme of 木' };
    expect(await plumbline(['cluster', 'create', 'one'], options)).toMatchObject({ code: 0 });
    const cluster = join(folder, options.home, 'clusters/one');
    for (const entry of readdirSync(cluster, { recursive: true, withFileTypes: true })) {
      const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
      expect([entry.name, mode.toString(8)]).toEqual([entry.name, entry.isDirectory() ? '700' : '600']);
    }
    expect(await plumbline(['cluster', 'delete', 'one', '--yes'], options)).toMatchObject({ code: 0 });
  }));

test('P6: a cluster that two create at once is made once, and both have it', () =>
  withFolder(async (home) => {
    const both = await Promise.all([1, 2].map(() => plumbline(['cluster', 'create', 'one'], { home })));
    try {
      expect(both.map(({ code, stderr }) => ({ code, error: /^error.*/m.exec(stderr)?.[0] }))).toEqual([
        { code: 0, error: undefined },
        { code: 0, error: undefined },
      ]);
    } finally {
      await plumbline(['cluster', 'delete', 'one', '--yes'], { home });
    }
  }));

test('run --once judges what it did itself, gives its Lease back, and the next one need not wait', () =>
  withFolder(async (home) => {
    const repository = join(home, 'shop');
    await plumbline(['sample', 'shop', repository], { home });
    const run = (): ReturnType<typeof plumbline> =>
      plumbline(['run', '--workspace', repository, '--cluster', 'one', '--create', '--once'], { home });
    try {
      expect(await run()).toMatchObject({ code: 0 });
      writeFiles(repository, { 'clusters/dev/variables.yaml': 'kind: [\n' });
      const git = ['-C', repository, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
      execFileSync('git', [...git, 'commit', '--quiet', '--all', '--message', 'break']);
      const second = await run();
      expect(second.stderr).not.toContain('another loop');
      expect(second).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('clusters/dev/variables.yaml:') as string,
      });
    } finally {
      await plumbline(['cluster', 'delete', 'one', '--yes'], { home });
    }
  }));
