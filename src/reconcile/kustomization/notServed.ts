// Says where a kind that the cluster does not serve would come from: another version, or a chart that is not rendered yet.
// Guesses are told as guesses; nothing is changed by them.
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { notRenderedYet } from '../../model/notRendered.ts';
import { apiVersionOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { ResourceType } from '../../model/resourceType.ts';
import { StatusError } from '../../kube/client.ts';
import type { KubeClient } from '../../kube/client.ts';

const HELM_RELEASE = { group: 'helm.toolkit.fluxcd.io', version: 'v2', kind: 'HelmRelease' };

/** One sentence for each kind among `refs` that the cluster does not serve. */
export async function explainNotServed(
  client: KubeClient,
  refs: readonly ObjectRef[],
  signal: AbortSignal,
): Promise<string[]> {
  const types = await typesOf(client, signal);
  if (!types) return [];
  const kinds = [...new Map(refs.map((ref) => [`${apiVersionOf(ref)}/${ref.kind}`, ref])).values()];
  const missing = kinds.filter(
    (ref) => !types.some((type) => type.group === ref.group && type.version === ref.version && type.kind === ref.kind),
  );
  if (missing.length === 0) return [];
  const releases = await unrenderedReleases(client, signal);
  return missing.map((ref) => {
    const served = types.filter((type) => type.group === ref.group && type.kind === ref.kind);
    const said = `the cluster does not serve ${ref.kind} of ${apiVersionOf(ref)}`;
    if (served.length > 0) return `${said}, only of ${served.map(apiVersionOf).join(' and ')}: change the apiVersion`;
    return `${said}: ${originOf(ref, releases)}`;
  });
}

/** A cluster that cannot be asked (another one, of spec.kubeConfig) has said already what failed. */
async function typesOf(client: KubeClient, signal: AbortSignal): Promise<readonly ResourceType[] | undefined> {
  try {
    return await client.resourceTypes(signal);
  } catch (error) {
    if (error instanceof StatusError && !signal.aborted) return undefined;
    throw error;
  }
}

async function unrenderedReleases(client: KubeClient, signal: AbortSignal): Promise<JsonObject[]> {
  const type = await client.resourceType(HELM_RELEASE, signal);
  if (!type) return [];
  const items = await allItems(client, type, signal);
  // Lists leave out what every item has in common.
  return items
    .map((item) => ({ ...item, apiVersion: apiVersionOf(HELM_RELEASE), kind: HELM_RELEASE.kind }))
    .filter((item) => notRenderedYet(item) !== undefined);
}

/** Who may apply need not be allowed to read releases: then there is no guess, and what failed is still told. */
async function allItems(client: KubeClient, type: ResourceType, signal: AbortSignal): Promise<readonly JsonObject[]> {
  try {
    return (await client.list(type, {}, signal)).items;
  } catch (error) {
    if (error instanceof StatusError && !signal.aborted) return [];
    throw error;
  }
}

function originOf(ref: ObjectRef, releases: readonly JsonObject[]): string {
  if (releases.length === 0) return 'no CustomResourceDefinition for it is there';
  const likely = releases.filter((release) => sharesName(ref.group, release));
  const names = (likely.length > 0 ? likely : releases).map((one) => `${refOf(one).namespace}/${refOf(one).name}`);
  const which =
    names.length === 1 ? `the HelmRelease ${names[0] ?? ''}` : `one of the HelmReleases ${names.join(', ')}`;
  return `its definition probably comes with ${which}, which is not rendered yet`;
}

/** A chart mostly has a name that its API group begins with: cert-manager and cert-manager.io. */
function sharesName(group: string, release: JsonObject): boolean {
  const [first = ''] = group.split('.');
  const names = [
    refOf(release).name,
    getString(release, 'spec', 'chart', 'spec', 'chart') ?? '',
    getString(release, 'spec', 'chartRef', 'name') ?? '',
  ];
  return (
    first !== '' &&
    names.some((name) => name === first || name.split('-').includes(first) || group.split('.').includes(name))
  );
}
