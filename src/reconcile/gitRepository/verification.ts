// spec.verify of a GitRepository: its Secret, and what came of it as SourceVerified (source-controller, verifySignature).
import { getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { KubeReader } from '../../kube/client.ts';
import { VerificationError, verifySigned } from '../../source/git/verify.ts';
import type { Signed, VerificationKeys, VerificationMode } from '../../source/git/verify.ts';
import { isFalse, removeCondition, setCondition, statusOf } from '../conditions.ts';
import { SourceError } from '../deps.ts';
import type { SourceAccess, Verified } from '../deps.ts';
import { dataOf } from '../kustomization/variables.ts';

/** The keys of its Secret: `.sshpub` ones of SSH, all others OpenPGP. Throws SourceError where the Secret is missing. */
export async function readKeys(
  client: KubeReader,
  repository: JsonObject,
  signal: AbortSignal,
): Promise<VerificationKeys> {
  const namespace = getString(repository, 'metadata', 'namespace') ?? '';
  const name = getString(repository, 'spec', 'verify', 'secretRef', 'name') ?? '';
  const secret = await client.get({ group: '', version: 'v1', kind: 'Secret', namespace, name }, signal);
  if (!secret) throw unverified('VerificationError', `public keys secret error: secrets "${name}" not found`);
  const entries = [...dataOf(secret, 'Secret')];
  const isSsh = ([key]: readonly [string, string]): boolean => key.endsWith('.sshpub');
  return {
    authorizedKeys: entries.filter(isSsh).map(([, value]) => value),
    keyRings: entries.filter((entry) => !isSsh(entry)).map(([, value]) => value),
  };
}

/** Verifies what was fetched; undefined where nothing asks for it. Throws SourceError of the SourceVerified condition. */
export async function verifySource(
  repository: JsonObject,
  signed: Signed,
  access: SourceAccess,
  signal: AbortSignal,
): Promise<Verified | undefined> {
  const mode = modeOf(repository);
  if (mode === undefined) return undefined;
  const keys = (await access.keys?.()) ?? { keyRings: [], authorizedKeys: [] };
  try {
    return { mode, message: await verifySigned(signed, mode, keys, signal) };
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    throw unverified(error.reason, error.message, error.stalled);
  }
}

/** A failure of the last time is worked out again; a success says what the artifact that is there was verified with. */
export function forgetFailure(repository: JsonObject): void {
  if (isFalse(repository, 'SourceVerified')) removeCondition(repository, 'SourceVerified');
}

/** Writes what was verified into the status. */
export function recordVerified(repository: JsonObject, verified: Verified | undefined, now: number): void {
  const status = statusOf(repository);
  if (verified) {
    status['sourceVerificationMode'] = verified.mode;
    setCondition(repository, 'SourceVerified', 'True', 'Succeeded', verified.message, now);
  } else {
    delete status['sourceVerificationMode'];
    removeCondition(repository, 'SourceVerified');
  }
}

/** Modes that the API does not know are HEAD, as the old `head`. */
function modeOf(repository: JsonObject): VerificationMode | undefined {
  if (getPath(repository, 'spec', 'verify') === undefined) return undefined;
  const mode = getString(repository, 'spec', 'verify', 'mode');
  if (mode === '') return undefined;
  return mode === 'Tag' || mode === 'TagAndHEAD' ? mode : 'HEAD';
}

function unverified(reason: string, message: string, stalled = false): SourceError {
  return new SourceError(reason, message, stalled, 'SourceVerified');
}
