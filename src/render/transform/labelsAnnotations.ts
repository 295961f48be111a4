// LabelTransformer and AnnotationsTransformer: set keys of the maps that the field specs lead to, on every resource.
import type { Finding } from '../../model/finding.ts';
import type { MapNode, Node } from '../../model/node.ts';
import { withMarks } from '../annotations/buildMarks.ts';
import type { Problem } from './fieldSpec.ts';
import { specsByKind, visitSpecs } from './fieldSpec.ts';
import { transformerInvalid } from '../findings.ts';
import { mapField, sortedTexts } from '../kustomization/kustomization.ts';
import { describe, gvkOf } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { setStringEntry, stringContent } from './setEntry.ts';
import { causeOf } from './transformer.ts';
import type { Transformer, TransformerUse } from './transformer.ts';
import { newScalar } from '../write.ts';
import type { Change } from '../write.ts';

export const labelTransformer: Transformer = (context, use) => {
  setEntries(context.resources.items, mapField(use.config, 'labels'), use, context.report);
};

export const annotationsTransformer: Transformer = (context, use) => {
  setEntries(context.resources.items, mapField(use.config, 'annotations'), use, context.report);
};

function setEntries(
  resources: readonly Resource[],
  texts: MapNode | undefined,
  use: TransformerUse,
  report: (finding: Finding) => void,
): void {
  const entries = sortedTexts(texts).map(({ key, text, place }) => {
    const change: Change = { place: place ?? use.place, cause: causeOf(use) };
    return { key, content: stringContent(text), change };
  });
  if (entries.length === 0) return;
  const specs = specsByKind(use.fieldSpecs);
  const meetsMarks = use.fieldSpecs.some((spec) => !spec.create && spec.path === 'metadata/annotations');
  for (const resource of resources) {
    const gvk = gvkOf(resource);
    for (const { key, content, change } of entries) {
      // One node stands in all the maps of a resource in which the key is new, as upstream has it: a later change of one
      // of them is a change of all.
      const made = newScalar(content, change);
      const field = (node: Node): Problem => setStringEntry(node, key, made, change);
      const apply = (): Problem => visitSpecs(resource.node, gvk, specs, { creates: 'map', change, field });
      const problem = meetsMarks ? withMarks(resource, change, 'taken', apply) : apply();
      if (problem === undefined) continue;
      report(transformerInvalid(problem, use.place, describe(resource)));
      break;
    }
  }
}
