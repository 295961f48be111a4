// Renders one root of the workspace and checks what came out. Pure given its parts; schedules nothing.
import type { Finding } from '../../model/finding.ts';
import { hasErrors } from '../../model/finding.ts';
import { getList, getString } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { MapNode } from '../../model/node.ts';
import { reasonOf } from '../../model/reason.ts';
import type { Rendering, VariableSource } from '../../render/rendering.ts';
import { isNoAnswer } from '../../source/disk.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import type { ValidateOptions } from '../../validate/validate.ts';
import type { Root, RootRendering } from '../state.ts';
import { filesOfVariables } from './variableLookup.ts';
import type { VariableLookup } from './variableLookup.ts';

/** The stages that a rendering in the editor runs through; the same functions that the loop uses. */
export interface RenderStages {
  build(snapshot: Snapshot, path: string): Rendering;
  render(
    snapshot: Snapshot,
    kustomization: JsonObject,
    variables: readonly VariableSource[],
    written: MapNode,
  ): Rendering;
  validate(manifests: readonly Manifest[], options: ValidateOptions): readonly Finding[];
}

/** Renders a root from a snapshot. Findings of the build come first; a build with errors is not checked further. */
export function renderRoot(
  stages: RenderStages,
  snapshot: Snapshot,
  root: Root,
  version: number,
  variables: VariableLookup,
): RootRendering {
  const sources = variablesOf(root, variables);
  const rendering =
    root.kind === 'kustomize'
      ? stages.build(snapshot, root.path)
      : stages.render(snapshot, root.object, sources, root.node);
  // A directory may be one that Flux substitutes in, by a Kustomization here or elsewhere: `${...}` is not judged before.
  const substituted = root.kind === 'flux';
  const pending = rendering.wanted.length > 0;
  const findings = pending ? rendering.findings.filter(holdsWhilePending) : rendering.findings;
  const checked = pending || hasErrors(findings) ? [] : stages.validate(rendering.manifests, { substituted });
  return {
    root,
    version,
    manifests: rendering.manifests,
    findings: [...findings, ...checked],
    files: rendering.files,
    ...(sources.length > 0 ? { variableFiles: filesOfVariables(sources) } : {}),
    ...(pending ? { pending } : {}),
    lastGood: rendering.manifests,
  };
}

/** What was read stays as it is when the rest has come; what was built of a part may not. */
function holdsWhilePending({ code, severity }: Finding): boolean {
  return severity === 'info' || /^(?:yaml|file|kustomization|remote)-/.test(code);
}

/** Why a rendering has ended with an exception: the system had nothing left to give, or a bug of ours. */
export function whyFailed(error: unknown): string {
  if (isNoAnswer(error)) return `it is not built, since the system refused what that takes: ${error.message}`;
  return `Plumbline failed to render this, which is a mistake of its own: ${reasonOf(error)}`;
}

/**
 * What stands for a rendering that was refused or has ended with an exception: one finding, at the root's own file. The
 * engine lives on, so do all other roots, and what was built last stays. Any edit tries it again (see files.ts).
 */
export function failedRendering(
  root: Root,
  version: number,
  message: string,
  before: RootRendering | undefined,
): RootRendering {
  const finding: Finding = {
    code: 'render-failed',
    severity: 'error',
    message,
    ...(root.kind === 'flux' ? { at: root.place } : {}),
  };
  return { root, version, manifests: [], findings: [finding], files: before?.files ?? new Set(), lastGood: [] };
}

/** Whether a Flux Kustomization takes variables from objects. */
export function asksForVariables(kustomization: JsonObject): boolean {
  return referencesOf(kustomization).length > 0;
}

function referencesOf(kustomization: JsonObject): readonly JsonValue[] {
  return getList(kustomization, 'spec', 'postBuild', 'substituteFrom') ?? [];
}

/** What `substituteFrom` of a Flux Kustomization names, looked up. */
export function variablesOf(root: Root, lookup: VariableLookup): VariableSource[] {
  if (root.kind !== 'flux') return [];
  const namespace = getString(root.object, 'metadata', 'namespace') ?? '';
  const asker = root.place.source.path;
  return referencesOf(root.object).flatMap((reference): VariableSource[] => {
    const kind = getString(reference, 'kind');
    const name = getString(reference, 'name');
    if ((kind !== 'ConfigMap' && kind !== 'Secret') || name === undefined) return [];
    return [{ kind, name, ...(lookup({ kind, namespace, name, asker }) ?? { data: undefined }) }];
  });
}
