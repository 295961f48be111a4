// Manifests -> the text that `kustomize build` prints, byte for byte.
import type { Manifest } from '../../model/manifest.ts';
import { writeAllYaml } from '../../yaml/write.ts';

/** The documents joined by `---` lines; empty for no manifests. */
export function printManifests(manifests: readonly Manifest[]): string {
  return writeAllYaml(manifests.map(({ node }) => node)).join('---\n');
}
