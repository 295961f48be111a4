// The real stages behind the workspace, wired once: schemas, build, checks, plan, connection, loop. Decides nothing.
import type { Clock } from '../model/clock.ts';
import { isGateOn } from '../model/featureGates.ts';
import type { Log } from '../model/log.ts';
import type { KubeClient } from '../kube/client.ts';
import { connect, connectUntrusted } from '../kube/connect.ts';
import { newFluxMemory } from '../render/flux/memory.ts';
import { newBuilder } from '../render/rebuild/builder.ts';
import type { Builder } from '../render/rebuild/builder.ts';
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
import { clusterSchemas } from './cluster/clusterSchemas.ts';
import { createControllerChoice } from './controllerChoice.ts';
import { editorPlan } from './plan/editorPlan.ts';
import { createFetching } from './files/fetching.ts';
import { makePlans } from './plan/makePlans.ts';
import { processMemory, refusedRendering } from './files/memory.ts';
import { startLocalLoop } from './cluster/startLoop.ts';
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
  'open' | 'stages' | 'fetching' | 'memory' | 'controller' | 'plan' | 'connect' | 'startLoop' | 'makePlans' | 'applier'
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
  let fluxMemory = newFluxMemory();
  let validator: Validator | undefined;
  const memory = processMemory(clock, () => {
    builder = undefined;
    validator = undefined;
    fluxMemory = newFluxMemory();
  });
  const controller = createControllerChoice();
  const strictSubstitution = (): boolean => isGateOn(controller.settings, 'StrictPostBuildSubstitutions');
  const openKubeconfig = (text: string): Promise<KubeClient> => connectUntrusted(text, { log, clock });
  return {
    fetching,
    memory,
    controller,
    open: (overlay) => diskSnapshot(folder, overlay),
    stages: {
      build: (snapshot, path) => (builder ??= newBuilder(buildOptions()))(snapshot, path),
      render: (snapshot, kustomization, variables, written) =>
        renderFlux(snapshot, kustomization, variables, {
          ...buildOptions(),
          strictSubstitution: strictSubstitution(),
          written,
          memory: fluxMemory,
        }),
      validate: (manifests, judged) => (validator ??= newValidator(schemas()))(manifests, judged),
    },
    plan: editorPlan({ schemas, controller, openKubeconfig, log }),
    connect: ({ kubeconfig, context }) => connect({ kubeconfig, context, log }),
    startLoop: (client, mode, progress, signal, held) =>
      startLocalLoop(
        { ...options, mode, schemas: schemas(), fetch: fetching.fetch, memory, settings: controller.settings },
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
          openKubeconfig,
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
                  strictSubstitution: strictSubstitution(),
                  fetched,
                }),
              fetching.fetch,
              signal,
            );
          },
          confirm: true,
          leaves,
          settings: controller.settings,
          log,
          clock,
        },
        signal,
      ),
    applier: { ...options, schemas, fetch: fetching.fetch, controller },
  };
}
