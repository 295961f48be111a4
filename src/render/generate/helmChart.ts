// helmCharts: a chart, from the chart home or fetched, and its values -> the objects that `helm template` prints
// (HelmChartInflationGenerator, 5.8). Runs no program: it says what is to be run, and takes the text.
import { getKey, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { hasErrors } from '../../model/finding.ts';
import { child, toJson } from '../../model/node.ts';
import type { MapNode } from '../../model/node.ts';
import { SourceText } from '../../model/sourceText.ts';
import type { Fetched } from '../../source/wanted.ts';
import { readYaml } from '../../yaml/read.ts';
import { writeYaml } from '../../yaml/write.ts';
import { fileMissing, generatorInvalid, helmNotRendered, helmPending } from '../findings.ts';
import { booleanField, mapField, textField, textItems } from '../kustomization/kustomization.ts';
import { makeAnnotations } from '../annotations/makeAnnotations.ts';
import { readResources } from '../load/readResources.ts';
import type { Resource } from '../resource.ts';
import type { TransformContext, TransformerUse } from '../transform/transformer.ts';
import { madeBy, newMap, newText, setField } from '../write.ts';
import type { Change } from '../write.ts';

const DEFAULT_HOME = 'charts';
/** By this the namespace transformer knows objects whose namespaces the chart has set. */
const HELM_GENERATED = 'internal.config.kubernetes.io/helm-generated';

type Files = ReadonlyMap<string, Uint8Array>;

/** The objects of one chart; none, after a report or while something is still to be fetched. */
export function helmChart(context: TransformContext, use: TransformerUse): Resource[] | undefined {
  const name = textField(use.config, 'name');
  const problem = problemOf(use.config);
  if (problem !== undefined) {
    context.report(generatorInvalid(problem, use.place));
    return undefined;
  }
  const chart = chartFiles(context, use);
  const values = chart && valuesTexts(context, use, chart);
  if (!chart || !values) return undefined;
  const answer = context.loader.ask({ kind: 'template', chart, name, values, args: templateArgs(use.config) });
  if (answer?.kind === 'text') return readTemplate(context, use, answer.text);
  if (!answer) context.report(helmPending(name, 'rendered by helm', use.place));
  reportUnfetched(context, use, answer);
  return undefined;
}

/** A name that starts with a dash would be an option to helm. */
function problemOf(config: MapNode): string | undefined {
  if (textField(config, 'name') === '') return 'a Helm chart must have a name: add one to this entry';
  for (const field of ['name', 'releaseName'])
    if (textField(config, field).startsWith('-')) return `the ${field} of a Helm chart must not start with '-'`;
  const how = textField(config, 'valuesMerge');
  const known = ['', 'merge', 'override', 'replace'].includes(how);
  return known ? undefined : `valuesMerge must be merge, override or replace, not '${how}'`;
}

function chartFiles({ loader, report }: TransformContext, use: TransformerUse): Files | undefined {
  const config = use.config;
  const [name, repo, version] = ['name', 'repo', 'version'].map((field) => textField(config, field)) as [
    string,
    string,
    string,
  ];
  const home = textField(config, 'chartHome') || DEFAULT_HOME;
  const folder = repo !== '' && version !== '' ? `${home}/${name}-${version}/${name}` : `${home}/${name}`;
  const here = loader.folder(folder);
  if (here) return here;
  if (repo === '') {
    report(
      generatorInvalid(
        `there is no chart '${folder}', and no repo to fetch it from: correct the name, or add a repo`,
        use.place,
      ),
    );
    return undefined;
  }
  const answer = loader.ask({ kind: 'chart', repo, name, version, devel: booleanField(config, 'devel') });
  if (answer?.kind === 'files') return answer.files;
  if (!answer) report(helmPending(name, 'fetched', use.place));
  reportUnfetched({ report }, use, answer);
  return undefined;
}

function reportUnfetched(
  { report }: Pick<TransformContext, 'report'>,
  use: TransformerUse,
  answer: Fetched | undefined,
): void {
  if (answer?.kind === 'refused' || answer?.kind === 'failed')
    report(helmNotRendered(textField(use.config, 'name'), answer.reason, use.place));
}

/** The chart's values or those of `valuesFile`, with the inline ones, and the additional files. */
function valuesTexts({ loader, report }: TransformContext, use: TransformerUse, chart: Files): string[] | undefined {
  const own = chart.get('values.yaml');
  const asked = child(use.config, 'valuesFile');
  const file = textField(use.config, 'valuesFile');
  const text = file === '' ? own && new TextDecoder().decode(own) : loader.text(file, asked?.origin.place)?.text;
  const inline = mapField(use.config, 'valuesInline');
  if (text === undefined) {
    if (file === '')
      report(fileMissing(`${textField(use.config, 'name')}/values.yaml`, { hint: ' in the chart: add it' }, use.place));
    return undefined;
  }
  const merged = inline && inline.entries.size > 0 ? mergedValues(text, inline, use) : text;
  if (merged === undefined) {
    report(generatorInvalid('the values of the chart are no map, so that valuesInline has nothing to join', use.place));
    return undefined;
  }
  const more = textItems(child(use.config, 'additionalValuesFiles')).map((item) => loader.text(item.text, item.place));
  return more.every((source) => source !== undefined) ? [merged, ...more.map((source) => source.text)] : undefined;
}

/** `override`: the inline values win; `merge`: the chart's win; `replace`: the inline ones stand alone. */
function mergedValues(text: string, inline: MapNode, use: TransformerUse): string | undefined {
  const own = toJson(inline);
  const how = textField(use.config, 'valuesMerge');
  if (how === 'replace') return writeYaml(own);
  const [document] = readYaml(new SourceText('values.yaml', text), 'resource').documents;
  const values = document ? toJson(document) : {};
  if (!isJsonObject(values) || !isJsonObject(own)) return undefined;
  return writeYaml(how === 'merge' ? merge(own, values) : merge(values, own));
}

/** Maps key by key, all else as a whole; a null takes away what stood there (kyaml's merge2 without a schema). */
function merge(base: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = {};
  for (const [key, value] of Object.entries(base)) if (getKey(over, key) !== null) setKey(merged, key, value);
  for (const [key, value] of Object.entries(over)) {
    const known = getKey(merged, key);
    if (value === null) continue;
    setKey(merged, key, isJsonObject(known) && isJsonObject(value) ? merge(known, value) : value);
  }
  return merged;
}

/** Where a text stands in the configuration, the option that carries it. */
const TEXT_OPTIONS = { namespace: '--namespace', nameTemplate: '--name-template', kubeVersion: '--kube-version' };
const SWITCHES = {
  includeCRDs: '--include-crds',
  skipTests: '--skip-tests',
  skipHooks: '--no-hooks',
  debug: '--debug',
  devel: '--devel',
};

function templateArgs(config: MapNode): string[] {
  const args = textField(config, 'releaseName') === '' ? ['--generate-name'] : [textField(config, 'releaseName')];
  for (const [field, option] of Object.entries(TEXT_OPTIONS))
    if (textField(config, field) !== '') args.push(option, textField(config, field));
  for (const { text } of textItems(child(config, 'apiVersions'))) args.push('--api-versions', text);
  for (const [field, option] of Object.entries(SWITCHES)) if (booleanField(config, field)) args.push(option);
  return args;
}

function readTemplate(context: TransformContext, use: TransformerUse, text: string): Resource[] {
  const change: Change = { place: use.place, cause: { by: 'generator', field: use.field } };
  const name = `helm template ${textField(use.config, 'name')}`;
  const whole = readResources(new SourceText(name, text), context.isClusterScoped);
  // Helm may say something before the first document.
  const start = text.search(/^---/m);
  const read =
    hasErrors(whole.findings) && start > 0
      ? readResources(new SourceText(name, text.slice(start)), context.isClusterScoped)
      : whole;
  for (const finding of read.findings)
    if (finding.severity === 'error')
      context.report(generatorInvalid(`what ${name} printed cannot be read: ${finding.message}`, use.place));
  for (const { node } of read.resources) {
    madeBy(node, change);
    markGenerated(node, change);
  }
  return read.resources;
}

function markGenerated(node: MapNode, change: Change): void {
  const annotations = makeAnnotations(node, change);
  if (annotations) setField(annotations, HELM_GENERATED, newText('true', change), change);
}

/** A chart with the chart home that the kustomization gives for all of them. */
export function withHelmGlobals(chart: MapNode, kustomization: MapNode): MapNode {
  const home = child(mapField(kustomization, 'helmGlobals'), 'chartHome');
  if (!home) return chart;
  const change: Change = { place: chart.origin.place, cause: chart.origin.cause };
  return newMap(change, [['chartHome', home], ...[...chart.entries].map(([key, { value }]) => [key, value] as const)]);
}
