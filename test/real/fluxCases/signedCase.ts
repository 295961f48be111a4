// A case about spec.verify: a repository that is signed somehow, and a Secret with keys. Signs nothing itself.
import type { JsonObject } from '../../../src/model/json.ts';
import { secret } from './fluxCase.ts';
import type { FluxCase } from './fluxCase.ts';

/** The Secret is named `keys`; the source is `repo` at `ref`. */
export function signedCase(
  name: string,
  repository: NonNullable<FluxCase['repository']>,
  stringData: JsonObject,
  mode = 'HEAD',
  ref: JsonObject = { branch: 'main' },
): FluxCase {
  return {
    name: `signed: ${name}`,
    repository,
    objects: [secret('keys', stringData)],
    sources: { repo: { ref, verify: { mode, secretRef: { name: 'keys' } } } },
    kustomizations: { app: {} },
  };
}
