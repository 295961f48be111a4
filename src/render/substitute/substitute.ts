// Flux's post-build substitution of one object (fluxcd/pkg/kustomize SubstituteVariables): the object is printed, the
// variables in its text are replaced, and the text is read again by the rules of YAML 1.1. What came through unchanged
// keeps its nodes and their origins.
import type { Finding } from '../../model/finding.ts';
import { hasErrors } from '../../model/finding.ts';
import { child, textOf, visitNodes } from '../../model/node.ts';
import type { MapNode, Node, ScalarNode } from '../../model/node.ts';
import { SourceText } from '../../model/sourceText.ts';
import type { Place } from '../../model/sourceText.ts';
import { readYaml } from '../../yaml/read.ts';
import { writeYaml } from '../../yaml/write.ts';
import { roundNumbers } from '../json/roundNumbers.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluate.ts';
import { substitutionBreaksYaml, substitutionFailed, substitutionTooLong } from './findings.ts';
import { reunite } from './reunite.ts';
import type { Variables } from './variables.ts';

export interface SubstituteOptions {
  readonly variables: Variables;
  /** A variable without a value and without a default is an error. Flux's default since 2.9. */
  readonly strict: boolean;
  /** Substitutes also where there are no variables at all: `substituteStrategy: Always`. */
  readonly always: boolean;
}

const SWITCH = 'kustomize.toolkit.fluxcd.io/substitute';

/**
 * Substitutes in an object, in place. `object` names it in findings. An object that opts out by label or annotation, and
 * every object where there are no variables, stays as it is.
 */
export function substitute(node: MapNode, object: string, options: SubstituteOptions): Finding[] {
  if (isSubstituteDisabled(node) || (options.variables.size === 0 && !options.always)) return [];
  const template = writeYaml(node);
  if (!template.includes('$')) {
    roundNumbers(node, { place: undefined, cause: { by: 'flux', field: 'postBuild' } });
    return [];
  }
  const run = (text: string): Evaluation =>
    evaluate(text, (name) => options.variables.get(name)?.value, options.strict);
  const result = run(template);
  if (!result.ok) return failures(node, run, result, object);
  const changed = (): ScalarNode | undefined => firstScalar(node, (text) => isChanged(text, run(text)));
  if (result.text === undefined)
    return [substitutionBreaksYaml('a character was cut in two', changed()?.origin.place, object)];
  const { documents, findings } = readYaml(new SourceText('', result.text), 'kubernetes', { integers: 'float64' });
  const [document] = documents;
  const problem = findings.find((finding) => finding.severity === 'error')?.message ?? problemOf(document);
  if (hasErrors(findings) || document?.kind !== 'map') {
    return [substitutionBreaksYaml(problem ?? 'it is no map', changed()?.origin.place, object)];
  }
  if (problem !== undefined) return [substitutionBreaksYaml(problem, changed()?.origin.place, object)];
  reunite(node, document, { run, variables: options.variables });
  return [];
}

/** One finding for each value that fails alone; one for the whole where none does. */
function failures(
  node: MapNode,
  run: (text: string) => Evaluation,
  whole: Extract<Evaluation, { ok: false }>,
  object: string,
): Finding[] {
  const found: Finding[] = [];
  visitNodes(node, (each) => {
    if (each.kind !== 'scalar' || !each.text.includes('$')) return;
    const result = run(each.text);
    if (!result.ok) found.push(failure(result, each.origin.place, object));
  });
  return found.length > 0 ? found : [failure(whole, node.origin.place, object)];
}

function failure(
  { error, variable, isTooLong }: Extract<Evaluation, { ok: false }>,
  at: Place | undefined,
  object: string,
): Finding {
  if (isTooLong === true) return substitutionTooLong(variable ?? '', at, object);
  return substitutionFailed(error, variable, at, object);
}

/** Whether an object opts out by a label or annotation; the value is compared exactly. */
export function isSubstituteDisabled(node: MapNode): boolean {
  const metadata = child(node, 'metadata');
  return ['labels', 'annotations'].some((field) => textOf(child(child(metadata, field), SWITCH)) === 'disabled');
}

/** JSON, which the object passes through, has no infinite numbers. */
function problemOf(document: Node | undefined): string | undefined {
  if (document?.kind !== 'map') return 'it is no map';
  const scalar = firstScalar(
    document,
    () => true,
    (value) => typeof value === 'number' && !Number.isFinite(value),
  );
  return scalar && `${scalar.text} is no number that JSON has`;
}

function isChanged(text: string, result: Evaluation): boolean {
  return result.ok && result.text !== text;
}

function firstScalar(
  node: Node,
  fits: (text: string) => boolean,
  fitsValue: (value: ScalarNode['value']) => boolean = () => true,
): ScalarNode | undefined {
  if (node.kind === 'scalar') return fits(node.text) && fitsValue(node.value) ? node : undefined;
  const inner = node.kind === 'list' ? node.items : [...node.entries.values()].map((entry) => entry.value);
  for (const each of inner) {
    const found = firstScalar(each, fits, fitsValue);
    if (found) return found;
  }
  return undefined;
}
