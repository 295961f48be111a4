// GET of one object.
import type { JsonObject } from '../../model/json.ts';
import type { Api, Target } from '../api.ts';
import { notFound, plainFailure, tooLargeVersion } from '../errors.ts';
import { shown } from '../versions.ts';

/** Reads an object. Throws 404, or the refusal of an impossible resourceVersion. */
export function getObject(api: Api, { resource, namespace, name }: Target, query: URLSearchParams): JsonObject {
  const version = query.get('resourceVersion') ?? '';
  if (version !== '' && !/^\d+$/.test(version)) {
    throw plainFailure(
      `resourceVersion: Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`,
    );
  }
  if (Number(version) > api.store.revision) throw tooLargeVersion(version, String(api.store.revision));
  const found = api.store.get(resource.stored, namespace, name);
  if (!found) throw notFound(resource.type, name);
  return shown(resource, found);
}
