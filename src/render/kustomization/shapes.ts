// The fields of kustomization.yaml and of what stands in it: facts of kustomize 5.8's types as data.
import type { Shape } from './shape.ts';

const text: Shape = 'string';
const texts: Shape = { list: 'string' };
const textMap: Shape = { values: 'string' };

/** The shape of a type that upstream embeds in another: none of its texts is seen as one. */
export function embedded<T extends Shape>(shape: T): T;
export function embedded(shape: Shape): Shape {
  if (typeof shape === 'string') return shape === 'string' ? 'embeddedString' : shape;
  if ('list' in shape) return { list: embedded(shape.list) };
  if ('values' in shape) return { values: embedded(shape.values) };
  return { fields: Object.fromEntries(Object.entries(shape.fields).map(([name, each]) => [name, embedded(each)])) };
}

const gvk = { group: 'embeddedString', version: 'embeddedString', kind: 'embeddedString' } as const;
const resourceId = { ...gvk, name: 'embeddedString', namespace: 'embeddedString' } as const;

export const fieldSpec: Shape = { fields: { ...gvk, path: text, create: 'boolean' } };

export const metadata: Shape = {
  fields: { name: text, namespace: text, labels: textMap, annotations: textMap },
};

export const patchTarget: Shape = { fields: { ...resourceId, annotationSelector: text, labelSelector: text } };

const patch: Shape = {
  fields: {
    path: text,
    patch: text,
    target: patchTarget,
    options: { fields: { allowNameChange: 'boolean', allowKindChange: 'boolean' } },
  },
};

export const image: Shape = { fields: { name: text, newName: text, tagSuffix: text, newTag: text, digest: text } };

const fieldOptions: Shape = { fields: { delimiter: text, index: 'integer', encoding: text, create: 'boolean' } };

const targets: Shape = {
  list: { fields: { select: patchTarget, reject: { list: patchTarget }, fieldPaths: texts, options: fieldOptions } },
};

/** A replacement in a file of its own. */
export const replacementInFile = {
  fields: {
    source: { fields: { ...resourceId, fieldPath: text, options: fieldOptions } },
    sourceValue: text,
    targets,
  },
} satisfies Shape;

export const replacement: Shape = { fields: { ...embedded(replacementInFile).fields, path: text } };

export const generatorOptions: Shape = {
  fields: { labels: textMap, annotations: textMap, disableNameSuffixHash: 'boolean', immutable: 'boolean' },
};

const generator: Readonly<Record<string, Shape>> = {
  namespace: text,
  name: text,
  behavior: text,
  literals: texts,
  files: texts,
  envs: texts,
  env: text,
  options: generatorOptions,
};

export const configMapGenerator = embedded({ fields: generator });
export const secretGenerator = embedded({ fields: { ...generator, type: text } });

const target: Shape = {
  fields: { apiVersion: text, group: text, version: text, kind: text, name: text, namespace: text },
};
const variable: Shape = { fields: { name: text, objref: target, fieldref: { fields: { fieldPath: text } } } };

export const label: Shape = {
  fields: {
    pairs: textMap,
    includeSelectors: 'boolean',
    includeTemplates: 'boolean',
    includeVolumeClaimTemplates: 'boolean',
    fields: { list: fieldSpec },
  },
};

const sortOptions: Shape = {
  fields: { order: text, legacySortOptions: { fields: { orderFirst: texts, orderLast: texts } } },
};

const any: Shape = 'any';

export const helmGlobals = embedded({ fields: { chartHome: text, configHome: text } });

export const helmChart = embedded({
  fields: {
    name: text,
    version: text,
    repo: text,
    releaseName: text,
    namespace: text,
    additionalValuesFiles: texts,
    valuesFile: text,
    valuesInline: any,
    valuesMerge: text,
    includeCRDs: 'boolean',
    skipHooks: 'boolean',
    apiVersions: texts,
    kubeVersion: text,
    nameTemplate: text,
    skipTests: 'boolean',
    debug: 'boolean',
    devel: 'boolean',
  },
} satisfies Shape);

const oldHelmChart: Shape = {
  fields: {
    chartName: text,
    chartVersion: text,
    chartRepoUrl: text,
    chartHome: text,
    chartRepoName: text,
    helmBin: text,
    helmHome: text,
    values: text,
    valuesLocal: any,
    valuesMerge: text,
    releaseName: text,
    releaseNamespace: text,
    extraArgs: texts,
  },
};

export const kustomization: Shape = {
  fields: {
    apiVersion: text,
    kind: text,
    metadata,
    openapi: textMap,
    namePrefix: text,
    nameSuffix: text,
    namespace: text,
    commonLabels: textMap,
    labels: { list: label },
    commonAnnotations: textMap,
    patchesStrategicMerge: texts,
    patchesJson6902: { list: patch },
    patches: { list: patch },
    images: { list: image },
    imageTags: { list: image },
    replacements: { list: replacement },
    replicas: { list: { fields: { name: text, count: 'integer' } } },
    vars: { list: variable },
    sortOptions,
    resources: texts,
    components: texts,
    crds: texts,
    bases: texts,
    configMapGenerator: { list: configMapGenerator },
    secretGenerator: { list: secretGenerator },
    helmGlobals,
    helmCharts: { list: helmChart },
    helmChartInflationGenerator: { list: oldHelmChart },
    generatorOptions,
    configurations: texts,
    generators: texts,
    transformers: texts,
    validators: texts,
    buildMetadata: texts,
  },
};

const specs: Shape = { list: fieldSpec };

/** A file of `configurations`. */
export const configuration: Shape = {
  fields: {
    namePrefix: specs,
    nameSuffix: specs,
    namespace: specs,
    commonLabels: specs,
    labels: specs,
    templateLabels: specs,
    volumeClaimTemplateLabels: specs,
    commonAnnotations: specs,
    nameReference: { list: { fields: { ...gvk, fieldSpecs: specs } } },
    varReference: specs,
    images: specs,
    replicas: specs,
  },
};
