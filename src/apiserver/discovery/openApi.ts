// The OpenAPI documents: /openapi/v2, /openapi/v3 and one document for each group version below it.
import { createHash } from 'node:crypto';
import { openApiV2, openApiV3, openApiV3Paths } from '../../schema/openapi.ts';
import { encodeOpenApiV2 } from '../../schema/openapiProto.ts';
import { schemaSet } from '../../schema/schemaSetOf.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import { noSuchResource } from '../errors.ts';
import type { Handling } from '../handling.ts';
import type { ApiRequest, ApiResponse } from '../http/message.ts';
import { parseAccept } from '../http/negotiate.ts';
import { respond } from '../http/respond.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ServedSet } from '../served.ts';

/** The media type as it is answered; clients ask for it with an at sign, which a type cannot have. */
const OPENAPI_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** Answers below /openapi. Documents are made when they are asked for and not kept: they are large and rarely read. */
export function openApiDocument({ api }: Handling, request: ApiRequest, words: readonly string[]): ApiResponse {
  const schemas = schemasOf(api.served());
  const [form, ...rest] = words;
  if (form === 'v2' && rest.length === 0) return v2Document(openApiV2(schemas, api.version), request);
  if (form !== 'v3') throw noSuchResource();
  if (rest.length === 0) {
    const paths = Object.fromEntries(
      openApiV3Paths(schemas).map((path) => [
        path,
        {
          serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(api.version + path + revisionOf(api.served(), path))}`,
        },
      ]),
    );
    return respond(200, { paths });
  }
  const [group, version] = rest[0] === 'api' ? ['', rest[1]] : [rest[1], rest[2]];
  const document = openApiV3(schemas, { group: group ?? '', version: version ?? '' }, api.version);
  if (!document) throw noSuchResource();
  return withTag(respond(200, document), request);
}

/** kubectl takes this document as protobuf only. */
function v2Document(document: JsonObject, request: ApiRequest): ApiResponse {
  const wantsProtobuf = parseAccept(request.headers['accept'] ?? '').some(({ type }) =>
    type.startsWith('application/com.github.proto-openapi.spec.v2'),
  );
  if (!wantsProtobuf) return withTag(respond(200, document), request);
  return {
    code: 200,
    contentType: OPENAPI_PROTOBUF,
    headers: { Vary: 'Accept' },
    body: '',
    bytes: encodeOpenApiV2(document),
  };
}

function withTag(response: ApiResponse, request: ApiRequest): ApiResponse {
  const etag = `"${hashOf(response.body)}"`;
  if (request.headers['if-none-match'] === etag) return { ...response, code: 304, body: '', headers: { ETag: etag } };
  return { ...response, headers: { ETag: etag, Vary: 'Accept' } };
}

function hashOf(text: string): string {
  return createHash('sha512').update(text).digest('hex').toUpperCase();
}

/** What a path's hash depends on: the schemas of its kinds, which for built-in kinds never change. */
function revisionOf(served: ServedSet, path: string): string {
  const own = served.resources().filter(({ type, custom }) => custom && `apis/${type.group}/${type.version}` === path);
  return own
    .map(
      ({ type, schema }) =>
        `${type.kind} ${JSON.stringify(schema, (_key, value: unknown) => (value instanceof Map ? [...value] : typeof value === 'bigint' ? String(value) : value))}`,
    )
    .join();
}

function schemasOf(served: ServedSet): SchemaSet {
  return schemaSet(
    served.resources().map(({ type }) => type),
    (gvk) => served.ofKind(gvk)?.schema,
  );
}
