// The flags of kustomize-controller that change what it does with every Kustomization, as commands take them.
import type { ControllerSettings } from '../model/controllerSettings.ts';
import { gateFault, readFeatureGates } from '../model/featureGates.ts';
import { UsageError } from './command.ts';
import type { Flag, Flags } from './command.ts';

/** With the names that they have there, so that a patch of the controller's Deployment can be written down here. */
export const controllerFlags: readonly Flag[] = [
  {
    name: 'default-service-account',
    type: 'string',
    value: 'NAME',
    description: 'Apply in the name of this account where a Kustomization names none.',
  },
  {
    name: 'no-cross-namespace-refs',
    type: 'boolean',
    description: 'Refuse sources and dependencies of other namespaces.',
  },
  {
    name: 'override-manager',
    type: 'list',
    value: 'NAME',
    description: 'Take over the fields of this manager too. May be given several times.',
  },
  {
    name: 'custom-apply-stage-kinds',
    type: 'string',
    value: 'LIST',
    description: 'Kinds that are applied before the rest: "group/Kind,group/Kind".',
  },
  {
    name: 'feature-gates',
    type: 'list',
    value: 'LIST',
    description: 'Switch what the controller has behind gates: "Name=true,Other=false".',
  },
];

/** Throws UsageError for gates that the controller would not start with. */
export function controllerSettings(flags: Flags): ControllerSettings {
  const featureGates = readFeatureGates(flags.list('feature-gates'));
  if (typeof featureGates === 'string') throw new UsageError(`--feature-gates: ${featureGates}`);
  const fault = gateFault({ featureGates });
  if (fault !== undefined) throw new UsageError(`--feature-gates: ${fault}`);
  const kinds = (flags.text('custom-apply-stage-kinds') ?? '').split(',').map((kind) => kind.trim());
  return {
    defaultServiceAccount: flags.text('default-service-account') || undefined,
    noCrossNamespaceRefs: flags.on('no-cross-namespace-refs'),
    overrideManagers: flags.list('override-manager'),
    customStageKinds: kinds.filter((kind) => kind !== ''),
    featureGates,
  };
}
