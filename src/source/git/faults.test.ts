// Servers and networks that fail in the middle, by the rows of the list of faults.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openGitRemote } from '../../../test/real/gitRemote.ts';
import { memorySnapshot } from '../memory.ts';
import { artifactOf } from '../artifact.ts';
import { DEFAULT_HTTP_LIMITS } from './http.ts';
import { loadTree } from './tree.ts';

const MAIN = { branch: 'main' };

/** What the server answers to the fetch, recorded by forwarding it. */
async function record(url: string, request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const answer = await fetch(`${url}${request.url ?? ''}`, { method: 'POST', headers, body: Buffer.concat(parts) });
  return Buffer.from(await answer.arrayBuffer());
}

/** Answers the next fetch with what `change` makes of the true answer. */
function change(
  remote: Awaited<ReturnType<typeof openGitRemote>>,
  send: (bytes: Buffer, response: ServerResponse) => void,
): void {
  remote.server.fault = (request, response) => {
    if (request.method !== 'POST' || request.headers['user-agent'] === 'node') return false;
    response.setHeader('content-type', 'application/x-git-upload-pack-result');
    void record(remote.server.url, request).then((bytes) => send(bytes, response));
    return true;
  };
}

test('G2: a flipped bit in the pack is a failure, and the next fetch heals', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  change(remote, (bytes, response) => {
    const at = bytes.indexOf('PACK') + 20;
    bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    response.end(bytes);
  });
  await expect(remote.read(MAIN)).rejects.toThrow(/what the server sent cannot be read|is missing/);
  remote.server.fault = undefined;
  expect((await remote.read(MAIN)).text).toBe('one');
});

test('G3: a connection that is reset anywhere is a failure, and the next fetch heals', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  for (const part of [0, 0.05, 0.2, 0.5, 0.8, 0.99]) {
    change(remote, (bytes, response) => {
      response.write(bytes.subarray(0, Math.floor(bytes.length * part)), () => response.socket?.resetAndDestroy());
    });
    await expect(remote.read(MAIN)).rejects.toThrow(/ECONNRESET|aborted|terminated/);
  }
  remote.server.fault = undefined;
  expect((await remote.read(MAIN)).text).toBe('one');
});

test('G3: a list of refs that breaks off is no empty repository', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  remote.server.fault = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
    response.write('001e# service=git-upload-pack\n0000', () => response.socket?.resetAndDestroy());
    return true;
  };
  await expect(remote.read(MAIN)).rejects.toThrow(/ECONNRESET|aborted|terminated/);
});

test('G4: a server that is silent for a while is waited for, by default a minute', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  expect([DEFAULT_HTTP_LIMITS.firstByteMs, DEFAULT_HTTP_LIMITS.idleMs]).toEqual([60_000, 60_000]);
  change(remote, (bytes, response) => setTimeout(() => response.end(bytes), 150));
  expect((await remote.read(MAIN, {}, { firstByteMs: 20_000 })).text).toBe('one');
});

test('G5: a server that is silent for ever is left, and its connection closed', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  let closed = (): void => undefined;
  const gone = new Promise<void>((resolve) => (closed = resolve));
  remote.server.fault = (request) => (request.socket.once('close', closed), true);
  await expect(remote.read(MAIN, {}, { firstByteMs: 50 })).rejects.toThrow('did not answer within 0.05 s');
  await gone;
});

test('G5: a server that stops in the middle is left, and its connection closed', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  let closed = (): void => undefined;
  const gone = new Promise<void>((resolve) => (closed = resolve));
  change(remote, (bytes, response) => {
    // Where git took its time, the reader has left before.
    if (response.socket?.destroyed === false) response.socket.once('close', closed);
    else closed();
    response.write(bytes.subarray(0, 60));
  });
  await expect(remote.read(MAIN, {}, { idleMs: 50 })).rejects.toThrow('stopped sending for 0.05 s');
  await gone;
});

test('G6: a refused login is not tried again', async () => {
  const remote = await openGitRemote();
  let asked = 0;
  remote.server.fault = (_, response) => (asked++, response.writeHead(401).end(), true);
  await expect(remote.read(MAIN, { username: 'a', password: 'b' })).rejects.toThrow('authentication required');
  expect(asked).toBe(1);
});

