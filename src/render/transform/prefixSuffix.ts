// PrefixTransformer and SuffixTransformer: put text before or behind names. The old id is remembered so that references
// can follow. CustomResourceDefinitions, APIServices and Namespaces keep their names.
import { child } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import { isSelected, specsByKind, visitFields } from './fieldSpec.ts';
import type { Problem, SplitSpec, Visit } from './fieldSpec.ts';
import { transformerInvalid } from '../findings.ts';
import { textField } from '../kustomization/kustomization.ts';
import { describe, gvkOf, originalId, rememberId } from '../resource.ts';
import type { Resource, ResourceId } from '../resource.ts';
import { setUntagged, untagged } from './setEntry.ts';
import { causeOf } from './transformer.ts';
import type { Transformer, TransformerUse } from './transformer.ts';
import { reinterpret } from '../write.ts';
import type { Change } from '../write.ts';

export const prefixTransformer: Transformer = (context, use) => {
  affix(context.resources.items, use, 'prefix', prefixing, context.report);
};

export const suffixTransformer: Transformer = (context, use) => {
  affix(context.resources.items, use, 'suffix', suffixing, context.report);
};

interface Affix {
  join(name: string, text: string): string;
  remember(resource: Resource, text: string): void;
}

const prefixing: Affix = {
  join: (name, text) => text + name,
  remember: (resource, text) => (resource.prefixes = [...resource.prefixes, text]),
};
const suffixing: Affix = {
  join: (name, text) => name + text,
  remember: (resource, text) => (resource.suffixes = [...resource.suffixes, text]),
};

function affix(
  resources: readonly Resource[],
  use: TransformerUse,
  option: 'prefix' | 'suffix',
  how: Affix,
  report: (finding: ReturnType<typeof transformerInvalid>) => void,
): void {
  const specs = specsByKind(use.fieldSpecs);
  const text = textField(use.config, option);
  const change: Change = {
    place: child(use.config, option)?.origin.place ?? use.place,
    cause: causeOf(use),
    derived: true,
  };
  const field = (node: Node): Problem => {
    if (node.kind !== 'scalar') return setUntagged(node, '', change);
    // An empty one has no say in the text, but is written with it.
    if (text !== '') return setUntagged(node, how.join(node.text, text), change);
    reinterpret(node, untagged(node.text, node.style));
    return undefined;
  };
  const visit: Visit = { creates: 'scalar', change, field };
  for (const resource of resources) {
    const id = originalId(resource);
    if (keepsName(id)) continue;
    const { all } = specs(id);
    // A loop over the items makes an object for each where code is not optimised.
    for (let i = 0; i < all.length; i++) {
      const { spec, path } = all[i] as SplitSpec;
      if (spec.path === 'metadata/name' && text !== '') {
        rememberId(resource);
        how.remember(resource, text);
      }
      // A patch may have made it another kind than it was, which its fields are those of.
      if (!isSelected(gvkOf(resource), spec)) continue;
      const problem = visitFields(resource.node, path, spec.create, visit);
      if (problem !== undefined)
        report(transformerInvalid(`at ${spec.path} ${problem}`, use.place, describe(resource)));
    }
  }
}

function keepsName(id: ResourceId): boolean {
  return (
    id.kind === 'CustomResourceDefinition' ||
    (id.kind === 'APIService' && id.group === 'apiregistration.k8s.io') ||
    id.kind === 'Namespace'
  );
}
