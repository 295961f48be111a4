// What kustomize-controller makes of a built object before it is applied: variables substituted, numbers decoded, common
// metadata set. Knows one object at a time.
import type { Finding } from '../../model/finding.ts';
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { cloneNode } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import { printRef } from '../../model/objectRef.ts';
import { sameNode } from '../rebuild/sameNode.ts';
import { substitute } from '../substitute/substitute.ts';
import type { SubstituteOptions } from '../substitute/substitute.ts';
import type { Variables } from '../substitute/variables.ts';
import { hasCommonMetadata, withCommonMetadata } from './commonMetadata.ts';
import { withDecodedNumbers } from './decodedNumbers.ts';

/** What a Flux Kustomization asks for, of each object. */
export interface AfterBuild {
  /** Undefined where nothing is substituted. */
  readonly substitution: SubstituteOptions | undefined;
  /** `spec.commonMetadata`. */
  readonly metadata: Node | undefined;
}

export interface Finished {
  /** Before the common metadata: what the digest in `status.history` is of. */
  readonly built: Manifest;
  /** As it is applied. */
  readonly manifest: Manifest;
  /** What is wrong with its variables. */
  readonly findings: readonly Finding[];
}

/** Finishes an object: `inPlace`, or the object stays as it is. What comes out as it went in is the same value. */
export function finishObject(
  built: Manifest,
  { substitution, metadata }: AfterBuild,
  way: 'inPlace' | 'copied',
): Finished {
  const copy = substitution && way === 'copied' ? { node: cloneNode(built.node, new Map()) } : built;
  const findings = substitution ? substitute(copy.node, printRef(manifestRef(copy)), substitution) : [];
  const substituted = copy === built || sameNode(copy.node, built.node) ? built : copy;
  const decoded = withDecodedNumbers(substituted.node);
  const node = hasCommonMetadata(metadata) ? withCommonMetadata(decoded, metadata) : decoded;
  return { built: substituted, manifest: node === substituted.node ? substituted : { node }, findings };
}

/** Whether both make the same of every object, from what is set at the same places. */
export function asksTheSame(a: AfterBuild, b: AfterBuild): boolean {
  return a.metadata === b.metadata && sameSubstitution(a.substitution, b.substitution);
}

function sameSubstitution(a: SubstituteOptions | undefined, b: SubstituteOptions | undefined): boolean {
  if (!a || !b) return a === b;
  return a.strict === b.strict && a.always === b.always && sameVariables(a.variables, b.variables);
}

function sameVariables(a: Variables, b: Variables): boolean {
  return (
    a.size === b.size &&
    [...a].every(([name, { value, from, source }]) => {
      const other = b.get(name);
      return other?.value === value && other.from === from && other.source === source;
    })
  );
}
