// The status of a Flux object without what differs between two runs. Compares nothing.
import { getList, getPath, getString, isJsonObject } from '../../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';

/** What Flux's own users look at: conditions, revisions, what was observed, inventory, history; null for what is gone. */
export function fluxStatus(object: JsonObject | undefined, mask: (text: string) => string): JsonValue {
  if (!object) return null;
  const status = (getPath(object, 'status') ?? {}) as JsonObject;
  const { conditions: _, history, artifact, includedArtifacts, ...others } = status;
  return masked(
    {
      finalizers: getPath(object, 'metadata', 'finalizers') ?? null,
      ...others,
      artifact: getString(artifact, 'revision') ?? null,
      includedArtifacts: (Array.isArray(includedArtifacts) ? includedArtifacts : []).map(
        (one) => getString(one, 'revision') ?? '',
      ),
      history: (Array.isArray(history) ? history : []).map((one) => ({
        digest: getPath(one, 'digest') ?? null,
        status: getPath(one, 'lastReconciledStatus') ?? null,
        metadata: getPath(one, 'metadata') ?? null,
      })),
      conditions: (getList(status, 'conditions') ?? []).map((condition) => {
        const { lastTransitionTime: __, ...said } = condition as JsonObject;
        return said['reason'] === 'BuildFailed' ? { ...said, message: '...' } : said;
      }),
    },
    mask,
  );
}

function masked(value: JsonValue, mask: (text: string) => string): JsonValue {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => masked(item, mask));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, masked(child, mask)]));
}
