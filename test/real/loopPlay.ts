// Plays one scenario with one of the two engines, in namespaces of its own, and reads the state after each step.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StatusError } from '../../src/kube/client.ts';
import { getList, getObject, getPath, getString, isJsonObject } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { applyMergePatch } from '../../src/merge/mergePatch.ts';
import { refOf } from '../../src/model/objectRef.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import { GIT_REPOSITORY, KUSTOMIZATION, PRUNE_ALL_AT, REQUESTED_AT } from '../../src/reconcile/fluxKinds.ts';
import { writeFiles } from '../folder.ts';
import { git } from './git.ts';
import { KUSTOMIZATIONS } from './loopArbitrary.ts';
import type { Operation, Scenario } from './loopArbitrary.ts';
import { basePath, baseText } from './loopManifests.ts';
import { ENGINE_LABEL } from './loopEngines.ts';
import type { Engine, Engines } from './loopEngines.ts';
import { planAhead } from './loopPlan.ts';
import type { PlanCounts } from './loopPlanCounts.ts';
import { objectReader } from './loopObjects.ts';
import { lacksArrival } from './loopCompare.ts';
import { readyMessage } from './loopPlanCompare.ts';
import type { Look } from './loopMoves.ts';
import { maskOf, stateOf, uidsOf } from './loopState.ts';

/** A health check takes no less than 30 s to give up, and a machine may have other things to do. */
const LIMIT_MS = 180_000;
const TRIGGER_LIMIT_MS = 4_000;
const POLL_MS = 30;
/** An answer that is none, which both engines get, so that the objects stay alike. */
const NO = 'no';
const HELD_BACK = new Set(['DependencyNotReady', 'ArtifactFailed', 'InvalidCELExpression']);
const NAMESPACE_POLL_MS = 250;

export interface Player {
  /** Does the operations and resolves when the engine has settled; gives what was planned otherwise than it then came. */
  step(operations: readonly Operation[]): Promise<string[]>;
  look(): Promise<Look>;
  dispose(): Promise<void>;
}

export interface Watching {
  /** With it the plans are made and held to what the engine does. */
  readonly counts?: PlanCounts;
  /** Told when our loop asks before it deletes everything, and is answered with yes. */
  readonly onQuestion?: () => void;
}

