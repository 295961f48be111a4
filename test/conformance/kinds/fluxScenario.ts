// Plays the recorded scenarios of the Flux controllers against our loop, and compares what is left after each step.
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { getPath, getString, isJsonObject } from '../../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { parseApiVersion, printRef, refOf } from '../../../src/model/objectRef.ts';
import type { ObjectRef } from '../../../src/model/objectRef.ts';
import type { LoopOptions } from '../../../src/reconcile/deps.ts';
import type { PatchType } from '../../../src/kube/client.ts';
import { GIT_REPOSITORY, KUSTOMIZATION, REQUESTED_AT } from '../../../src/reconcile/fluxKinds.ts';
import { compareFluxObject, compareObject } from '../flux/compare.ts';
import { openStage } from '../flux/stage.ts';
import type { Stage } from '../flux/stage.ts';
import type { GoldenKinds, GoldenResult, GoldenRunner } from '../golden.ts';

const opened = new Map<string, Promise<Stage | undefined>>();

/** The settings of the recorder's second controller, as far as our loop has them. */
const VARIANTS = new Map<string, LoopOptions>([
  // Nothing is fetched but from hosts that the user names.
  ['--no-remote-bases', {}],
  ['--no-cross-namespace-refs', { noCrossNamespaceRefs: true }],
  ['CancelHealthCheckOnNewRevision=true', { cancelHealthCheckOnNewRevision: true }],
]);
const SETTLE_LIMIT_MS = 60_000;
const UNFINISHED_MS = 3000;
const COMPARE_LIMIT_MS = 2500;
/** Nothing was asked for: what happens, happens at an interval. */
const UNTRIGGERED_MS = 10_000;
const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

const scenario: GoldenRunner = async (record): Promise<GoldenResult> => {
  const variant = typeof record['variant'] === 'string' ? record['variant'] : '';
  const settings = variant === '' ? {} : VARIANTS.get(variant);
  if (!settings) return { skip: `no such setting: ${variant}` };
  if (!opened.has(variant)) opened.set(variant, openStage(settings));
  const on = await opened.get(variant);
  if (!on) return { skip: 'kube-apiserver not found' };
  return new Player(on, record).play();
};

class Player {
  private readonly stage: Stage;
  private readonly record: JsonObject;
  private readonly flux: string;
  private readonly workload: string;
  private requests = 0;
  private known = new Map<string, ObjectRef>();

  constructor(stage: Stage, record: JsonObject) {
    this.stage = stage;
    this.record = record;
    this.flux = getString(record, 'namespaces', 'flux') ?? '';
    this.workload = getString(record, 'namespaces', 'workload') ?? '';
  }

  async play(): Promise<GoldenResult> {
    for (const name of [this.flux, this.workload]) {
      await this.stage.client.create(
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
        { fieldManager: 'unknown' },
      );
    }
    try {
      for (const [index, step] of (this.record['steps'] as JsonObject[]).entries()) {
        const differences = await this.step(step);
        if (differences.length > 0)
          return `step ${index + 1} (${String(step['title'])}): ${differences.slice(0, 3).join(' | ')}`;
      }
      return undefined;
    } finally {
      await this.cleanUp();
    }
  }

  private async step(step: JsonObject): Promise<string[]> {
    let source = false;
    let handed = false;
    for (const operation of step['operations'] as JsonObject[]) {
      source ||=
        operation['op'] === 'commit' ||
        getString(operation, 'object', 'kind') === 'GitRepository' ||
        operation['kind'] === 'GitRepository';
      // What was done while the controllers worked found them at work on what was there before.
      if (operation['during_wait'] === true && source && !handed) {
        await this.handSources();
        handed = true;
      }
      await this.operate(operation);
    }
    const settled = await this.settle(step, source);
    if (settled) return settled;
    // Watches, garbage collection and namespaces that end take their time, there as here.
    const untriggered = Object.values(step['trigger'] as JsonObject).includes('none');
    const limit = untriggered ? UNTRIGGERED_MS : COMPARE_LIMIT_MS;
    let differences: string[] = [];
    const same = await this.until(
      async () => (differences = await this.compare(step['recording'] as JsonObject)).length === 0,
      limit,
    );
    return same ? [] : differences;
  }

