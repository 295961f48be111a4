// The variables of spec.postBuild (fluxcd/pkg/kustomize LoadVariables): substituteFrom in order, later ones win, then the
// inline ones. Fetches nothing: the caller has the ConfigMaps and Secrets.
import type { Finding } from '../../model/finding.ts';
import { getKey, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { nodeAt } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import type { Origin } from '../../model/origin.ts';
import type { Place } from '../../model/sourceText.ts';
import type { VariableSource } from '../rendering.ts';
import { variableNameInvalid, variablesMalformed, variablesMissing } from './findings.ts';

export interface Variable {
  readonly value: string;
  /** Where it was set: `ConfigMap/name`, `Secret/name of the cluster dev` or `postBuild.substitute`. */
  readonly from: string;
  /** The origin of the entry itself, where it was read from a file. */
  readonly source?: Origin;
}

export type Variables = ReadonlyMap<string, Variable>;

const NAME = /^[_A-Za-z][_A-Za-z0-9]*$/;
const INLINE = 'postBuild.substitute';

/** Collects the variables of a `spec.postBuild`. With findings, nothing may be substituted. `written` says where it stands. */
export function collectVariables(
  postBuild: JsonObject,
  sources: readonly VariableSource[],
  written?: Node,
): { variables: Variables; findings: Finding[] } {
  const variables = new Map<string, Variable>();
  const findings: Finding[] = [];
  const add = (
    data: Iterable<readonly [string, string]>,
    from: string,
    originOf: (name: string) => Origin | undefined,
  ): void => {
    for (const [name, text] of data) {
      const source = originOf(name);
      variables.set(name, { value: text.replaceAll('\n', ''), from, ...(source ? { source } : {}) });
    }
  };
  for (const reference of referencesOf(postBuild, findings, written)) {
    const { kind, name } = reference;
    if (kind !== 'ConfigMap' && kind !== 'Secret') continue;
    const source = sources.find((candidate) => candidate.kind === kind && candidate.name === name);
    if (source?.data) add(source.data, fromOf(source), (key) => source.origins?.get(key));
    else if (!reference.optional)
      findings.push(variablesMissing(kind, name, placeOf(written, ['substituteFrom', reference.index])));
  }
  add(inlineOf(postBuild, findings, written), INLINE, (key) => nodeAt(written, ['substitute', key])?.origin);
  for (const [name, { from }] of variables) {
    if (NAME.test(name)) continue;
    const place = from === INLINE ? placeOf(written, ['substitute', name]) : placeOf(written, ['substituteFrom']);
    findings.push(variableNameInvalid(name, from, place));
  }
  return { variables, findings };
}

function fromOf({ kind, name, holder }: VariableSource): string {
  return holder === undefined ? `${kind}/${name}` : `${kind}/${name} of ${holder}`;
}

interface Reference {
  readonly kind: string;
  readonly name: string;
  readonly optional: boolean;
  readonly index: number;
}

function placeOf(written: Node | undefined, path: readonly (string | number)[]): Place | undefined {
  return (nodeAt(written, path) ?? written)?.origin.place;
}

function referencesOf(postBuild: JsonObject, findings: Finding[], written: Node | undefined): Reference[] {
  const list = getKey(postBuild, 'substituteFrom') ?? null;
  if (list === null) return [];
  const references = Array.isArray(list) ? list.map(referenceOf) : [undefined];
  if (references.includes(undefined)) {
    const place = placeOf(written, ['substituteFrom']);
    findings.push(
      variablesMalformed('substituteFrom must be a list of references with kind, name and optional', place),
    );
  }
  return references.filter((reference) => reference !== undefined);
}

function referenceOf(item: JsonValue, index: number): Reference | undefined {
  if (!isJsonObject(item)) return undefined;
  const kind = getKey(item, 'kind') ?? '';
  const name = getKey(item, 'name') ?? '';
  const optional = getKey(item, 'optional') ?? false;
  if (typeof kind !== 'string' || typeof name !== 'string' || typeof optional !== 'boolean') return undefined;
  return { kind, name, optional, index };
}

function inlineOf(postBuild: JsonObject, findings: Finding[], written: Node | undefined): [string, string][] {
  const map = getKey(postBuild, 'substitute') ?? null;
  if (map === null) return [];
  const entries = isJsonObject(map) ? Object.entries(map) : [];
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (!isJsonObject(map) || texts.length < entries.length)
    findings.push(
      variablesMalformed(
        `${INLINE} must be a map of texts: put numbers and booleans in quotes`,
        placeOf(written, ['substitute']),
      ),
    );
  return texts;
}
