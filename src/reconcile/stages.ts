// The real stages of the loop, wired: render, validate, apply, prune, health, drift. Decides nothing itself.
import { timeLimit } from '../model/clock.ts';
import type { ControllerSettings } from '../model/controllerSettings.ts';
import { isGateOn } from '../model/featureGates.ts';
import { getObject, getPath, getString, isJsonObject } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { SchemaSet } from '../schema/schemaSet.ts';
import { applyStages } from '../apply/applyStages.ts';
import type { ApplyStagesOptions } from '../apply/applyStages.ts';
import { compareObject } from '../diff/drift.ts';
import type { DesiredOptions } from '../diff/desired/desired.ts';
import { readIgnoreRules } from '../diff/ignoreRules.ts';
import type { FieldChange } from '../diff/plan/plan.ts';
import { migrationPatch } from '../diff/takeover.ts';
import { notRenderedHealth } from '../health/notRendered.ts';
import { computeStatus } from '../health/status.ts';
import { waitForReady } from '../health/wait.ts';
import type { KubeClient } from '../kube/client.ts';
import { prune } from '../prune/prune.ts';
import { renderFlux } from '../render/flux/renderFlux.ts';
import type { FluxOptions } from '../render/flux/renderFlux.ts';
import { mergeYaml } from '../render/mergeYaml.ts';
import { renderFetching } from '../render/remote/fetching.ts';
import type { Fetch } from '../source/wanted.ts';
import { printManifests } from '../render/output/print.ts';
import { validate } from '../validate/validate.ts';
import { changeLog } from './kustomization/changeLog.ts';
import type { ApplyOptions, Stages } from './deps.ts';
import { explainNotServed } from './kustomization/notServed.ts';

const GONE_INTERVAL = 500;

/** The stages over a set of type facts. Without `fetch`, what is not in a source is refused. */
export function fluxStages(schemas: SchemaSet, fetch?: Fetch, settings: ControllerSettings = {}): Stages {
  const migratesApiVersion = isGateOn(settings, 'MigrateAPIVersion');
  return {
    async render(snapshot, kustomization, variables, signal) {
      const strictSubstitution = isGateOn(settings, 'StrictPostBuildSubstitutions');
      const options: FluxOptions = { schemas, loadRestrictor: 'none', order: 'none', strictSubstitution };
      if (!fetch) return renderFlux(snapshot, kustomization, variables, options);
      return renderFetching(
        (fetched) => renderFlux(snapshot, kustomization, variables, { ...options, fetched }),
        fetch,
        signal,
      );
    },
    validate: (manifests) => validate(manifests, schemas),
    print: printManifests,
    mergeYaml,
    isHealthy: (live) => (notRenderedHealth(live) ?? computeStatus(live)).status === 'Current',
    async apply(client, objects, { kustomization, ...callbacks }, signal) {
      const options: ApplyStagesOptions = {
        ...desiredOptions(kustomization, schemas),
        force: getPath(kustomization, 'spec', 'force') === true,
        ignore: readIgnoreRules(kustomization),
        overrideManagers: settings.overrideManagers ?? [],
        customStageKinds: settings.customStageKinds ?? [],
        migrateApiVersion: migratesApiVersion,
        ...callbacks,
        settled: migratesApiVersion ? settledAtVersion(callbacks.settled) : callbacks.settled,
        waitReady: async (refs, timeout) => {
          const { message } = await waitForReady(refs, client, { timeout, rule: notRenderedHealth }, signal);
          return message === '' ? undefined : message;
        },
      };
      const { changes, desired, failures } = await applyStages(objects, client, options, signal);
      const [first] = failures;
      if (!first) return { changes, desired };
      const refused = failures.flatMap(({ ref }) => (ref ? [ref] : []));
      const reasons = signal.aborted ? [] : await explainNotServed(client, refused, signal);
      return { changes, desired, error: [[first.message, ...reasons].join('; '), changeLog(changes)].join('\n') };
    },
    async prune(client, refs, kustomization, signal) {
      const { changes, survivors, held, failures } = await prune(refs, client, ownerOf(kustomization), signal);
      return {
        changes,
        survivors,
        held,
        ...(failures.length > 0
          ? { error: `delete failed, errors: ${failures.map((one) => `${one};`).join('')}` }
          : {}),
      };
    },
    async wait(client, refs, { timeoutMs, jobsWithTtl, rule, onProgress }, signal) {
      const { message } = await waitForReady(
        refs,
        client,
        {
          timeout: timeoutMs,
          jobsWithTtl,
          failFast: !isGateOn(settings, 'DisableFailFastBehavior'),
          rule: (object) => rule?.(object) ?? notRenderedHealth(object),
          onProgress: ({ ready, total, pending }) =>
            onProgress(
              `${ready} of ${total} ready${pending[0] ? `: ${pending[0].ref.kind}/${pending[0].ref.name} ${pending[0].why}` : ''}`,
            ),
        },
        signal,
      );
      return message === '' ? undefined : message;
    },
    waitGone,
    drift(desired, live, kustomization): readonly FieldChange[] {
      if (!live) return [{ path: '', after: desired['kind'] === undefined ? 'object' : String(desired['kind']) }];
      return compareObject(desired, live, { schemas, ignore: readIgnoreRules(kustomization) });
    },
  };
}

/** Whoever else writes an object may do so at an older version: such a one is asked about again. */
function settledAtVersion(settled: ApplyOptions['settled']): ApplyOptions['settled'] {
  return (desired) => {
    const live = settled(desired);
    const isAtVersion = live && migrationPatch(live, getString(desired, 'apiVersion') ?? '').length === 0;
    return isAtVersion ? live : undefined;
  };
}

function ownerOf(kustomization: JsonObject): { namespace: string; name: string } {
  return {
    namespace: getString(kustomization, 'metadata', 'namespace') ?? '',
    name: getString(kustomization, 'metadata', 'name') ?? '',
  };
}

function desiredOptions(kustomization: JsonObject, schemas: SchemaSet): DesiredOptions {
  const common = getObject(kustomization, 'spec', 'commonMetadata');
  if (!common) return { owner: ownerOf(kustomization), schemas };
  return {
    owner: ownerOf(kustomization),
    schemas,
    commonMetadata: { labels: texts(common, 'labels'), annotations: texts(common, 'annotations') },
  };
}

function texts(object: JsonObject, field: string): Record<string, string> {
  const map = object[field];
  return isJsonObject(map)
    ? Object.fromEntries(Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
    : {};
}

/** Looks now and then: a deletion is rare, and the watch would cost more than it saves. */
async function waitGone(
  client: KubeClient,
  refs: readonly ObjectRef[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const end = AbortSignal.any([signal, timeLimit(timeoutMs)]);
  let left = [...refs];
  while (!end.aborted) {
    const found = await Promise.all(left.map(async (ref) => ((await client.get(ref, signal)) ? [ref] : [])));
    left = found.flat();
    if (left.length === 0) return true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GONE_INTERVAL);
      end.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
  signal.throwIfAborted();
  return false;
}
