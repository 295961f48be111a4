// The builtin generators in the order in which a kustomization runs them, one line each. The names are those of
// upstream's builtin plugins, under which `generators:` can ask for them too.
import type { MapNode } from '../model/node.ts';
import { configMapGenerator, secretGenerator, withGlobalOptions } from './generate/generators.ts';
import type { Generator } from './generate/generators.ts';
import { helmChart, withHelmGlobals } from './generate/helmChart.ts';
import { iamPolicyGenerator } from './generate/iamPolicy.ts';
import { listField, mapField } from './kustomization/kustomization.ts';
import type { Kustomization } from './kustomization/kustomization.ts';
import type { Shape } from './kustomization/shape.ts';
import {
  configMapGenerator as configMapShape,
  embedded,
  helmChart as helmChartShape,
  helmGlobals,
  metadata,
  secretGenerator as secretShape,
} from './kustomization/shapes.ts';
import type { TransformerUse } from './transform/transformer.ts';

export interface BuiltinGenerator {
  readonly kind: string;
  readonly run: Generator;
  /** The field of the kustomization whose entries are its configurations. */
  readonly field?: string;
  readonly config: Readonly<Record<string, Shape>>;
  /** An entry of the field with what the kustomization says for all of them. */
  readonly withGlobals?: (entry: MapNode, kustomization: MapNode) => MapNode;
}

const text: Shape = 'string';
const iamPolicy = embedded({
  fields: {
    cloud: text,
    kubernetesService: { fields: { name: text, namespace: text } },
    serviceAccount: { fields: { name: text, projectId: text } },
  },
});

function withOptions(entry: MapNode, kustomization: MapNode): MapNode {
  return withGlobalOptions(entry, mapField(kustomization, 'generatorOptions'));
}

// prettier-ignore
export const generators: readonly BuiltinGenerator[] = [
  { kind: 'ConfigMapGenerator', run: configMapGenerator, field: 'configMapGenerator', config: { ...configMapShape.fields, metadata }, withGlobals: withOptions },
  { kind: 'SecretGenerator', run: secretGenerator, field: 'secretGenerator', config: { ...secretShape.fields, metadata }, withGlobals: withOptions },
  { kind: 'HelmChartInflationGenerator', run: helmChart, field: 'helmCharts', config: { ...helmGlobals.fields, ...helmChartShape.fields }, withGlobals: withHelmGlobals },
  { kind: 'IAMPolicyGenerator', run: iamPolicyGenerator, config: iamPolicy.fields },
];

/** What the fields of a kustomization ask of the generators, in the order in which they run. */
export function generatorUses({
  fields,
}: Kustomization): { readonly generator: BuiltinGenerator; readonly use: TransformerUse }[] {
  return generators.flatMap((generator) => {
    const { field, withGlobals } = generator;
    if (field === undefined) return [];
    return [...listField(fields, field).entries()].flatMap(([index, entry]) => {
      if (entry.kind !== 'map') return [];
      const config = withGlobals?.(entry, fields) ?? entry;
      return [{ generator, use: { config, fieldSpecs: [], field, index, place: entry.origin.place } }];
    });
  });
}
