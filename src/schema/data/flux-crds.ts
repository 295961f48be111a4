// The CustomResourceDefinitions of Flux, as the embedded cluster installs them and as files are checked against them.
import type { JsonObject } from '../../model/json.ts';
import { parseJson } from '../../model/jsonText.ts';
import { artifactGeneratorCrd } from './artifact-generator.ts';
import { fluxFacts } from './flux.ts';

/** Manifests of Flux's CRDs, without descriptions. A new copy for each call: the caller may change them. */
export function fluxCrds(): JsonObject[] {
  return [...(parseJson(fluxFacts) as JsonObject[]), artifactGeneratorCrd()];
}
