// Runs golden/varsub.jsonl: fluxcd/pkg/kustomize SubstituteVariables on one object.
import { equalJson, getKey, getObject, isJsonObject } from '../../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { stringifyJson } from '../../../src/model/jsonText.ts';
import { toJson } from '../../../src/model/node.ts';
import { SourceText } from '../../../src/model/sourceText.ts';
import { settle } from '../../../src/render/json/jsonForm.ts';
import { isSubstituteDisabled, substitute } from '../../../src/render/substitute/substitute.ts';
import { collectVariables } from '../../../src/render/substitute/variables.ts';
import type { VariableSource } from '../../../src/render/rendering.ts';
import { readYaml } from '../../../src/yaml/read.ts';
import { writeYaml } from '../../../src/yaml/write.ts';
import type { GoldenRunner } from '../golden.ts';

export const runners: Record<string, GoldenRunner> = {
  'varsub-resource': (record) => {
    const [node] = readYaml(new SourceText('resource.yaml', String(record['resource'])), 'resource').documents;
    if (node?.kind !== 'map') return getKey(record, 'error') === undefined ? 'the resource is no map' : undefined;
    // As every build leaves an object.
    settle(
      node,
      () => undefined,
      () => undefined,
    );
    const template = writeYaml(node);
    if (template !== record['template']) return `the template differs:\n${template}`;
    const errors = run(record, node);
    const expected = getKey(record, 'error');
    if (typeof expected === 'string') return errors.length > 0 ? undefined : `passed, expected the error ${expected}`;
    if (errors.length > 0) return `failed with ${errors.join('; ')}`;
    if (record['skipped'] === true)
      return writeYaml(node) === template ? undefined : 'was changed though it is disabled';
    const yaml = writeYaml(node);
    if (yaml !== record['output_yaml']) return `gave\n${yaml}expected\n${String(record['output_yaml'])}`;
    const json = toJson(node);
    // The library's integers have passed through float64: the shortest digits of one are another integer, exactly read.
    return equalJson(json, JSON.parse(stringifyJson(record['output'] ?? null)) as JsonValue)
      ? undefined
      : `gave ${stringifyJson(json)}`;
  },
};

function run(record: JsonObject, node: Parameters<typeof substitute>[0]): string[] {
  const dryRun = record['dry_run'] === true;
  const postBuild: JsonObject = {
    substitute: record['substitute'] ?? null,
    substituteFrom: dryRun ? null : (record['substituteFrom'] ?? null),
  };
  const { variables, findings } = collectVariables(postBuild, [
    ...sources(record, 'ConfigMap'),
    ...sources(record, 'Secret'),
  ]);
  const errors = isSubstituteDisabled(node) ? [] : findings;
  if (errors.length > 0) return errors.map((finding) => finding.message);
  return substitute(node, 'it', {
    variables,
    strict: record['strict'] === true,
    always: record['always'] === true,
  }).map((finding) => finding.message);
}

function sources(record: JsonObject, kind: 'ConfigMap' | 'Secret'): VariableSource[] {
  const objects: JsonValue = record[kind === 'ConfigMap' ? 'configmaps' : 'secrets'] ?? {};
  const names = isJsonObject(objects) ? Object.keys(objects) : [];
  return names.map((name) => ({
    kind,
    name,
    data: new Map(Object.entries(getObject(objects, name) ?? {}).map(([key, value]) => [key, String(value)])),
  }));
}
