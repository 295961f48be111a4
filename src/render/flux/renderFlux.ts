// What kustomize-controller builds for a Flux Kustomization: the kustomization at spec.path, made where there is none,
// edited in memory by the object's fields, built, substituted, labelled. Fetches nothing and writes nothing.
import { hasErrors } from '../../model/finding.ts';
import type { Finding } from '../../model/finding.ts';
import { getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { child } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import { keyOf, printRef } from '../../model/objectRef.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { nodeOfJson } from '../../yaml/nodeOfJson.ts';
import { readYaml } from '../../yaml/read.ts';
import { buildRoot } from '../build.ts';
import type { ReadRoot } from '../build.ts';
import type { Watch } from '../rebuild/builder.ts';
import type { Kustomization } from '../kustomization/kustomization.ts';
import { textField } from '../kustomization/kustomization.ts';
import { kustomizationFileNames, readKustomization } from '../kustomization/read.ts';
import { ROOT, shaped } from '../kustomization/shape.ts';
import { kustomization as kustomizationShape } from '../kustomization/shapes.ts';
import { sourceAt } from '../load/loader.ts';
import type { LoaderBase } from '../load/loader.ts';
import type { BuildOptions, Rendering, VariableSource } from '../rendering.ts';
import { substitutionConflict } from '../substitute/findings.ts';
import { isSubstituteDisabled } from '../substitute/substitute.ts';
import type { SubstituteOptions } from '../substitute/substitute.ts';
import { collectVariables } from '../substitute/variables.ts';
import { newMap } from '../write.ts';
import { finishObject } from './afterBuild.ts';
import type { AfterBuild, Finished } from './afterBuild.ts';
import { editKustomization, withOriginAnnotations } from './editKustomization.ts';
import { isEncryptedSecret } from './encryptedSecret.ts';
import { objectIncomplete, pathIsFile, pathMissing, secretEncrypted } from './findings.ts';
import { cleanPath } from './fluxPath.ts';
import type { FluxMemory } from './memory.ts';
import { meantInstead } from '../load/meant.ts';
import { generateKustomization } from './generateKustomization.ts';

/** How kustomize-controller 1.9 builds. There kustomize calls itself no release. */
const CONTROLLER = {
  loadRestrictor: 'none',
  order: 'none',
  release: '5.8.1',
  typesAreKnown: true,
  managedByVersion: '(devel)',
} as const;

export interface FluxOptions extends BuildOptions {
  /** The Flux object as it was read from its file, so that what it sets has a place. */
  readonly written?: MapNode;
  /** `false`: variables that are not set are empty, as with the feature gate StrictPostBuildSubstitutions off. */
  readonly strictSubstitution?: boolean;
  /** Where given, what is left of the last rendering of the same object is used again. */
  readonly memory?: FluxMemory;
}

export interface FluxRendering extends Rendering {
  /** What was built, before commonMetadata: its printed text is what the digest in `status.history` is of. */
  readonly built: readonly Manifest[];
}

/**
 * Renders a Flux Kustomization over the source that it names. `variables` are the objects that substituteFrom refers to.
 * Load restrictions and order are those of the controller, whatever the options say.
 */
export function renderFlux(
  snapshot: Snapshot,
  kustomization: JsonObject,
  variables: readonly VariableSource[],
  options: FluxOptions,
): FluxRendering {
  const spec = specOf(kustomization, options.written);
  const path = getString(kustomization, 'spec', 'path') ?? '';
  const place = child(spec, 'path')?.origin.place;
  const root = cleanPath(path);
  const kind = snapshot.kind(root);
  if (kind !== 'directory') {
    const meant = meantInstead(snapshot, path, cleanPath, 'correct the path, or add the directory');
    const finding = kind === undefined ? pathMissing(path, meant, place) : pathIsFile(path, place);
    return { manifests: [], built: [], findings: [finding], files: new Set([root]), wanted: [] };
  }
  const read: ReadRoot = (base) => {
    const report = (finding: Finding): void => base.report(tolerated(finding, root));
    const found = rootKustomization({ ...base, report }, root);
    return found && editKustomization(found, spec, base);
  };
  const whole = (watch?: Watch): Rendering => buildRoot(snapshot, root, { ...options, ...watch, ...CONTROLLER }, read);
  const { memory } = options;
  const rendering = memory ? memory.again(kustomization, snapshot, whole) : whole();
  const findings = [...rendering.findings, ...checkObjects(rendering.manifests)];
  const substitution = substitutionOf(rendering.manifests, kustomization, variables, options, child(spec, 'postBuild'));
  findings.push(...(substitution?.findings ?? []));
  const by = { substitution: substitution?.options, metadata: child(spec, 'commonMetadata') };
  // What a later build begins with is never written into.
  const finished = memory
    ? finishAgain(rendering.manifests, by, memory.finished(kustomization, by))
    : rendering.manifests.map((manifest) => finishObject(manifest, by, 'inPlace'));
  if (by.substitution) findings.push(...substitutionFindings(finished));
  const built = finished.map((one) => one.built);
  const manifests = finished.filter((one) => !isKustomizeConfig(one.built)).map(({ manifest }) => manifest);
  for (const manifest of manifests) {
    if (isEncryptedSecret(manifest.node))
      findings.push(secretEncrypted(printRef(manifestRef(manifest)), manifest.node.origin.place));
  }
  return { manifests, built, findings, files: rendering.files, wanted: rendering.wanted };
}

function specOf(kustomization: JsonObject, written: MapNode | undefined): MapNode {
  const spec: Node = child(written, 'spec') ?? nodeOfJson(getObject(kustomization, 'spec') ?? {});
  return spec.kind === 'map' ? spec : newMap({ place: undefined, cause: { by: 'flux', field: 'spec' } });
}

/** The kustomization at the path as Flux takes it: an existing one may be empty. */
function rootKustomization(base: LoaderBase, root: string): Kustomization | undefined {
  const paths = kustomizationFileNames.map((name) => (root === '' ? name : `${root}/${name}`));
  for (const path of paths) base.files.add(path);
  const path = paths.find((candidate) => base.snapshot.kind(candidate) === 'file');
  if (path === undefined) return generateKustomization(base, root);
  const source = sourceAt(base, path);
  const text = source && readYaml(source, 'kubernetes');
  const document = text?.documents[0];
  const isEmpty = !document || (document.kind === 'map' && !asksForAnything(document));
  // What cannot be read has no documents either.
  if (isEmpty && source && !hasErrors(text?.findings ?? [])) {
    const place = { source, start: 0, end: source.text.length };
    const fields = newMap({ place, cause: { by: 'resource' } });
    return withOriginAnnotations({
      root,
      fileName: path.slice(path.lastIndexOf('/') + 1),
      kind: 'Kustomization',
      fields,
      place,
    });
  }
  const found = readKustomization(base, root);
  const resources = child(document, 'resources');
  return found && (resources?.kind === 'list' && resources.items.length > 0 ? found : withOriginAnnotations(found));
}

/** Whether a known field says something; kustomize is shown those alone. */
function asksForAnything(document: MapNode): boolean {
  const fields = shaped(document, kustomizationShape, ROOT, {
    unknownFields: 'ignore',
    scalarsAsStrings: false,
    report: () => undefined,
  });
  return fields?.kind !== 'map' || [...fields.entries.keys()].some((key) => key !== 'apiVersion' && key !== 'kind');
}

/** Flux reads and writes the kustomization at its path anew, and unknown fields are lost on the way without an error. */
function tolerated(finding: Finding, root: string): Finding {
  const file = finding.at?.source.path ?? '';
  const isRoot = kustomizationFileNames.some((name) => file === (root === '' ? name : `${root}/${name}`));
  return isRoot && finding.code === 'kustomization-unknown-field' ? { ...finding, severity: 'warning' } : finding;
}

function checkObjects(manifests: readonly Manifest[]): Finding[] {
  return manifests
    .filter(
      ({ node }) =>
        textField(node, 'apiVersion') === '' ||
        textField(node, 'kind') === '' ||
        textField(child(node, 'metadata'), 'name') === '',
    )
    .map((manifest) => objectIncomplete(printRef(manifestRef(manifest)), manifest.node.origin.place));
}

/** How variables are substituted; findings where they cannot be, undefined where nobody asks for it. */
function substitutionOf(
  manifests: readonly Manifest[],
  kustomization: JsonObject,
  sources: readonly VariableSource[],
  options: FluxOptions,
  written: Node | undefined,
): { readonly options?: SubstituteOptions; readonly findings: readonly Finding[] } | undefined {
  const postBuild = getObject(kustomization, 'spec', 'postBuild');
  if (!postBuild || manifests.every(({ node }) => isSubstituteDisabled(node))) return undefined;
  const { variables, findings } = collectVariables(postBuild, sources, written);
  if (findings.length > 0) return { findings };
  const always = getString(postBuild, 'substituteStrategy') === 'Always';
  return { options: { variables, strict: options.strictSubstitution !== false, always }, findings };
}

/** Finishes those alone that are built otherwise than before. What has findings is looked at each time. */
function finishAgain(
  manifests: readonly Manifest[],
  by: AfterBuild,
  known: WeakMap<MapNode, Finished>,
): readonly Finished[] {
  return manifests.map((manifest) => {
    const before = known.get(manifest.node);
    if (before) return before;
    const finished = finishObject(manifest, by, 'copied');
    if (finished.findings.length === 0) known.set(manifest.node, finished);
    return finished;
  });
}

/** What is said of each object, and that two have one identity. */
function substitutionFindings(finished: readonly Finished[]): Finding[] {
  const found: Finding[] = [];
  const seen = new Set<string>();
  for (const { built, findings } of finished) {
    found.push(...findings);
    const key = keyOf(manifestRef(built));
    if (seen.has(key)) found.push(substitutionConflict(printRef(manifestRef(built)), built.node.origin.place));
    seen.add(key);
  }
  return found;
}

/** Kustomizations of kustomize itself are no objects of a cluster; the controller leaves them out. */
function isKustomizeConfig(manifest: Manifest): boolean {
  const { kind, group } = manifestRef(manifest);
  return kind === 'Kustomization' && group === 'kustomize.config.k8s.io';
}