export async function openPlayer(
  engines: Engines,
  engine: Engine,
  id: string,
  scenario: Scenario,
  { counts, onQuestion }: Watching,
): Promise<Player> {
  const { client } = engines;
  const token = `q${engine[0] ?? ''}${id}`;
  const namespace = `${token}-flux`;
  const bare = join(engines.root, `${token}.git`);
  const work = join(engines.root, 'work', token);
  const mask = maskOf(token);
  const reader = objectReader(client, token, scenario);
  const own = <T extends JsonValue>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('TOKEN', token)) as T;
  const refTo = (name: string): ObjectRef => ({ ...KUSTOMIZATION, namespace, name });
  const questions = new Map<string, number>();
  const early = new Map<string, number>();
  const count = (map: Map<string, number>, name: string): void =>
    void map.set(`Kustomization/${name}`, (map.get(`Kustomization/${name}`) ?? 0) + 1);
  let requests = 0;
  let revision = '';
  let wrong: string[] = [];

  for (const name of [namespace, `${token}-app`, `${token}-two`])
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { fieldManager: 'test' });
  mkdirSync(work, { recursive: true });
  await git(work, 'init', '-q', '-b', 'main');
  await git(work, 'init', '-q', '--bare', '-b', 'main', bare);
  for (const name of KUSTOMIZATIONS) write(basePath(name), baseText(name));
  await commit();
  await push();
  await create('GitRepository', 'source.toolkit.fluxcd.io/v1', 'repo', {
    interval: '1h',
    url: `${engines.url}/${token}.git`,
    ref: { branch: 'main' },
  });
  await until(() => getString(source(), 'status', 'artifact', 'revision') === revision, LIMIT_MS);
  for (const name of KUSTOMIZATIONS) await createKustomization(name);

  function source(): JsonObject | undefined {
    return engines.sources.get(namespace, 'repo');
  }
  function kustomization(name: string): JsonObject | undefined {
    return engines.kustomizations.get(namespace, name);
  }
  function write(path: string, text: string): void {
    writeFiles(work, { [path]: text.replaceAll('TOKEN', token) });
  }
  async function commit(): Promise<void> {
    await git(work, 'add', '-A');
    await git(work, 'commit', '-q', '--allow-empty', '-m', 'change');
    revision = `main@sha1:${await git(work, 'rev-parse', 'HEAD')}`;
  }
  async function push(): Promise<void> {
    await git(work, 'push', '-q', bare, 'main');
  }
  function newObject(kind: string, apiVersion: string, name: string, spec: JsonObject): JsonObject {
    const metadata = {
      name,
      namespace,
      labels: { [ENGINE_LABEL]: engine },
      annotations: { [REQUESTED_AT]: String(++requests), [PRUNE_ALL_AT]: NO },
    };
    return { apiVersion, kind, metadata, spec };
  }
  async function create(...parts: Parameters<typeof newObject>): Promise<void> {
    await client.create(newObject(...parts), { fieldManager: 'test' });
  }
  async function createKustomization(name: string): Promise<void> {
    const spec = {
      interval: '1h',
      retryInterval: '1h',
      timeout: '3s',
      path: `./${name}`,
      sourceRef: { kind: 'GitRepository', name: 'repo' },
      ...own(scenario.specs[name] ?? {}),
    };
    const object = newObject('Kustomization', `${KUSTOMIZATION.group}/v1`, name, spec);
    const others = live().filter((one) => getString(one, 'metadata', 'name') !== name);
    await planned([...others, object], [name], async () => {
      await client.create(object, { fieldManager: 'test' });
      await settled(name);
    });
  }
  function live(): JsonObject[] {
    return KUSTOMIZATIONS.map(kustomization).filter((one) => one !== undefined);
  }
  function active(): string[] {
    return KUSTOMIZATIONS.filter(
      (name) => kustomization(name) && getPath(kustomization(name), 'spec', 'suspend') !== true,
    );
  }
  /** Does something that Kustomizations are going to act upon, and holds the plan to what they do. */
  async function planned(
    kustomizations: readonly JsonObject[],
    acting: readonly string[],
    act: () => Promise<void>,
  ): Promise<void> {
    const repository = source();
    if (!counts || !repository || acting.length === 0) return act();
    const ended = kustomization;
    const subject = {
      client,
      reader,
      folder: work,
      revision,
      source: repository,
      kustomizations,
      acting,
      ended,
      counts,
    };
    const check = await planAhead(subject);
    await act();
    wrong.push(...(await check()));
  }

  function isSettled(name: string): boolean {
    const object = kustomization(name);
    const ready = (getList(object, 'status', 'conditions') ?? []).find((one) => getString(one, 'type') === 'Ready');
    return ready !== undefined && getString(ready, 'status') !== 'Unknown';
  }
  /** Until the last request is handled. */
  async function settled(name: string): Promise<void> {
    const object = kustomization(name);
    if (getPath(object, 'spec', 'suspend') === true) return;
    await until(
      () => isSettled(name) && getString(kustomization(name), 'status', 'lastHandledReconcileAt') === String(requests),
      LIMIT_MS,
    );
    await answer(name);
    await namespacesGone();
  }
  /** The question before everything is deleted (docs/differences.md), which upstream does not ask. */
  async function answer(name: string): Promise<void> {
    if (engine !== 'ours' || !asksToPruneAll(kustomization(name))) return;
    onQuestion?.();
    count(questions, name);
    await request(refTo(name), undefined, String(requests + 1));
    await until(
      () => isSettled(name) && getString(kustomization(name), 'status', 'lastHandledReconcileAt') === String(requests),
      LIMIT_MS,
    );
  }
  async function request(ref: ObjectRef, spec?: JsonObject, pruneAll = NO): Promise<void> {
    const metadata = { annotations: { [REQUESTED_AT]: String(++requests), [PRUNE_ALL_AT]: pruneAll } };
    const patch: JsonObject = spec ? { metadata, spec } : { metadata };
    await client.patch(ref, 'application/merge-patch+json', patch, { fieldManager: 'test' });
  }
  function namespacesGone(): Promise<void> {
    return until(async () => !(await reader.isNamespaceGoing()), LIMIT_MS, NAMESPACE_POLL_MS);
  }

  /** What somebody else does; what the server refuses is refused to both. */
  async function meddle(operation: Operation): Promise<void> {
    try {
      if (operation.op === 'apply')
        await client.apply(own(operation.object), { fieldManager: operation.manager, force: true });
      if (operation.op === 'patch')
        await client.patch(own(refJson(operation.ref)), 'application/merge-patch+json', own(operation.patch), {
          fieldManager: operation.manager,
        });
      if (operation.op === 'delete') await client.delete(own(refJson(operation.ref)), {});
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
  }

  async function doStep(operations: readonly Operation[]): Promise<void> {
    const files = operations.filter(({ op }) => op === 'write' || op === 'remove');
    for (const operation of operations) {
      if (operation.op === 'write') write(operation.path, operation.text);
      if (operation.op === 'remove') rmSync(join(work, operation.path), { force: true });
    }
    for (const operation of operations) await meddle(operation);
    await namespacesGone();
    if (files.length > 0) {
      await commit();
      await planned(live(), active(), fetchCommit);
    }
    for (const operation of operations) {
      if (operation.op === 'delete-kustomization') {
        await client.delete(refTo(operation.name), {});
        await until(() => kustomization(operation.name) === undefined, LIMIT_MS);
        await namespacesGone();
      }
      if (operation.op === 'create-kustomization') await createKustomization(operation.name);
      if (operation.op === 'spec' && kustomization(operation.name)) await changeSpec(operation.name, operation.spec);
    }
    await planned(live(), active(), async () => {
      for (const name of active()) {
        await request(refTo(name));
        await settled(name);
      }
    });
  }
  async function changeSpec(name: string, changed: JsonObject): Promise<void> {
    const spec = own(changed);
    const after = live().map((one) =>
      getString(one, 'metadata', 'name') === name ? { ...one, spec: mergePatched(getObject(one, 'spec'), spec) } : one,
    );
    await planned(after, [name], async () => {
      await request(refTo(name), spec);
      const suspends = getPath(spec, 'suspend') === true;
      await until(
        () => (getPath(kustomization(name), 'spec', 'suspend') === true) === suspends || !('suspend' in spec),
        LIMIT_MS,
      );
      if (!suspends) await settled(name);
    });
  }
  async function fetchCommit(): Promise<void> {
    await push();
    await request({ ...GIT_REPOSITORY, namespace, name: 'repo' });
    await until(() => getString(source(), 'status', 'artifact', 'revision') === revision, LIMIT_MS);
    // What the new revision alone sets off comes first, so that both engines are asked the same number of times.
    for (const name of active()) {
      const isThere = (): boolean =>
        isSettled(name) && getString(kustomization(name), 'status', 'lastAttemptedRevision') === revision;
      const end = Date.now() + TRIGGER_LIMIT_MS;
      await until(() => isThere() || (Date.now() > end && isHeldBack(name)), LIMIT_MS);
      if (lacksArrival(readyMessage(kustomization(name) ?? {}))) count(early, name);
      await answer(name);
      await namespacesGone();
    }
  }
  /** What ends before it looks at a revision shows nothing of it. */
  function isHeldBack(name: string): boolean {
    const conditions = getList(kustomization(name), 'status', 'conditions') ?? [];
    return conditions.some((one) => HELD_BACK.has(getString(one, 'reason') ?? ''));
  }

  return {
    async step(operations) {
      wrong = [];
      await doStep(operations);
      return wrong;
    },
    async look() {
      const kustomizations = engines.kustomizations.items();
      const objects = await reader.read();
      const inside = kustomizations.filter((one) => getString(one, 'metadata', 'namespace') === namespace);
      return { state: stateOf(objects, source(), inside, mask), uids: uidsOf(objects, mask), questions, early };
    },
    async dispose() {
      for (const name of KUSTOMIZATIONS)
        await client
          .patch(
            refTo(name),
            'application/merge-patch+json',
            { metadata: { finalizers: null } },
            { fieldManager: 'test' },
          )
          .catch(() => undefined);
      for (const name of KUSTOMIZATIONS) await client.delete(refTo(name), {}).catch(() => undefined);
      await client.delete({ ...GIT_REPOSITORY, namespace, name: 'repo' }, {}).catch(() => undefined);
      // Definitions that stay make every look at the cluster slower. The namespaces stay: to empty one costs a hundred requests.
      const left = await reader.read().catch(() => []);
      for (const object of left)
        if (refOf(object).namespace === '' && object['kind'] !== 'Namespace')
          await client.delete(refOf(object), {}).catch(() => undefined);
      rmSync(work, { recursive: true, force: true });
    },
  };
}

const refJson = ({ group, version, kind, namespace, name }: ObjectRef): ObjectRef & JsonObject => ({
  group,
  version,
  kind,
  namespace,
  name,
});

function asksToPruneAll(kustomization: JsonObject | undefined): boolean {
  return (getList(kustomization, 'status', 'conditions') ?? []).some(
    (one) => getString(one, 'reason') === 'PruneFailed' && getString(one, 'message')?.endsWith('--prune-all') === true,
  );
}

function mergePatched(spec: JsonObject | undefined, changed: JsonObject): JsonObject {
  const merged = applyMergePatch(spec ?? {}, changed);
  return 'value' in merged && isJsonObject(merged.value) ? merged.value : {};
}

async function until(
  isThere: () => boolean | Promise<boolean>,
  limit: number,
  interval: number = POLL_MS,
): Promise<void> {
  const end = Date.now() + limit;
  while (!(await isThere())) {
    if (Date.now() > end) throw new Error(`not settled within ${limit} ms`);
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}
