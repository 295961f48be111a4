// `plumbline plan` and `plumbline apply` where no cluster is needed: ranges, exit codes, and what is refused.
import { expect, test } from 'vitest';
import { commitFiles } from '../../src/source/git/write.ts';
import { withFolder, writeFiles } from '../folder.ts';
import { configMap, kustomization, makeRepository } from './cluster.ts';
import { plumbline } from './program.ts';

test('a range is compared without a cluster, for a person and for a program', { timeout: 60_000 }, () =>
  withFolder(async (folder) => {
    await makeRepository(folder, {
      'clusters/dev/app.yaml': kustomization('app', './app'),
      'app/one.yaml': configMap('one', 'first'),
    });
    writeFiles(folder, { 'app/one.yaml': configMap('one', 'second') });
    const author = { name: 'Ada Example', email: 'ada@example.com' };
    await commitFiles(folder, { message: 'second\n', author, time: 1_800_000_100, paths: ['app/one.yaml'] });
    const text = await plumbline(['plan', 'HEAD~1..HEAD'], { cwd: folder, home: folder });
    expect(text.code).toBe(1);
    expect(text.stdout).toMatch(
      /^flux-system\/app {2}main@[0-9a-f]{7} -> compared with [0-9a-f]{7}, without a cluster$/m,
    );
    expect(text.stdout).toContain('data.value   "first" -> "second"   app/one.yaml:7');
    const json = await plumbline(['plan', '--from', 'HEAD', '-o', 'json'], { cwd: folder, home: folder });
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject([
      { kustomization: 'flux-system/app', entries: [{ action: 'unchanged' }] },
    ]);
    const wrong = await plumbline(['plan', 'nowhere..HEAD'], { cwd: folder, home: folder });
    expect(wrong).toMatchObject({ code: 2, stderr: 'error: no commit, branch or tag "nowhere" in the repository\n' });
    const apply = await plumbline(['apply'], { cwd: folder, home: folder });
    expect(apply.code).toBe(2);
    expect(apply.stderr).toContain('nobody can be asked here');
  }),
);
