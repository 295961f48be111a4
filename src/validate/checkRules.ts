// Holds a rendered custom resource against the rules of its CRD (x-kubernetes-validations), as the API server would at its
// creation. Rules about what it replaces are not asked: nothing is known of that here.
import { ruleTree } from '../cel/openapi/compileRules.ts';
import type { RuleTree } from '../cel/openapi/compileRules.ts';
import { validateRules } from '../cel/openapi/validateRules.ts';
import { isJsonObject } from '../model/json.ts';
import { nodeAt, toJson } from '../model/node.ts';
import type { Node } from '../model/node.ts';
import { applyDefaults } from '../schema/defaults.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';
import type { Check } from './checkSchema.ts';
import { wrongValue } from './findings.ts';

/** The compiled rules of schemas, each compiled when it is met first. */
export type RuleTrees = WeakMap<SchemaNode, { readonly tree: RuleTree | undefined }>;

/** Reports each rule that does not hold, at the nearest place that was written. */
export function checkRules(node: Node, schema: SchemaNode, trees: RuleTrees, check: Check): void {
  const known = trees.get(schema) ?? { tree: ruleTree(schema) };
  trees.set(schema, known);
  const object = known.tree && toJson(node);
  if (!known.tree || !isJsonObject(object)) return;
  for (const { path, steps, detail } of validateRules(known.tree, applyDefaults(object, schema), undefined)) {
    const at = nearestNode(node, steps)?.origin.place;
    check.report(wrongValue(detail, { path, at }, check.subject));
  }
}

/** A rule may be about a field that nobody wrote: then its parent stands for it. */
function nearestNode(node: Node, steps: readonly (string | number)[]): Node | undefined {
  for (let length = steps.length; length >= 0; length--) {
    const found = nodeAt(node, steps.slice(0, length));
    if (found) return found;
  }
  return node;
}
