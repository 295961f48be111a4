// Replays the commits of the recorded Flux scenarios in memory and renders each Kustomization as it stood, to compare the
// digest of the build with the one that kustomize-controller wrote into status.history. Reads only.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getKey, getList, getObject, getString, isJsonObject } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { parseJson } from '../../src/model/jsonText.ts';
import { printManifests } from '../../src/render/output/print.ts';
import { renderFlux } from '../../src/render/flux/renderFlux.ts';
import type { VariableSource } from '../../src/render/rendering.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { archivedPaths } from '../../src/source/sourceignore.ts';
import { memorySnapshot } from '../../src/source/memory.ts';

export interface DigestResult {
  readonly id: string;
  /** undefined: the digest is equal. */
  readonly problem: string | undefined;
}

export interface DigestReport {
  readonly results: readonly DigestResult[];
  /** Scenarios that cannot be replayed from their commits alone, with the reason. */
  readonly skipped: readonly string[];
}

type Tree = Map<string, string>;

/** Checks every step whose recorded digest belongs to the commit that is replayed. */
export function checkDigests(file: string, only?: string): DigestReport {
  const results: DigestResult[] = [];
  const skipped: string[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.trim() === '') continue;
    const scenario = parseJson(line) as JsonObject;
    const id = String(scenario['id']);
    if (only !== undefined && !id.includes(only)) continue;
    checkScenario(scenario, id, results, skipped);
  }
  return { results, skipped };
}

function checkScenario(scenario: JsonObject, id: string, results: DigestResult[], skipped: string[]): void {
  const commits = new Map<string, Tree>();
  const heads = new Map<string, Tree>();
  const strict = scenario['variant'] === null;
  for (const [index, step] of (getList(scenario, 'steps') ?? []).entries()) {
    for (const operation of getList(step, 'operations') ?? []) {
      if (isJsonObject(operation) && operation['op'] === 'commit') replay(operation, heads, commits);
    }
    for (const kustomization of getList(step, 'recording', 'kustomizations') ?? []) {
      const name = `${id} step ${index + 1} ${getString(kustomization, 'metadata', 'name') ?? ''}`;
      const outcome = isJsonObject(kustomization)
        ? checkKustomization(kustomization, step, commits, strict)
        : 'no object';
      if (typeof outcome === 'string') skipped.push(`${name}: ${outcome}`);
      else results.push({ id: name, problem: outcome.problem });
    }
  }
}

/** Applies a commit to the tree of its branch. */
function replay(operation: JsonObject, heads: Map<string, Tree>, commits: Map<string, Tree>): void {
  const branch = `${getString(operation, 'repo') ?? 'repo'}/${getString(operation, 'branch') ?? 'main'}`;
  const reset = getString(operation, 'reset_to');
  const base = reset === undefined ? heads.get(branch) : (commits.get(reset) ?? heads.get(branch));
  const tree: Tree = new Map(operation['orphan'] === true ? [] : (base ?? []));
  for (const [path, text] of Object.entries(getObject(operation, 'write') ?? {})) tree.set(path, String(text));
  for (const path of getList(operation, 'delete') ?? []) {
    for (const known of tree.keys()) if (known === path || known.startsWith(`${String(path)}/`)) tree.delete(known);
  }
  const sha = getString(operation, 'result', 'sha');
  const linked = getObject(operation, 'symlink') !== undefined;
  heads.set(branch, tree);
  if (sha !== undefined && !linked) commits.set(sha, tree);
}

function checkKustomization(
  kustomization: JsonObject,
  step: JsonValue,
  commits: ReadonlyMap<string, Tree>,
  strict: boolean,
): { problem: string | undefined } | string {
  const entry = getList(kustomization, 'status', 'history')?.[0];
  const digest = getString(entry, 'digest');
  if (digest === undefined) return 'no history';
  const name = getString(kustomization, 'metadata', 'name') ?? '';
  if (getString(step, 'trigger', name) === 'none') return 'nothing asked for a build in this step';
  const observed = getKey(getObject(kustomization, 'status') ?? {}, 'observedGeneration');
  const generation = getKey(getObject(kustomization, 'metadata') ?? {}, 'generation');
  if (observed !== generation && observed !== -1) return 'the recorded build is of another spec';
  const revision = getString(entry, 'metadata', 'revision') ?? '';
  if (revision !== getString(kustomization, 'status', 'lastAttemptedRevision')) return 'the last attempt did not build';
  const tree = commits.get(revision.slice(revision.indexOf('sha1:') + 'sha1:'.length));
  if (!tree) return `no commit for ${revision}`;
  const source = (getList(step, 'recording', 'gitrepositories') ?? []).find(
    (candidate) => getString(candidate, 'metadata', 'name') === getString(kustomization, 'spec', 'sourceRef', 'name'),
  );
  if (getList(source, 'spec', 'include') || getList(source, 'spec', 'sparseCheckout'))
    return 'the source includes others';
  const snapshot = memorySnapshot(
    new Map(
      archivedPaths(memorySnapshot(tree), getString(source, 'spec', 'ignore')).flatMap((path) => entryOf(tree, path)),
    ),
  );
  const options = {
    schemas: builtinSchemas(),
    loadRestrictor: 'none',
    order: 'none',
    strictSubstitution: strict,
  } as const;
  const rendering = renderFlux(snapshot, kustomization, variablesOf(step, kustomization), options);
  const text = printManifests(rendering.built);
  const found = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const errors = rendering.findings.filter((finding) => finding.severity === 'error').map((finding) => finding.message);
  return { problem: found === digest ? undefined : `${errors.join('; ')}\n${text}` };
}

/** The file of a path; directories, which an archive lists too, give none. */
function entryOf(tree: Tree, path: string): (readonly [string, string])[] {
  const text = tree.get(path);
  return text === undefined ? [] : [[path, text]];
}

/** ConfigMaps and Secrets beside the Kustomization, as they were after the step. */
function variablesOf(step: JsonValue, kustomization: JsonObject): VariableSource[] {
  const namespace = getString(kustomization, 'metadata', 'namespace');
  const sources: VariableSource[] = [];
  for (const object of getList(step, 'recording', 'objects') ?? []) {
    const kind = getString(object, 'kind');
    if ((kind !== 'ConfigMap' && kind !== 'Secret') || getString(object, 'metadata', 'namespace') !== namespace)
      continue;
    const data = Object.entries(getObject(object, 'data') ?? {}).map(
      ([key, value]) =>
        [key, kind === 'Secret' ? Buffer.from(String(value), 'base64').toString() : String(value)] as const,
    );
    sources.push({ kind, name: getString(object, 'metadata', 'name') ?? '', data: new Map(data) });
  }
  return sources;
}
