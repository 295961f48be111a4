// The tree that a Kustomization would be built from when the workspace is its source: the folder itself, or what an
// ArtifactGenerator of the repository makes of it. For plans; the loop has its own artifacts.
import { getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { printRef, refOf } from '../../model/objectRef.ts';
import { artifactOfFiles } from '../../source/artifact.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { mergeYaml } from '../../render/mergeYaml.ts';
import { generatorSources } from '../artifactGenerator/artifactGenerator.ts';
import { copyFiles, CopyError } from '../artifactGenerator/copyOperations.ts';
import { ARTIFACT_GENERATOR, EXTERNAL_ARTIFACT, GIT_REPOSITORY, sourceRefOf } from '../fluxKinds.ts';

/** The tree, or one sentence that says why there is none. `objects` are the Flux objects of the repository. */
export function treeOf(
  kustomization: JsonObject,
  objects: readonly JsonObject[],
  workspace: Snapshot,
): Snapshot | string {
  const source = sourceRefOf(kustomization);
  if (source.kind === GIT_REPOSITORY.kind) return workspace;
  if (source.kind !== EXTERNAL_ARTIFACT.kind)
    return `its source ${printRef(source)} is not fetched by the local loop yet`;
  for (const generator of objects.filter((object) => refOf(object).kind === ARTIFACT_GENERATOR.kind)) {
    const artifact = (getList(generator, 'spec', 'artifacts') ?? []).find(
      (one) => getString(one, 'name') === source.name,
    );
    if (artifact === undefined || refOf(generator).namespace !== source.namespace) continue;
    if (
      generatorSources(generator).some(({ kind }) => kind !== GIT_REPOSITORY.kind) ||
      getPath(generator, 'spec', 'pathPattern') !== undefined
    )
      return `its source ${printRef(source)} is made of more than this repository`;
    return generated(generator, artifact as JsonObject, workspace);
  }
  return `no ArtifactGenerator of the repository makes its source ${printRef(source)}`;
}

function generated(generator: JsonObject, artifact: JsonObject, workspace: Snapshot): Snapshot | string {
  const aliases = (getList(generator, 'spec', 'sources') ?? []).map((one) => getString(one, 'alias') ?? '');
  try {
    const files = copyFiles(artifact, { sources: new Map(aliases.map((alias) => [alias, workspace])), mergeYaml });
    return artifactOfFiles(files, () => workspace.revision).snapshot;
  } catch (error) {
    if (!(error instanceof CopyError)) throw error;
    return error.message;
  }
}
