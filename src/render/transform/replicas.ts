// ReplicaCountTransformer: sets the replicas of every object that has or had the name, of the kinds of the field specs.
import { nearest } from '../../model/nearest.ts';
import { child } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import { isSelected, specsByKind, visitSpecs } from './fieldSpec.ts';
import type { Problem } from './fieldSpec.ts';
import { replicasOfNothing, transformerInvalid } from '../findings.ts';
import { mapField, textField } from '../kustomization/kustomization.ts';
import { currentId, describe, earlierIds, gvkOf, kindOf, nameOf, originalId } from '../resource.ts';
import { causeOf } from './transformer.ts';
import type { Transformer } from './transformer.ts';
import { setScalar } from '../write.ts';
import type { Change } from '../write.ts';

export const replicaCountTransformer: Transformer = (context, use) => {
  const replica = mapField(use.config, 'replica');
  const name = textField(replica, 'name');
  const countNode = child(replica, 'count');
  const count =
    countNode?.kind === 'scalar' && (typeof countNode.value === 'number' || typeof countNode.value === 'bigint')
      ? countNode.value
      : 0;
  const change: Change = { place: countNode?.origin.place ?? use.place, cause: causeOf(use) };
  const field = (node: Node): Problem => {
    if (node.kind !== 'scalar') return 'there is a list or a map where a number is needed';
    // Upstream keeps the quotes of what stood there, within which a number is a text.
    const isText = node.style !== 'plain' && node.tagged !== true;
    const content = isText ? { value: String(count), tag: '!!str' } : { value: count, tag: '!!int' };
    setScalar(node, { ...content, style: node.style }, change);
    return undefined;
  };
  let found = false;
  const named = context.resources.byAnyName(name);
  for (const spec of use.fieldSpecs) {
    const specs = specsByKind([spec]);
    for (const resource of named) {
      const ids = [...earlierIds(resource), currentId(resource)];
      if (!ids.some((id) => id.name === name && isSelected(id, spec))) continue;
      found = true;
      const problem = visitSpecs(resource.node, gvkOf(resource), specs, { creates: 'scalar', change, field });
      if (problem !== undefined) context.report(transformerInvalid(problem, use.place, describe(resource)));
    }
  }
  if (!found)
    context.reportAbsent(name, () => {
      const kinds = use.fieldSpecs.map((spec) => spec.kind ?? '');
      const names = context.resources.items.flatMap((resource) =>
        kinds.includes(kindOf(resource)) ? [nameOf(resource), originalId(resource).name] : [],
      );
      return replicasOfNothing(name, kinds, nearest(name, names), child(replica, 'name')?.origin.place ?? use.place);
    });
};
