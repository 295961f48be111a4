// What comes behind the outermost kustomization: content hashes, names that follow, vars, order, last touches. Gathers
// nothing.
import { hasErrors } from '../../model/finding.ts';
import type { EasyKeys } from '../../yaml/easyKeys.ts';
import { reportConflicts } from './conflicts.ts';
import { finish } from './finish.ts';
import type { Ending } from './finish.ts';
import { contextOf } from '../layer.ts';
import type { Accumulation, Layer } from '../layer.ts';
import { reportNameless } from './nameless.ts';
import { isLocal, orderResources } from './order.ts';
import { followNames, nameRules } from '../reference/nameReference.ts';
import { resolveVariables } from '../reference/variables.ts';
import type { Resource } from '../resource.ts';
import { hashTransformer, NO_USE } from '../transform/hash.ts';

/** The resources of the output, from what the outermost kustomization has gathered. */
export function complete(layer: Layer, accumulation: Accumulation, ending: Ending): readonly Resource[] {
  const { base } = layer.state;
  const context = contextOf(layer, accumulation);
  const { resources, config, variables } = accumulation;
  hashTransformer(context, NO_USE);
  resources.idsChanged();
  const names = nameRules(resources.items, config.nameReference, base.trace !== undefined);
  for (const resource of resources.items) followNames(context, resource, names);
  resolveVariables(context, variables, config.varReference);
  for (const resource of resources.items) reportNameless(resource, base.report);
  resources.remove(new Set(resources.items.filter(isLocal)));
  const found = base.soFar();
  // What made two objects of one identity may have been refused already, in better words.
  if (found && !hasErrors(found)) reportConflicts(resources.items, base.report);
  const ordered = orderResources(resources.items, layer.kustomization, ending.order, base.report);
  if (base.trace) {
    const hasVariables = variables.size > 0;
    const { kustomization } = layer;
    const { sources } = base;
    base.trace.end = { accumulation, hasVariables, sources, context, names, ending, kustomization, ordered };
  }
  const easy: EasyKeys = new Set();
  for (const resource of ordered) finish(resource, ending, easy, base.report);
  return ordered;
}