  private async operate(operation: JsonObject): Promise<void> {
    const { client, repositories } = this.stage;
    const object = operation['object'] as JsonObject | undefined;
    const options = { fieldManager: String(operation['manager'] ?? 'user') };
    switch (operation['op']) {
      case 'commit':
        return repositories.commit(String(this.record['id']), operation);
      case 'flux-create':
        return void (await tolerate(() => client.create(this.requested(object as JsonObject), options)));
      case 'flux-patch':
        return void (await tolerate(() =>
          client.patch(
            this.fluxRef(operation),
            PATCH_TYPES['merge'] as PatchType,
            this.requested(operation['patch'] as JsonObject),
            options,
          ),
        ));
      case 'flux-delete':
        await tolerate(() => client.delete(this.fluxRef(operation), {}));
        return void (await this.until(async () => (await client.get(this.fluxRef(operation))) === undefined, 40_000));
      case 'create':
        return void (await tolerate(() => client.create(this.placed(object as JsonObject), options)));
      case 'ssa':
        return void (await tolerate(() =>
          client.apply(this.placed(object as JsonObject), { ...options, force: operation['force'] === true }),
        ));
      case 'patch': {
        const subresource = operation['subresource'];
        const type = PATCH_TYPES[String(operation['type'] ?? 'merge')] as PatchType;
        return void (await tolerate(async () =>
          client.patch(await this.refOf(operation), type, operation['patch'] as JsonObject, {
            ...options,
            ...(typeof subresource === 'string' ? { subresource } : {}),
          }),
        ));
      }
      case 'delete':
        return await tolerate(async () => client.delete(await this.refOf(operation), {}));
      case 'kubectl':
        return this.kubectl(operation);
      case 'sleep':
        return delay(Number(operation['seconds']) * 1000);
      case 'wait-gone':
        return void (await this.until(
          async () => (await client.get(await this.refOf(operation))) === undefined,
          Number(operation['seconds']) * 1000,
        ));
      default:
        throw new Error(`no such operation: ${String(operation['op'])}`);
    }
  }

  private requested(object: JsonObject): JsonObject {
    const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
    const annotations = isJsonObject(metadata['annotations']) ? metadata['annotations'] : {};
    return {
      ...object,
      metadata: { ...metadata, annotations: { ...annotations, [REQUESTED_AT]: this.nextRequest() } },
    };
  }

  private nextRequest(): string {
    this.requests++;
    return `req-${String(this.requests).padStart(3, '0')}`;
  }

  private fluxRef(operation: JsonObject): ObjectRef {
    const gvk = operation['kind'] === 'GitRepository' ? GIT_REPOSITORY : KUSTOMIZATION;
    return { ...gvk, namespace: this.flux, name: String(operation['name']) };
  }

  private placed(object: JsonObject): JsonObject {
    const metadata = object['metadata'] as JsonObject;
    const cluster = CLUSTER_SCOPED.has(String(object['kind']));
    return { ...object, metadata: cluster ? metadata : { namespace: this.workload, ...metadata } };
  }

  private async refOf(operation: JsonObject): Promise<ObjectRef> {
    const types = await this.stage.client.resourceTypes();
    // Where the path is recorded, the kind is only a word.
    const [path, plural] = (operation['base'] as [string, string] | undefined) ?? [];
    const type = types.find((one) =>
      path === undefined
        ? one.kind === operation['kind']
        : one.plural === plural && path.endsWith(`/${one.group === '' ? '' : `${one.group}/`}${one.version}`),
    );
    const kind = type?.kind ?? String(operation['kind']);
    const namespace = type?.namespaced === false ? '' : String(operation['namespace'] ?? this.workload);
    return {
      group: type?.group ?? '',
      version: type?.version ?? 'v1',
      kind,
      namespace,
      name: String(operation['name']),
    };
  }

