// Files on disk: links only inside the root, unsaved texts first, what was read is kept until it is said to have changed.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { diskSnapshot } from './disk.ts';

function folder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-disk-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test('names are sorted, and paths are taken in any form', () => {
  const snapshot = diskSnapshot(folder({ 'b.yaml': 'b', 'a/x.yaml': 'x', 'B.yaml': 'B' }));
  expect(snapshot.list('')).toEqual(['B.yaml', 'a', 'b.yaml']);
  expect(snapshot.text('./a/../a//x.yaml')).toBe('x');
  expect(snapshot.kind('a')).toBe('directory');
  expect(snapshot.kind('none')).toBeUndefined();
  expect(snapshot.paths()).toEqual(['B.yaml', 'a/x.yaml', 'b.yaml']);
});

test('nothing outside the root is seen, by path or by link', () => {
  const outside = folder({ 'secret.yaml': 'secret' });
  const root = folder({ 'a/x.yaml': 'x' });
  symlinkSync(outside, join(root, 'out'));
  symlinkSync('a', join(root, 'in'));
  symlinkSync('loop', join(root, 'loop'));
  const snapshot = diskSnapshot(root);
  expect(snapshot.text('out/secret.yaml')).toBeUndefined();
  expect(snapshot.text(`../${outside.split('/').at(-1) ?? ''}/secret.yaml`)).toBeUndefined();
  expect(snapshot.kind('loop')).toBeUndefined();
  expect(snapshot.text('in/x.yaml')).toBe('x');
});

test('unsaved texts stand over the files, through links too, and add files', () => {
  const root = folder({ 'a/x.yaml': 'saved' });
  symlinkSync('a', join(root, 'link'));
  const overlay = new Map([
    ['a/x.yaml', 'unsaved'],
    ['new/y.yaml', 'new'],
  ]);
  const snapshot = diskSnapshot(root, overlay);
  expect(snapshot.text('a/x.yaml')).toBe('unsaved');
  expect(snapshot.text('link/x.yaml')).toBe('unsaved');
  expect(snapshot.list('')).toEqual(['a', 'link', 'new']);
  expect(snapshot.list('new')).toEqual(['y.yaml']);
  expect(snapshot.kind('new')).toBe('directory');
});

test('a file is read again when it was invalidated, and the revision moves with the content', () => {
  const root = folder({ 'a/x.yaml': 'one' });
  const snapshot = diskSnapshot(root);
  const before = snapshot.revision;
  expect(snapshot.text('a/x.yaml')).toBe('one');
  writeFileSync(join(root, 'a/x.yaml'), 'two');
  writeFileSync(join(root, 'a/y.yaml'), 'y');
  expect(snapshot.text('a/x.yaml')).toBe('one');
  snapshot.invalidate(['a/x.yaml', 'a/y.yaml']);
  expect(snapshot.text('a/x.yaml')).toBe('two');
  expect(snapshot.list('a')).toEqual(['x.yaml', 'y.yaml']);
  expect(snapshot.revision).not.toBe(before);
});

test('P11: a process that may open no more files says so, and takes no file for absent', () => {
  const root = folder({ 'a.yaml': 'a: 1\n' });
  const program = `
    import { openSync } from 'node:fs';
    import { diskSnapshot } from ${JSON.stringify(new URL('disk.ts', import.meta.url).href)};
    const first = diskSnapshot(${JSON.stringify(root)});
    first.kind('a.yaml');
    try { for (;;) openSync('/dev/null'); } catch {}
    for (const look of [() => first.list(''), () => first.text('a.yaml'), () => first.revision]) {
      try { look(); console.log('guessed'); } catch (error) { console.log(error.code); }
    }`;
  const limited = ['-c', 'ulimit -n 64; exec "$0" --input-type=module --eval "$1"', process.execPath, program];
  const said = execFileSync('sh', limited, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(said.trim().split('\n')).toEqual(['EMFILE', 'EMFILE', 'EMFILE']);
});

test('P10: what may not be read is no empty folder: the artifact names it where a build looks at it', () => {
  const root = folder({
    'apps/web/a.yaml': 'a: 1\n',
    'apps/one.yaml': 'a: 1\n',
    'apps/open.yaml': 'a: 1\n',
    'data/db': 'x',
    '.sourceignore': 'data/\n',
  });
  const program = `
    import { chmodSync } from 'node:fs';
    import { artifactOf } from ${JSON.stringify(new URL('artifact.ts', import.meta.url).href)};
    import { diskSnapshot } from ${JSON.stringify(new URL('disk.ts', import.meta.url).href)};
    import { refusingUnreadable } from ${JSON.stringify(new URL('unreadable.ts', import.meta.url).href)};
    const root = ${JSON.stringify(root)};
    chmodSync(root, 0o755);
    for (const path of ['apps/web', 'data', 'apps/one.yaml']) chmodSync(root + '/' + path, 0);
    if (process.getuid() === 0) process.setuid(65534);
    const { snapshot } = artifactOf(diskSnapshot(root), undefined, 'r');
    const built = refusingUnreadable(diskSnapshot(root));
    const looks = ['', 'apps', 'apps/web'].map((path) => () => snapshot.list(path).join(' '));
    const texts = [() => snapshot.text('apps/web/a.yaml'), () => built.text('apps/one.yaml')];
    for (const look of [...looks, () => built.list('apps/web'), ...texts]) {
      try { console.log(look()); } catch (error) { console.log(error.message.split(':')[0]); }
    }`;
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  for (const path of ['apps/web', 'data']) chmodSync(join(root, path), 0o755);
  expect(said.trim().split('\n')).toEqual([
    '.sourceignore apps',
    'one.yaml open.yaml web',
    'apps/web cannot be read',
    'apps/web cannot be read',
    'apps/web cannot be read',
    'apps/one.yaml cannot be read',
  ]);
});
