// The CustomResourceDefinition of ArtifactGenerator, written by hand from the documented fields of source-watcher's API
// v1beta1 (github.com/fluxcd/source-watcher/api/v2 v2.2.4): its own definition is in no module that `npm run facts` reads.
import type { JsonObject } from '../../model/json.ts';

const GROUP = 'source.extensions.fluxcd.io';
const ALIAS = '[a-z0-9]([a-z0-9_-]*[a-z0-9])?';

const text = (rules: JsonObject = {}): JsonObject => ({ type: 'string', ...rules });
const list = (items: JsonObject, rules: JsonObject = {}): JsonObject => ({ type: 'array', items, ...rules });
const map = (properties: JsonObject, required: string[] = []): JsonObject =>
  required.length > 0 ? { type: 'object', properties, required } : { type: 'object', properties };
const texts: JsonObject = { type: 'object', additionalProperties: text() };

/** A new copy for each call: the caller may change it. */
export function artifactGeneratorCrd(): JsonObject {
  const version: JsonObject = {
    name: 'v1beta1',
    served: true,
    storage: true,
    subresources: { status: {} },
    additionalPrinterColumns: [
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Status', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message' },
    ],
    schema: {
      openAPIV3Schema: map({
        apiVersion: text(),
        kind: text(),
        metadata: { type: 'object' },
        spec: spec(),
        status: status(),
      }),
    },
  };
  return structuredClone({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `artifactgenerators.${GROUP}` },
    spec: {
      group: GROUP,
      names: {
        kind: 'ArtifactGenerator',
        listKind: 'ArtifactGeneratorList',
        plural: 'artifactgenerators',
        shortNames: ['ag'],
        singular: 'artifactgenerator',
      },
      scope: 'Namespaced',
      versions: [version],
    },
  });
}

function spec(): JsonObject {
  const source = map(
    {
      alias: text({ maxLength: 63, pattern: `^${ALIAS}$` }),
      kind: text({ enum: ['Bucket', 'GitRepository', 'OCIRepository', 'HelmChart', 'ExternalArtifact'] }),
      name: text({ maxLength: 253, pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' }),
      namespace: text({ minLength: 1, maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' }),
    },
    ['alias', 'kind', 'name'],
  );
  const copy = map(
    {
      from: text({ minLength: 1, maxLength: 1024, pattern: `^@(${ALIAS})/(.*)$` }),
      to: text({ minLength: 1, maxLength: 1024, pattern: '^@artifact/(.*)$' }),
      exclude: list(text({ maxLength: 1024 }), { maxItems: 100 }),
      optional: { type: 'boolean' },
      strategy: text({ enum: ['Overwrite', 'Merge', 'Extract'] }),
    },
    ['from', 'to'],
  );
  const artifact = map(
    {
      name: text({ minLength: 1, maxLength: 253 }),
      revision: text({ maxLength: 64, pattern: `^@(${ALIAS})$` }),
      originRevision: text({ maxLength: 64, pattern: `^@(${ALIAS})$` }),
      copy: list(copy, { minItems: 1 }),
    },
    ['copy', 'name'],
  );
  return map(
    {
      artifacts: list(artifact, { minItems: 1, maxItems: 1000 }),
      commonMetadata: map({ annotations: texts, labels: texts }),
      pathPattern: text({ maxLength: 1024, pattern: `^@(${ALIAS})/(.*)$` }),
      sources: list(source, { minItems: 1, maxItems: 1000 }),
    },
    ['artifacts', 'sources'],
  );
}

function status(): JsonObject {
  const condition = map(
    {
      lastTransitionTime: text({ format: 'date-time' }),
      message: text({ maxLength: 32768 }),
      observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
      reason: text({ minLength: 1, maxLength: 1024, pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$' }),
      status: text({ enum: ['True', 'False', 'Unknown'] }),
      type: text({ maxLength: 316 }),
    },
    ['lastTransitionTime', 'message', 'reason', 'status', 'type'],
  );
  const reference = map({ digest: text(), filename: text(), name: text(), namespace: text() }, [
    'digest',
    'filename',
    'name',
    'namespace',
  ]);
  return map({
    conditions: list(condition),
    inventory: list(reference),
    lastHandledReconcileAt: text(),
    observedSourcesDigest: text(),
  });
}
