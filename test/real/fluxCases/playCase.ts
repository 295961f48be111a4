// Plays one case with one of the two engines, in namespaces of its own, and tells what it left: statuses, events, objects.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { refOfEntry } from '../../../src/model/inventory.ts';
import { getList, getPath, getString } from '../../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { keyOf, refOf } from '../../../src/model/objectRef.ts';
import type { ObjectRef } from '../../../src/model/objectRef.ts';
import { GIT_REPOSITORY, KUSTOMIZATION, REQUESTED_AT } from '../../../src/reconcile/fluxKinds.ts';
import { writeFiles } from '../../folder.ts';
import type { Files } from '../../folder.ts';
import { git } from '../git.ts';
import { ENGINE_LABEL } from '../loopEngines.ts';
import type { Engine, Engines } from '../loopEngines.ts';
import { maskOf, stateOf } from '../loopState.ts';
import { fluxStatus } from './fluxStatus.ts';
import { configMap } from './fluxCase.ts';
import type { FluxCase, FluxStep, Repo } from './fluxCase.ts';

export interface CasePlayer {
  /** Makes the repository and the objects. */
  begin(): Promise<void>;
  step(step: FluxStep): Promise<void>;
  /** Whether everything that is not suspended has answered the last request. */
  isSettled(): boolean;
  /** By the name of what is told. */
  look(): Promise<ReadonlyMap<string, JsonValue>>;
  dispose(): Promise<void>;
}

const DEFAULT_SOURCES: Readonly<Record<string, JsonObject>> = { repo: { ref: { branch: 'main' } } };
const EVENT = { group: '', version: 'v1', kind: 'Event' };