  /** Not in step with us: the server that it speaks to may live in this process. */
  private async kubectl(operation: JsonObject): Promise<void> {
    const editor = operation['editor'];
    const child = spawn('kubectl', ['--kubeconfig', this.stage.kubeconfig, ...(operation['args'] as string[])], {
      env: { ...process.env, ...(typeof editor === 'string' ? { KUBE_EDITOR: editor } : {}) },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.end(typeof operation['stdin'] === 'string' ? operation['stdin'] : '');
    await new Promise((resolve) => child.once('close', resolve));
  }

  /** Has every source looked at, as the recorder did after each change. */
  private async handSources(): Promise<void> {
    const { client } = this.stage;
    const type = await client.resourceType(GIT_REPOSITORY);
    for (const one of type ? (await client.list(type, { namespace: this.flux })).items : []) {
      if (getPath(one, 'spec', 'suspend') === true) continue;
      const ref = { ...GIT_REPOSITORY, namespace: this.flux, name: refOf(one).name };
      const value = this.nextRequest();
      await this.annotate(ref, value);
      await this.untilHandled(ref, value);
    }
  }

  /** Waits as the recorder did; a sentence where something never came to rest. */
  private async settle(step: JsonObject, source: boolean): Promise<string[] | undefined> {
    const trigger = step['trigger'] as Record<string, string>;
    const unfinished = new Set((step['timed_out'] as string[] | undefined) ?? []);
    if (source) await this.handSources();
    for (const [name, why] of Object.entries(trigger)) {
      const ref = { ...KUSTOMIZATION, namespace: this.flux, name };
      if (unfinished.size > 0) continue;
      if (why === 'request') {
        const value = this.nextRequest();
        await this.annotate(ref, value);
        if (!(await this.untilHandled(ref, value))) return [`${name} did not handle ${value}`];
      } else if (why === 'spec-change' || why === 'new-revision') {
        if (!(await this.untilSettled(ref, why))) return [`${name} did not settle after ${why}`];
      }
    }
    // What the recorder gave up on is still under way here too.
    await delay(50);
    await Promise.race([
      this.stage.loop.idle(),
      delay(unfinished.size > 0 ? UNFINISHED_MS : SETTLE_LIMIT_MS, undefined, { ref: false }),
    ]);
    return undefined;
  }

  private annotate(ref: ObjectRef, value: string): Promise<JsonObject> {
    return this.stage.client.patch(
      ref,
      PATCH_TYPES['merge'] as PatchType,
      { metadata: { annotations: { [REQUESTED_AT]: value } } },
      { fieldManager: 'user' },
    );
  }

  private untilHandled(ref: ObjectRef, value: string): Promise<boolean> {
    return this.until(
      async () => getString(await this.stage.client.get(ref), 'status', 'lastHandledReconcileAt') === value,
      SETTLE_LIMIT_MS,
    );
  }

  /** The request or the revision was handled, and nothing is under way. */
  private untilSettled(ref: ObjectRef, why: string): Promise<boolean> {
    return this.until(async () => {
      const object = await this.stage.client.get(ref);
      if (!object) return true;
      const ready = ((getPath(object, 'status', 'conditions') as JsonValue[] | undefined) ?? []).find(
        (one) => getString(one, 'type') === 'Ready',
      );
      if (ready === undefined || getString(ready, 'status') === 'Unknown') return false;
      const reason = getString(ready, 'reason');
      const revision = getString(await this.sourceOf(object), 'status', 'artifact', 'revision');
      if (revision !== undefined && getString(ready, 'message')?.startsWith('Source artifact not found') === true)
        return false;
      if (why === 'spec-change')
        return (
          getString(object, 'status', 'lastHandledReconcileAt') ===
          getString(object, 'metadata', 'annotations', REQUESTED_AT)
        );
      return (
        reason === 'DependencyNotReady' ||
        reason === 'ArtifactFailed' ||
        getString(object, 'status', 'lastAttemptedRevision') === revision
      );
    }, SETTLE_LIMIT_MS);
  }

  private sourceOf(object: JsonObject): Promise<JsonObject | undefined> {
    const namespace = getString(object, 'spec', 'sourceRef', 'namespace') ?? this.flux;
    return this.stage.client.get({
      ...GIT_REPOSITORY,
      namespace,
      name: getString(object, 'spec', 'sourceRef', 'name') ?? '',
    });
  }

  private async until(done: () => Promise<boolean>, limit: number): Promise<boolean> {
    for (const end = Date.now() + limit; Date.now() < end; await delay(30)) if (await done()) return true;
    return false;
  }

  private async compare(recording: JsonObject): Promise<string[]> {
    const differences: string[] = [];
    for (const recorded of [
      ...(recording['gitrepositories'] as JsonObject[]),
      ...(recording['kustomizations'] as JsonObject[]),
    ]) {
      differences.push(...compareFluxObject(recorded, await this.stage.client.get(refOf(recorded))));
    }
    const here = new Set<string>();
    for (const recorded of recording['objects'] as JsonObject[]) {
      const ref = refOf(recorded);
      here.add(printRef(ref));
      this.known.set(printRef(ref), ref);
      if (ref.kind === 'Namespace') continue;
      differences.push(...compareObject(recorded, await this.stage.client.get(ref)));
    }
    for (const [name, ref] of this.known) {
      if (here.has(name) || ref.kind === 'Namespace') continue;
      const left = await tolerate(() => this.stage.client.get(ref));
      if (left !== undefined) differences.push(`${name} is still there`);
    }
    return differences;
  }

  private async cleanUp(): Promise<void> {
    const { client } = this.stage;
    // Nobody is there to take the finalizers off: what waits for that would hold up the loop for good.
    for (const ref of this.known.values()) {
      const held = await tolerate(() => client.get(ref));
      if (getString(held, 'metadata', 'deletionTimestamp') === undefined || ref.kind === 'Namespace') continue;
      const patch = { metadata: { finalizers: null } };
      await tolerate(() => client.patch(ref, PATCH_TYPES['merge'] as PatchType, patch, { fieldManager: 'user' }));
    }
    for (const gvk of [KUSTOMIZATION, GIT_REPOSITORY]) {
      const type = await client.resourceType(gvk);
      for (const one of type ? (await client.list(type, { namespace: this.flux })).items : []) {
        const ref = {
          ...parseApiVersion(String(one['apiVersion'] ?? `${gvk.group}/${gvk.version}`)),
          kind: gvk.kind,
          namespace: this.flux,
          name: refOf(one).name,
        };
        await tolerate(() =>
          client.patch(
            ref,
            PATCH_TYPES['merge'] as PatchType,
            { spec: { suspend: false, prune: true, deletionPolicy: 'Delete' } },
            { fieldManager: 'user' },
          ),
        );
        await tolerate(() => client.delete(ref, {}));
        await this.until(async () => (await client.get(ref)) === undefined, 3000);
      }
    }
  }
}

const CLUSTER_SCOPED = new Set([
  'Namespace',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

/** The recording has the refusals too: an operation may fail as it did then. */
async function tolerate<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch {
    return undefined;
  }
}

export const runners: GoldenKinds['runners'] = { 'flux-scenario': scenario };

export async function dispose(): Promise<void> {
  for (const stage of opened.values()) await (await stage)?.dispose();
  opened.clear();
}
