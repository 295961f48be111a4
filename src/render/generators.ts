// The builtin generators in the order in which a kustomization runs them, one line each. The names are those of
// upstream's builtin plugins, under which `generators:` can ask for them too.
import { configMapGenerator, secretGenerator } from './generate/generators.ts';
import type { Generator } from './generate/generators.ts';
import { iamPolicyGenerator } from './generate/iamPolicy.ts';
import type { Shape } from './kustomization/shape.ts';
import {
  configMapGenerator as configMapShape,
  metadata,
  secretGenerator as secretShape,
} from './kustomization/shapes.ts';

export interface BuiltinGenerator {
  readonly kind: string;
  readonly run: Generator;
  /** The field of the kustomization whose entries are its configurations. */
  readonly field?: string;
  readonly config: Readonly<Record<string, Shape>>;
}

const text: Shape = 'string';
const service: Shape = { fields: { name: text, namespace: text } };
const account: Shape = { fields: { name: text, projectId: text } };

// prettier-ignore
export const generators: readonly BuiltinGenerator[] = [
  { kind: 'ConfigMapGenerator', run: configMapGenerator, field: 'configMapGenerator', config: { ...configMapShape.fields, metadata } },
  { kind: 'SecretGenerator', run: secretGenerator, field: 'secretGenerator', config: { ...secretShape.fields, metadata } },
  { kind: 'IAMPolicyGenerator', run: iamPolicyGenerator, config: { cloud: text, kubernetesService: service, serviceAccount: account } },
];