export function casePlayer(engines: Engines, engine: Engine, id: string, one: FluxCase): CasePlayer {
  const { client } = engines;
  const token = `c${engine[0] ?? ''}${id}`;
  const namespace = `${token}-flux`;
  const work = join(engines.root, 'work', token);
  const bare = join(engines.root, `${token}.git`);
  const commits: string[] = [];
  const seen = new Map<string, ObjectRef>();
  const hashes = maskOf(token);
  let requests = 0;
  let made: Repo | undefined;

  const own = (text: string): string =>
    commits.reduce(
      (said, commit, at) => said.replaceAll(`COMMIT${at}`, commit),
      text.replaceAll('TOKEN', token).replaceAll('ENGINE', engine),
    );
  const ownJson = <T extends JsonValue>(value: T): T => JSON.parse(own(JSON.stringify(value))) as T;
  const mask = (text: string): string =>
    hashes(commits.reduce((said, commit, at) => said.replaceAll(commit, `COMMIT${at}`), text))
      // Tags have the time of their making in their id.
      .replace(/\b[0-9a-f]{40}\b/g, '<id>')
      .replace(/\/tmp\/plumbline-flux-\S+/g, '<folder>');
  const refTo = (key: string): ObjectRef => {
    const [kind, name = ''] = key.split('/');
    return { ...(kind === KUSTOMIZATION.kind ? KUSTOMIZATION : GIT_REPOSITORY), namespace, name };
  };
  const cached = ({ kind, name }: ObjectRef): JsonObject | undefined =>
    (kind === KUSTOMIZATION.kind ? engines.kustomizations : engines.sources).get(namespace, name);
  const keys = [
    ...Object.keys(one.sources ?? DEFAULT_SOURCES).map((name) => `GitRepository/${name}`),
    ...Object.keys(one.kustomizations ?? {}).map((name) => `Kustomization/${name}`),
  ];

  const repo: Repo = {
    async commit(files) {
      const texts = Object.entries(files).map(([path, text]) => [path, text === null ? null : own(text)]);
      writeFiles(work, Object.fromEntries(texts) as Files);
      await git(work, 'add', '-A');
      await git(work, 'commit', '-q', '--allow-empty', '-m', `change ${commits.length}`);
      commits.push(await git(work, 'rev-parse', 'HEAD'));
    },
    git: (...args) => git(work, ...args.map(own)),
  };

  async function create(kind: string, apiVersion: string, name: string, spec: JsonObject): Promise<void> {
    const annotations = { [REQUESTED_AT]: String(requests) };
    const metadata = { name, namespace, labels: { [ENGINE_LABEL]: engine }, annotations };
    await client.create({ apiVersion, kind, metadata, spec }, { fieldManager: 'test' });
  }

  return {
    async begin() {
      for (const name of [namespace, `${token}-app`])
        await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { fieldManager: 'test' });
      mkdirSync(work, { recursive: true });
      await git(work, 'init', '-q', '-b', 'main');
      await git(work, 'init', '-q', '--bare', '-b', 'main', bare);
      made = repo;
      await (one.repository ?? ((each) => each.commit({ 'app/one.yaml': configMap('one') })))(made);
      if (commits.length > 0) await git(work, 'push', '-q', '--mirror', bare);
      for (const object of ownJson([...(one.objects ?? [])])) {
        const metadata = { namespace, ...(object['metadata'] as JsonObject) };
        await client.apply({ ...object, metadata }, { fieldManager: 'test', force: true });
      }
      for (const [name, spec] of Object.entries(one.sources ?? DEFAULT_SOURCES))
        await create('GitRepository', 'source.toolkit.fluxcd.io/v1', name, {
          interval: '1h',
          url: `${engines.url}/${token}.git`,
          ...ownJson(spec),
        });
      await sourcesSettled();
      for (const [name, spec] of Object.entries(one.kustomizations ?? {})) {
        await dependenciesSettled(`Kustomization/${name}`);
        await create('Kustomization', 'kustomize.toolkit.fluxcd.io/v1', name, {
          interval: '1h',
          retryInterval: '1h',
          prune: true,
          path: './app',
          sourceRef: { kind: 'GitRepository', name: 'repo' },
          ...ownJson(spec),
        });
      }
    },
    async step({ files, flux, apply }) {
      requests++;
      if (files && made) {
        await made.commit(files);
        await git(work, 'push', '-q', '--mirror', bare);
      }
      if (apply) await client.apply(ownJson(apply.object), { fieldManager: apply.manager, force: true });
      const metadata = { annotations: { [REQUESTED_AT]: String(requests) } };
      // A source that leaves something else out has the same revision as before: theirs hears of it when it is asked again.
      for (const key of keys) {
        if (key.startsWith('Kustomization/')) await sourcesSettled();
        await dependenciesSettled(key);
        const patch = flux?.[key];
        if (patch === null) await client.delete(refTo(key), {});
        else if (patch)
          await client.patch(refTo(key), MERGE, { ...ownJson(patch), metadata }, { fieldManager: 'test' });
        else await client.patch(refTo(key), MERGE, { metadata }, { fieldManager: 'test' }).catch(() => undefined);
      }
    },
    isSettled: () => keys.every(isSettled),
    async look() {
      const told = new Map<string, JsonValue>();
      for (const key of keys) {
        const object = cached(refTo(key));
        told.set(key, fluxStatus(object, mask));
        for (const entry of getList(object, 'status', 'inventory', 'entries') ?? []) {
          const ref = refOfEntry({ id: getString(entry, 'id') ?? '', v: getString(entry, 'v') ?? '' });
          if (ref) seen.set(keyOf(ref), ref);
        }
      }
      const found = await Promise.all([...seen.values()].map((ref) => client.get(ref).catch(() => undefined)));
      const objects = found.filter((each) => each !== undefined && keyOf(refOf(each)) !== '') as JsonObject[];
      const fluxKinds = new Set([GIT_REPOSITORY.kind, KUSTOMIZATION.kind]);
      for (const [key, value] of stateOf(
        objects.filter((each) => !fluxKinds.has(String(each['kind']))),
        undefined,
        [],
        mask,
      ))
        if (value !== null) told.set(key, value);
      for (const line of await events()) told.set(line, true);
      return told;
    },
    async dispose() {
      for (const key of keys.toReversed()) {
        await client
          .patch(refTo(key), MERGE, { metadata: { finalizers: null } }, { fieldManager: 'test' })
          .catch(() => undefined);
        await client.delete(refTo(key), {}).catch(() => undefined);
      }
      rmSync(work, { recursive: true, force: true });
    },
  };

  function isSettled(key: string): boolean {
    const object = cached(refTo(key));
    if (!object || getPath(object, 'spec', 'suspend') === true) return true;
    const ready = (getList(object, 'status', 'conditions') ?? []).find((each) => getString(each, 'type') === 'Ready');
    const isAnswered = getString(object, 'status', 'lastHandledReconcileAt') === String(requests);
    return ready !== undefined && getString(ready, 'status') !== 'Unknown' && isAnswered;
  }

  function sourcesSettled(): Promise<void> {
    return settled(keys.filter((key) => key.startsWith('GitRepository/')));
  }

  /** Asked side by side, it is chance whether a dependency is found ready or on its way. */
  async function dependenciesSettled(key: string): Promise<void> {
    const [kind, name = ''] = key.split('/');
    if (kind !== KUSTOMIZATION.kind || one.kustomizations?.[name]?.['dependsOn'] === undefined) return;
    const before = keys.slice(0, keys.indexOf(key));
    await settled(before.filter((each) => each.startsWith('Kustomization/')));
  }

  async function settled(wanted: readonly string[]): Promise<void> {
    for (const end = Date.now() + SETTLED_MS; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50)))
      if (wanted.every((key) => cached(refTo(key)) && isSettled(key))) return;
  }

  async function events(): Promise<string[]> {
    const type = await client.resourceType(EVENT);
    if (!type) return [];
    const { items } = await client.list(type, { namespace });
    return items
      .filter((event) => !MEANT.has(getString(event, 'reason') ?? ''))
      .map((event) => {
        const [kind, name] = ['kind', 'name'].map((field) => getString(event, 'involvedObject', field) ?? '');
        const said = ['type', 'reason', 'message'].map((field) => getString(event, field) ?? '');
        return mask(`event ${kind ?? ''}/${name ?? ''} ${said.join(' ')}`);
      });
  }
}

/** Artifacts are held in memory here, and nothing is left of old ones. What is wrong with a build is said in words of ours. */
const MEANT = new Set(['GarbageCollectionSucceeded', 'BuildFailed']);
const SETTLED_MS = 10_000;
const MERGE = 'application/merge-patch+json';
