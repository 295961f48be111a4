// The verbs of the Kubernetes API on whole objects, as raw JSON. One request each; no retries of its own.
import { getString, isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { parseJson, stringifyJson } from '../model/jsonText.ts';
import { refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { ResourceType } from '../model/resourceType.ts';
import { StatusError } from './client.ts';
import type { KubeClient } from './client.ts';
import { errorOfAnswer, noKindMatch, retryAfterOf } from './failures.ts';
import { listAll } from './list.ts';
import { collectionPath, objectPath, query } from './paths.ts';
import type { Ask, Requests } from './requests.ts';
import type { TypeCache } from './typeCache.ts';

type Verbs = Pick<KubeClient, 'get' | 'list' | 'apply' | 'create' | 'update' | 'patch' | 'delete'>;

/** Server-side apply takes YAML, of which JSON is a part. */
const APPLY_PATCH = 'application/apply-patch+yaml';

export function createVerbs(requests: Requests, types: TypeCache): Verbs {
  const typeOf = async (ref: ObjectRef, signal?: AbortSignal): Promise<ResourceType> => {
    const type = await types.find(ref, signal);
    if (!type) throw noKindMatch(ref);
    return type;
  };

  /** Sends an object and reads one. A path that the server does not know any more means that our types are old. */
  const send = async (ref: ObjectRef, ask: (type: ResourceType) => Ask, signal?: AbortSignal): Promise<JsonObject> => {
    const request = ask(await typeOf(ref, signal));
    const { code, text, headers } = await requests.answer(request, signal);
    if (code >= 200 && code < 300) return objectOf(parseJson(text));
    const error = errorOfAnswer(code, text, retryAfterOf(headers));
    if (code === 404 && !namesSomething(error)) types.forget();
    throw error;
  };

  return {
    get: async (ref, signal) => {
      try {
        return await send(ref, (type) => ({ method: 'GET', path: objectPath(type, ref.namespace, ref.name) }), signal);
      } catch (error) {
        if (!(error instanceof StatusError) || error.code !== 404 || error.reason === 'NoKindMatch') throw error;
        // Without a name the server says that it does not know the kind, not that the object is missing.
        if (!namesSomething(error)) await typeOf(ref, signal);
        return undefined;
      }
    },
    list: (type, options, signal) => listAll(requests, type, options, signal),
    apply: (object, options, signal) => {
      const ref = refOf(object);
      const parameters = {
        fieldManager: options.fieldManager,
        force: options.force,
        dryRun: options.dryRun ? 'All' : undefined,
      };
      return send(
        ref,
        (type) =>
          body(
            'PATCH',
            object,
            APPLY_PATCH,
            objectPath(type, ref.namespace, ref.name, options.subresource) + query(parameters),
          ),
        signal,
      );
    },
    create: (object, { fieldManager }, signal) => {
      const ref = refOf(object);
      return send(
        ref,
        (type) =>
          body('POST', object, 'application/json', collectionPath(type, ref.namespace) + query({ fieldManager })),
        signal,
      );
    },
    update: (object, { fieldManager, subresource }, signal) => {
      const ref = refOf(object);
      return send(
        ref,
        (type) =>
          body(
            'PUT',
            object,
            'application/json',
            objectPath(type, ref.namespace, ref.name, subresource) + query({ fieldManager }),
          ),
        signal,
      );
    },
    patch: (ref, contentType, patch, options, signal) => {
      const parameters = query({ fieldManager: options.fieldManager, dryRun: options.dryRun ? 'All' : undefined });
      return send(
        ref,
        (type) =>
          body(
            'PATCH',
            patch,
            contentType,
            objectPath(type, ref.namespace, ref.name, options.subresource) + parameters,
          ),
        signal,
      );
    },
    delete: async (ref, options, signal) => {
      const { uid, resourceVersion } = options;
      const preconditions = {
        ...(uid === undefined ? {} : { uid }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      };
      const deleteOptions: JsonObject = {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        ...(options.propagation === undefined ? {} : { propagationPolicy: options.propagation }),
        ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
        ...(options.dryRun ? { dryRun: ['All'] } : {}),
      };
      await send(
        ref,
        (type) => body('DELETE', deleteOptions, 'application/json', objectPath(type, ref.namespace, ref.name)),
        signal,
      );
    },
  };
}

function body(method: string, object: JsonValue, contentType: string, path: string): Ask {
  return { method, path, contentType, body: stringifyJson(object) };
}

function namesSomething(error: StatusError): boolean {
  return Boolean(getString(error.status, 'details', 'name'));
}

function objectOf(value: JsonValue): JsonObject {
  if (!isJsonObject(value)) throw new StatusError(500, 'InternalError', 'the server did not answer with an object');
  return value;
}
