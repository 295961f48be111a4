// GitRepositories read over HTTP from the real git: what is verified, and in which condition a failure is said.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startGitServer } from '../../../test/real/gitServer.ts';
import { systemClock } from '../../model/clock.ts';
import type { JsonObject } from '../../model/json.ts';
import { silentLog } from '../../model/log.ts';
import type { FetchedSource } from '../deps.ts';
import { createSources } from './sources.ts';

const signal = new AbortController().signal;
const hasSsh = spawnSync('ssh-keygen', ['-?']).error === undefined;
if (!hasSsh) process.stdout.write('skipped: ssh-keygen not found\n');

interface Remote {
  git(...args: string[]): string;
  publicKey(): string;
  fetch(spec: JsonObject, authorizedKeys: string): Promise<FetchedSource>;
}

/** A repository whose commits and tags are signed by an SSH key, and the sources that read it. */
async function openRemote(): Promise<Remote> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-sources-'));
  const work = join(root, 'work');
  execFileSync('ssh-keygen', ['-q', '-N', '', '-t', 'ed25519', '-f', join(root, 'key')]);
  const config = ['user.name=a', 'user.email=a@b', 'gpg.format=ssh', `user.signingKey=${join(root, 'key')}`];
  const git = (...args: string[]): string =>
    execFileSync('git', [...config.flatMap((one) => ['-c', one]), ...args], {
      cwd: work,
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  mkdirSync(work);
  git('init', '-q', '-b', 'main');
  git('init', '-q', '--bare', '-b', 'main', join(root, 'served/app.git'));
  git('remote', 'add', 'origin', join(root, 'served/app.git'));
  const server = await startGitServer(join(root, 'served'));
  const sources = createSources({ cacheDir: join(root, 'cache'), log: silentLog, clock: systemClock });
  onTestFinished(async () => {
    sources.dispose();
    await server.dispose();
    rmSync(root, { recursive: true, force: true });
  });
  return {
    git,
    publicKey: () => readFileSync(join(root, 'key.pub'), 'utf8'),
    fetch(spec, key) {
      const repository = { kind: 'GitRepository', spec: { url: `${server.url}/app.git`, ...spec } };
      const keys = async (): Promise<{ keyRings: string[]; authorizedKeys: string[] }> => ({
        keyRings: [],
        authorizedKeys: [key],
      });
      return sources.fetch(repository, { credentials: async () => ({}), keys }, signal);
    },
  };
}

test.runIf(hasSsh)('spec.verify: what was signed is said, what was not is refused', async () => {
  const remote = await openRemote();
  remote.git('commit', '-q', '--allow-empty', '-S', '-m', 'signed');
  remote.git('tag', '-s', '-m', 'signed', 'v1.0.0');
  remote.git('push', '-q', '--all');
  remote.git('push', '-q', '--tags');
  const key = remote.publicKey();
  const branch = await remote.fetch({ ref: { branch: 'main' }, verify: {} }, key);
  expect(branch.verified?.mode).toBe('HEAD');
  // The commit is there already, the tag is not.
  const tag = await remote.fetch({ ref: { semver: '1.x' }, verify: { mode: 'TagAndHEAD' } }, key);
  expect(tag.verified?.message).toMatch(/^verified signature of\n\t- tag 'v1\.0\.0@[0-9a-f]{40}' with key 'SHA256:/);
  await expect(remote.fetch({ ref: { branch: 'main' }, verify: { mode: 'Tag' } }, key)).rejects.toMatchObject({
    condition: 'SourceVerified',
    reason: 'InvalidVerificationMode',
    stalled: true,
  });
  remote.git('commit', '-q', '--allow-empty', '-m', 'not signed');
  remote.git('push', '-q', '--all');
  await expect(remote.fetch({ ref: { branch: 'main' }, verify: { mode: 'HEAD' } }, key)).rejects.toMatchObject({
    condition: 'SourceVerified',
    reason: 'InvalidCommitSignature',
    stalled: false,
  });
  expect((await remote.fetch({ ref: { branch: 'main' } }, key)).verified).toBeUndefined();
});
