// Lists a resource whole: page by page, and in one piece where the pages expired in between.
import { getList, getString, isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { parseJson } from '../model/jsonText.ts';
import { apiVersionOf } from '../model/objectRef.ts';
import type { ResourceType } from '../model/resourceType.ts';
import { StatusError } from './client.ts';
import type { ListResult } from './client.ts';
import { isExpired } from './failures.ts';
import { collectionPath, query } from './paths.ts';
import type { Requests } from './requests.ts';

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** At least so new; empty or absent is the newest. */
  readonly resourceVersion?: string;
}

const PAGE = 500;

/** Throws StatusError. Items carry apiVersion and kind, which lists leave out. */
export async function listAll(
  requests: Requests,
  type: ResourceType,
  options: ListOptions,
  signal?: AbortSignal,
): Promise<ListResult> {
  const items: JsonObject[] = [];
  const { namespace, ...parameters } = options;
  const path = collectionPath(type, namespace);
  // A list that may come from the server's cache is not paged: the cache answers in one piece.
  let page: Readonly<Record<string, string | number | undefined>> = parameters.resourceVersion
    ? { ...parameters }
    : { ...parameters, limit: PAGE };
  for (;;) {
    try {
      const answer = parseJson(await requests.text({ method: 'GET', path: path + query(page) }, signal));
      items.push(...itemsOf(answer, type));
      const next = getString(answer, 'metadata', 'continue');
      if (!next) return { items, resourceVersion: getString(answer, 'metadata', 'resourceVersion') ?? '' };
      const { labelSelector, fieldSelector } = parameters;
      page = { labelSelector, fieldSelector, limit: PAGE, continue: next };
    } catch (error) {
      if (!(error instanceof StatusError) || !isExpired(error) || page['continue'] === undefined) throw error;
      items.length = 0;
      page = { ...parameters };
    }
  }
}

function itemsOf(answer: JsonValue, type: ResourceType): JsonObject[] {
  const kind = { apiVersion: apiVersionOf(type), kind: type.kind };
  return (getList(answer, 'items') ?? []).filter(isJsonObject).map((item) => ({ ...kind, ...item }));
}
