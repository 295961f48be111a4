// In the place of source-watcher, beside the real controllers: makes the ExternalArtifacts that an ArtifactGenerator asks for,
// with cp and tar from a work tree, and serves them. Knows `@source/folder/**` to `@artifact/folder/`, no other copy.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { getList, getString } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { refOf } from '../../src/model/objectRef.ts';
import { StatusError } from '../../src/kube/client.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { ARTIFACT_GENERATOR, EXTERNAL_ARTIFACT } from '../../src/reconcile/fluxKinds.ts';

const POLL_MS = 300;

/** Follows the generators of a cluster until disposed; `root` is a folder of its own for what it makes. */
export async function startArtifacts(
  client: KubeClient,
  work: string,
  root: string,
): Promise<{ dispose(): Promise<void> }> {
  const files = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    response.writeHead(file ? 200 : 404).end(file);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made = new Set<string>();
  const stop = new AbortController();
  const round = async (): Promise<void> => {
    const type = await client.resourceType(ARTIFACT_GENERATOR);
    for (const generator of type ? (await client.list(type, {})).items : []) {
      for (const artifact of getList(generator, 'spec', 'artifacts') ?? []) {
        const name = getString(artifact, 'name') ?? '';
        if (made.has(name)) continue;
        made.add(name);
        const path = `/${name}.tar.gz`;
        const bytes = archive(artifact, work, join(root, 'artifacts', name));
        files.set(path, bytes);
        await publish(client, generator, name, `${url}${path}`, bytes);
      }
    }
  };
  const going = (async () => {
    while (!stop.signal.aborted) {
      try {
        await round();
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
      }
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  })();
  return {
    dispose: async () => {
      stop.abort();
      await going;
      await new Promise((done) => server.close(done));
    },
  };
}

function archive(artifact: JsonValue, work: string, folder: string): Buffer {
  mkdirSync(folder, { recursive: true });
  for (const copy of getList(artifact, 'copy') ?? []) {
    const from = /^@[^/]+\/(.+)\/\*\*$/.exec(getString(copy, 'from') ?? '')?.[1];
    const to = /^@artifact\/(.*)$/.exec(getString(copy, 'to') ?? '')?.[1];
    if (from === undefined || to === undefined) throw new Error(`no such copy: ${JSON.stringify(copy)}`);
    cpSync(join(work, from), join(folder, to), { recursive: true });
  }
  const file = `${folder}.tar.gz`;
  const { status } = spawnSync('tar', ['-C', folder, '-czf', file, '.']);
  if (status !== 0) throw new Error(`tar could not pack ${dirname(file)}`);
  return readFileSync(file);
}

async function publish(
  client: KubeClient,
  generator: JsonObject,
  name: string,
  url: string,
  bytes: Buffer,
): Promise<void> {
  const { namespace, name: by } = refOf(generator);
  const ref = { ...EXTERNAL_ARTIFACT, namespace, name };
  const sourceRef = {
    apiVersion: 'source.extensions.fluxcd.io/v1beta1',
    kind: 'ArtifactGenerator',
    name: by,
    namespace,
  };
  await client.create(
    {
      apiVersion: `${EXTERNAL_ARTIFACT.group}/${EXTERNAL_ARTIFACT.version}`,
      kind: EXTERNAL_ARTIFACT.kind,
      metadata: { namespace, name },
      spec: { sourceRef },
    },
    { fieldManager: 'stand-in' },
  );
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const now = new Date().toISOString();
  const status = {
    artifact: {
      digest,
      lastUpdateTime: now,
      path: `${name}.tar.gz`,
      revision: `latest@${digest}`,
      size: bytes.length,
      url,
    },
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Succeeded',
        message: 'stored',
        lastTransitionTime: now,
        observedGeneration: 1,
      },
    ],
  };
  const options = { fieldManager: 'stand-in', subresource: 'status' };
  await client.patch(ref, 'application/merge-patch+json', { status }, options);
}
