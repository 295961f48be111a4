// The real stages behind the workspace, wired once: schemas, build, checks, plan, connection, loop. Decides nothing.
import type { Clock } from '../model/clock.ts';
import type { JsonObject } from '../model/json.ts';
import type { Log } from '../model/log.ts';
import { toJson } from '../model/node.ts';
import { planObjects } from '../diff/planObjects.ts';
import { connect, connectUntrusted } from '../kube/connect.ts';
import { expressionFault } from '../reconcile/expressionFault.ts';
import { isFluxController } from '../reconcile/fluxControllers.ts';
import { newBuilder, newRebuilder } from '../render/builder.ts';
import type { Builder } from '../render/builder.ts';
import { renderFlux } from '../render/flux/renderFlux.ts';
import { renderFetching } from '../render/remote/fetching.ts';
import type { BuildOptions } from '../render/rendering.ts';
import { builtinSchemas } from '../schema/builtin.ts';
import { typesOfCrd } from '../schema/crd.ts';
import { fluxCrds } from '../schema/data/flux-crds.ts';
import type { SchemaSet } from '../schema/schemaSet.ts';
import { diskSnapshot } from '../source/disk.ts';
import { createFetch } from '../source/fetch/fetcher.ts';
import { newValidator } from '../validate/validator.ts';
import type { Validator } from '../validate/validator.ts';
import { clusterSchemas } from './clusterSchemas.ts';
import { createFetching } from './fetching.ts';
import { makePlans } from './makePlans.ts';
import { processMemory, refusedRendering } from './memory.ts';
import { inventoryOf } from './planAll.ts';
import { besides } from './planBeside.ts';
import { tellDifferences } from './predictions.ts';
import { startLocalLoop } from './startLoop.ts';
import type { WorkspaceDeps } from './workspace.ts';

export interface PartsOptions {
  readonly folder: string;
  readonly cacheDir: string;
  /** Whether anything may be fetched at all, once the settings allow it. */
  readonly trusted: boolean;
  readonly log: Log;
  readonly clock: Clock;
  readonly identity: string;
}

/** Everything that a workspace does to the world. Schemas are decoded when they are first needed. */
export function workspaceParts(
  options: PartsOptions,
): Pick<
  WorkspaceDeps,
  'open' | 'stages' | 'fetching' | 'memory' | 'plan' | 'connect' | 'startLoop' | 'makePlans' | 'applier'
> {
  const { folder, log, clock, cacheDir } = options;
  const fetching = createFetching({
    createFetch: (permission) => createFetch({ ...permission, cacheDir }),
    trusted: options.trusted,
    clock,
    log,
  });
  let known: SchemaSet | undefined;
  const schemas = (): SchemaSet => (known ??= builtinSchemas().with(fluxCrds().flatMap((crd) => typesOfCrd(crd))));
  const buildOptions = (): BuildOptions => ({
    schemas: schemas(),
    loadRestrictor: 'rootOnly',
    order: 'legacy',
    fetched: fetching.things,
  });
  let builder: Builder | undefined;
  // A Flux object that is read anew is another one.
  let again = newRebuilder<JsonObject>(new WeakMap());
  let validator: Validator | undefined;
  const memory = processMemory(clock, () => {
    builder = undefined;
    validator = undefined;
    again = newRebuilder<JsonObject>(new WeakMap());
  });
  return {
    fetching,
    memory,
    open: (overlay) => diskSnapshot(folder, overlay),
    stages: {
      build: (snapshot, path) => (builder ??= newBuilder(buildOptions()))(snapshot, path),
      render: (snapshot, kustomization, variables, written) =>
        renderFlux(snapshot, kustomization, variables, { ...buildOptions(), written, again }),
      validate: (manifests, judged) => (validator ??= newValidator(schemas()))(manifests, judged),
    },
    plan: async ({ client, reader, manifests, kustomization, written, revision, others, leaves, confirm }, signal) => {
      const { early, ...beside } = await besides(written, others, reader, signal);
      const plan = await planObjects(
        {
          kustomization,
          revision,
          manifests: manifests.filter((manifest) => !isFluxController(toJson(manifest.node))),
          reader,
          server: client.server,
          ...(confirm ? { dryRun: client } : {}),
          inventory: inventoryOf(kustomization),
          schemas: schemas(),
          leaves,
          ...beside,
        },
        signal,
      );
      tellDifferences(plan, log);
      const fault = expressionFault(kustomization);
      if (fault === undefined) return { ...plan, findings: [...plan.findings, ...early(plan)] };
      return { ...plan, entries: [], findings: [{ code: 'plan-note', severity: 'error', message: fault }] };
    },
    connect: ({ kubeconfig, context }) => connect({ kubeconfig, context, log }),
    startLoop: (client, mode, progress, signal, held) =>
      startLocalLoop(
        { ...options, mode, schemas: schemas(), fetch: fetching.fetch, memory },
        client,
        progress,
        signal,
        held,
      ),
    makePlans: (tree, client, leaves, signal) =>
      makePlans(
        { root: folder, choice: {}, tree },
        {
          client,
          openKubeconfig: (text) => connectUntrusted(text, { log, clock }),
          schemas: schemas(),
          schemasOf: (cluster) => clusterSchemas(cluster, signal),
          render: async (snapshot, kustomization, variables) => {
            const refused = memory.refusal();
            if (refused !== undefined) return refusedRendering(refused);
            return renderFetching(
              (fetched) =>
                renderFlux(snapshot, kustomization, variables, {
                  schemas: schemas(),
                  loadRestrictor: 'none',
                  order: 'none',
                  fetched,
                }),
              fetching.fetch,
              signal,
            );
          },
          confirm: true,
          leaves,
          log,
          clock,
        },
        signal,
      ),
    applier: { ...options, schemas, fetch: fetching.fetch },
  };
}
