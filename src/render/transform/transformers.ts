// The builtin transformers in the order in which a kustomization runs them, one line each: order is data. The names are
// those of upstream's builtin plugins, under which `transformers:` can ask for them too.
import type { Shape } from '../kustomization/shape.ts';
import { fieldSpec, metadata, patchTarget, image, replacement } from '../kustomization/shapes.ts';
import { patchJson6902Transformer, patchStrategicMergeTransformer, patchTransformer } from '../patch/patches.ts';
import { replacementTransformer } from '../replacement/replacements.ts';
import { reachOfImage, reachOfPatch, reachOfReplicas } from '../rebuild/reachOfUse.ts';
import { hashTransformer } from './hash.ts';
import { imageTagTransformer } from './images.ts';
import { annotationsTransformer, labelTransformer } from './labelsAnnotations.ts';
import { namespaceTransformer } from './namespace.ts';
import { prefixTransformer, suffixTransformer } from './prefixSuffix.ts';
import { replicaCountTransformer } from './replicas.ts';
import { valueAddTransformer } from './valueAdd.ts';
import type { Reach, Transformer } from './transformer.ts';
import * as uses from './uses.ts';
import type { Uses } from './uses.ts';

export interface BuiltinTransformer {
  /** The kind of the builtin plugin. */
  readonly kind: string;
  readonly run: Transformer;
  /** Whether it changes identities without saying which (resources.idChanged). */
  readonly renames?: boolean;
  /**
   * Whether what becomes of one resource depends on that one alone, or on what it tells that it read from as well; identities
   * of others aside (see rebuild.ts).
   */
  readonly alone?: true | 'besideSources';
  /** What a kustomization's fields ask of it; undefined for those that only `transformers:` can ask for. */
  readonly uses?: Uses;
  /** Which objects a use can change; undefined where that may be any. */
  readonly reach?: Reach;
  /** The shape of a plugin's configuration. */
  readonly config: Readonly<Record<string, Shape>>;
  /** Whether a plugin's configuration must say which fields it is for. */
  readonly needsFieldSpecs?: boolean;
}

const specs: Shape = { list: fieldSpec };
const text: Shape = 'string';
const textMap: Shape = { values: 'string' };
const valueTarget: Shape = { fields: { selector: patchTarget, fieldPath: text, filePathPosition: 'integer' } };

// prettier-ignore
export const transformers: readonly BuiltinTransformer[] = [
  { kind: 'PatchStrategicMergeTransformer', run: patchStrategicMergeTransformer, alone: true, uses: uses.strategicPatches, config: { paths: { list: text }, patches: text } },
  { kind: 'PatchTransformer', run: patchTransformer, alone: true, uses: uses.patches, reach: reachOfPatch, config: { path: text, patch: text, target: patchTarget, options: { fields: { allowNameChange: 'boolean', allowKindChange: 'boolean' } } } },
  { kind: 'NamespaceTransformer', run: namespaceTransformer, alone: true, renames: true, uses: uses.namespace, config: { metadata, fieldSpecs: specs, unsetOnly: 'boolean', setRoleBindingSubjects: text } },
  { kind: 'PrefixTransformer', run: prefixTransformer, alone: true, renames: true, uses: uses.prefix, config: { prefix: text, fieldSpecs: specs }, needsFieldSpecs: true },
  { kind: 'SuffixTransformer', run: suffixTransformer, alone: true, renames: true, uses: uses.suffix, config: { suffix: text, fieldSpecs: specs }, needsFieldSpecs: true },
  { kind: 'LabelTransformer', run: labelTransformer, alone: true, uses: uses.labels, config: { labels: textMap, fieldSpecs: specs } },
  { kind: 'AnnotationsTransformer', run: annotationsTransformer, alone: true, uses: uses.annotations, config: { annotations: textMap, fieldSpecs: specs } },
  { kind: 'PatchJson6902Transformer', run: patchJson6902Transformer, alone: true, uses: uses.json6902Patches, config: { target: patchTarget, path: text, jsonOp: text } },
  { kind: 'ReplicaCountTransformer', run: replicaCountTransformer, alone: true, uses: uses.replicas, reach: reachOfReplicas, config: { replica: { fields: { name: text, count: 'integer' } }, fieldSpecs: specs } },
  { kind: 'ImageTagTransformer', run: imageTagTransformer, alone: true, uses: uses.images, reach: reachOfImage, config: { imageTag: image, fieldSpecs: specs } },
  { kind: 'ReplacementTransformer', run: replacementTransformer, alone: 'besideSources', renames: true, uses: uses.replacements, config: { replacements: { list: replacement } } },
  { kind: 'ValueAddTransformer', run: valueAddTransformer, renames: true, config: { value: text, targets: { list: valueTarget }, targetFilePath: text } },
  { kind: 'HashTransformer', run: hashTransformer, renames: true, config: {} },
  { kind: 'PrefixSuffixTransformer', run: affixes, renames: true, config: { prefix: text, suffix: text, fieldSpecs: specs }, needsFieldSpecs: true },
];

/** The older plugin that does both. A function declaration, since the table stands above it. */
function affixes(...args: Parameters<Transformer>): void {
  prefixTransformer(...args);
  suffixTransformer(...args);
}