test('G7: a busy server is asked again, a few times, and not one that asks for long patience', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  const codes = [429, 503];
  let after = '0';
  let asked = 0;
  remote.server.fault = (_, response) => {
    asked++;
    const code = codes.shift();
    if (code !== undefined) response.writeHead(code, { 'retry-after': after }).end();
    return code !== undefined;
  };
  expect((await remote.read(MAIN)).text).toBe('one');
  asked = 0;
  codes.push(...Array.from({ length: 20 }, () => 503));
  await expect(remote.read(MAIN)).rejects.toThrow('is busy: it answers 503');
  expect(asked).toBe(3);
  after = '3600';
  asked = 0;
  await expect(remote.read(MAIN)).rejects.toThrow('asks to come back in 3600 s');
  expect(asked).toBe(1);
});

test('G7: a busy server is left alone for as long as it asks', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  const asked: number[] = [];
  remote.server.fault = (_, response) => {
    if (asked.push(performance.now()) > 1) return false;
    response.writeHead(429, { 'retry-after': '1' }).end();
    return true;
  };
  expect((await remote.read(MAIN)).text).toBe('one');
  expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(990);
});

test('G8: a redirect to another host is followed without the login', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  const front = createServer((request, response) => {
    response.writeHead(307, { location: `${remote.server.url}${request.url ?? ''}` }).end();
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => (front.closeAllConnections(), void front.close()));
  const seen: (string | undefined)[] = [];
  remote.server.fault = (request) => (seen.push(request.headers.authorization), false);
  const address = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  expect((await remote.read(MAIN, { username: 'a', password: 'b' }, {}, address)).text).toBe('one');
  expect(new Set(seen)).toEqual(new Set([undefined]));
});

test('G10: a branch that is gone is said, and comes back', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  await remote.read(MAIN);
  remote.git('push', '-q', 'origin', 'HEAD:refs/heads/other');
  remote.git('--git-dir', remote.served, 'update-ref', '-d', 'refs/heads/main');
  await expect(remote.read(MAIN)).rejects.toThrow('couldn\'t find remote ref "refs/heads/main"');
  remote.commit('two');
  expect((await remote.read(MAIN)).text).toBe('two');
});

test('G12: a tag that was moved is followed', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  remote.git('tag', '-a', '-m', 'inner', 'inner');
  remote.git('tag', '-a', '-m', 'outer', 'v1.0.0', 'inner');
  remote.git('push', '-q', '--tags');
  expect((await remote.read({ tag: 'v1.0.0' })).text).toBe('one');
  remote.commit('two');
  remote.git('tag', '-f', 'v1.0.0');
  remote.git('push', '-q', '-f', '--tags');
  expect((await remote.read({ semver: '1.x' })).text).toBe('two');
});

test('G15: links lead nowhere outside of the source, and none is in the artifact', () => {
  const tree = memorySnapshot({
    'a/b.yaml': 'b',
    absolute: { link: '/dev/zero' },
    outside: { link: '../../etc/passwd' },
    cycle: { link: 'cycle2' },
    cycle2: { link: 'cycle' },
    folder: { link: 'a' },
  });
  for (const path of ['absolute', 'outside', 'cycle']) expect(tree.text(path)).toBeUndefined();
  expect(tree.text('folder/b.yaml')).toBe('b');
  expect(artifactOf(tree, undefined, 'r').snapshot.paths()).toEqual(['a/b.yaml']);
});

test('G20: more bytes than the limit are refused while they come, and too large a tree by its limit', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  await expect(remote.read(MAIN, {}, { bytes: 64 })).rejects.toThrow('refused');
  const bytes = Buffer.concat([Buffer.from('100644 a\0'), Buffer.alloc(20)]);
  const objects = {
    read: async (id: string) =>
      id === 'tree' ? { type: 'tree' as const, bytes } : { type: 'blob' as const, bytes: new Uint8Array(11) },
    commit: () => Promise.reject(new Error('not asked for')),
    peel: () => Promise.reject(new Error('not asked for')),
  };
  const options = { skip: () => false, limits: { bytes: 10, files: 10 }, blobs: new Map() };
  await expect(loadTree(objects, 'tree', options, new AbortController().signal)).rejects.toThrow('the tree holds more');
});
