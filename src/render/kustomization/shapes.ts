// The fields of kustomization.yaml and of what stands in it: facts of kustomize 5.8's types as data.
import type { Shape } from './shape.ts';

const text: Shape = 'string';
const texts: Shape = { list: 'string' };
const textMap: Shape = { values: 'string' };

export const fieldSpec: Shape = {
  fields: { group: text, version: text, kind: text, path: text, create: 'boolean' },
};

export const metadata: Shape = {
  fields: { name: text, namespace: text, labels: textMap, annotations: textMap },
};

export const patchTarget: Shape = {
  fields: {
    group: text,
    version: text,
    kind: text,
    name: text,
    namespace: text,
    annotationSelector: text,
    labelSelector: text,
  },
};

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

export const replacement: Shape = {
  fields: {
    source: {
      fields: {
        group: text,
        version: text,
        kind: text,
        name: text,
        namespace: text,
        fieldPath: text,
        options: fieldOptions,
      },
    },
    sourceValue: text,
    targets: {
      list: {
        fields: { select: patchTarget, reject: { list: patchTarget }, fieldPaths: texts, options: fieldOptions },
      },
    },
    path: text,
  },
};

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

export const configMapGenerator = { fields: generator };
export const secretGenerator = { fields: { ...generator, type: text } };

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

export const helmGlobals = { fields: { chartHome: text, configHome: text } };

export const helmChart = {
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
} satisfies Shape;

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
    nameReference: { list: { fields: { group: text, version: text, kind: text, fieldSpecs: specs } } },
    varReference: specs,
    images: specs,
    replicas: specs,
  },
};
