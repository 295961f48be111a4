// Judges renderings again and again, as an editor does while one types: each object once, for as long as it stays the same
// node. Same findings as `validate`.
import type { Finding } from '../model/finding.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Node } from '../model/node.ts';
import { DocumentPlace } from '../model/sourceText.ts';
import type { SchemaSet } from '../schema/schemaSet.ts';
import type { RuleTrees } from './checkRules.ts';
import { isCrd, validateOne, withCrds } from './validate.ts';
import type { ValidateOptions } from './validate.ts';

export type Validator = (manifests: readonly Manifest[], options?: ValidateOptions) => Finding[];

/** The types that the definitions of some rendering gave, and what was found by them. */
interface Judged {
  readonly crds: readonly Manifest[];
  readonly known: SchemaSet;
  /** By what is asked: the same object may be judged before and after substitution. */
  readonly findings: Map<string, WeakMap<Node, readonly Finding[]>>;
}

/** A validator that remembers, by the node of an object. Renderings with other definitions are judged apart. */
export function newValidator(schemas: SchemaSet): Validator {
  const trees: RuleTrees = new WeakMap();
  const plain: Judged = { crds: [], known: schemas, findings: new Map() };
  const byFirst = new WeakMap<Node, Judged>();
  const judgedWith = (crds: readonly Manifest[]): Judged => {
    const [first] = crds;
    if (!first) return plain;
    const last = byFirst.get(first.node);
    if (last?.crds.length === crds.length && crds.every((crd, i) => crd.node === last.crds[i]?.node)) return last;
    const judged: Judged = { crds, known: withCrds(crds, schemas), findings: new Map() };
    byFirst.set(first.node, judged);
    return judged;
  };
  return (manifests, options = {}) => {
    const { known, findings } = judgedWith(manifests.filter(isCrd));
    const asked = JSON.stringify([options.name, options.substituted]);
    const before = findings.get(asked) ?? new WeakMap<Node, readonly Finding[]>();
    findings.set(asked, before);
    const all: Finding[] = [];
    for (const manifest of manifests) {
      const found = before.get(manifest.node) ?? validateOne(manifest, known, trees, options);
      if (found.every(followsText)) before.set(manifest.node, found);
      all.push(...found);
    }
    return all;
  };
}

/** Whether the finding's places stay true when the text before them is edited. */
function followsText({ at, related }: Finding): boolean {
  return [at, ...(related ?? []).map((one) => one.at)].every((place) => !place || place instanceof DocumentPlace);
}
