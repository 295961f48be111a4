// Finds and reads the kustomization file of a directory: the three names, the shape of its fields, the defaults and
// the moves of deprecated fields that `kustomize build` makes. Builds nothing.
import type { Finding } from '../../model/finding.ts';
import { hasErrors } from '../../model/finding.ts';
import { child, textOf } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import { DocumentPlace } from '../../model/sourceText.ts';
import type { DocumentText, Place, SourceText } from '../../model/sourceText.ts';
import { readYaml } from '../../yaml/read.ts';
import {
  fieldDeprecated,
  fluxKustomization,
  kustomizationAmbiguous,
  kustomizationEmpty,
  kustomizationInvalid,
  kustomizationMissing,
} from '../findings.ts';
import { sourceAt } from '../load/loader.ts';
import type { LoaderBase } from '../load/loader.ts';
import { newList, newMap, setField } from '../write.ts';
import type { Change } from '../write.ts';
import type { Kustomization } from './kustomization.ts';
import { ROOT, shaped } from './shape.ts';
import { kustomization as kustomizationShape } from './shapes.ts';

/** The names of a kustomization file, in upstream's order. */
export const kustomizationFileNames: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/**
 * Reads the kustomization of a directory; undefined, with a finding, where it cannot be used. `namedAs` is how another one
 * names the directory, at `namedAt`.
 */
export function readKustomization(
  base: LoaderBase,
  root: string,
  namedAt?: Place,
  namedAs?: string,
): Kustomization | undefined {
  const found: string[] = [];
  for (const name of kustomizationFileNames) {
    const path = joined(root, name);
    base.files.add(path);
    if (base.snapshot.kind(path) === 'file') found.push(name);
  }
  const [fileName] = found;
  if (fileName === undefined) {
    const shown = namedAs ?? base.display(root);
    base.report(kustomizationMissing(shown, similarFile(base.snapshot.list(root)), namedAt));
    return undefined;
  }
  if (found.length > 1) {
    const [, second = ''] = found;
    const source = sourceAt(base, joined(root, second));
    const at = namedAt ?? (source && { source, start: 0, end: source.text.length });
    base.report(kustomizationAmbiguous(namedAs ?? base.display(root), found, at));
    return undefined;
  }
  const source = sourceAt(base, joined(root, fileName));
  const read = source && parseKustomization(source, root, fileName, (finding) => base.report(finding));
  if (read) base.trace?.kustomizations.set(source.path, { readings: [read], now: read, documents: documentsIn(read) });
  return read;
}

/** The reading of the file that the places in a kustomization are in. */
export function documentsIn({ fields }: Kustomization): DocumentText[] {
  const { place } = fields.origin;
  return place instanceof DocumentPlace ? [place.document] : [];
}

function joined(root: string, name: string): string {
  return root === '' ? name : `${root}/${name}`;
}

/** Whether a path ends in the name of a kustomization file. */
export function isKustomizationFile(path: string): boolean {
  return kustomizationFileNames.includes(path.slice(path.lastIndexOf('/') + 1));
}

/** A file whose name differs in its case or its spelling. */
function similarFile(names: readonly string[]): string | undefined {
  return names.find((name) => /^(?:kustomi[sz]ations?|kustomize)(?:\.ya?ml|\.json)?$/i.test(name));
}

/** Reads the text of a kustomization file. */
export function parseKustomization(
  source: SourceText,
  root: string,
  fileName: string,
  tell: (finding: Finding) => void,
): Kustomization | undefined {
  let damaged = false;
  const report = (finding: Finding): void => {
    damaged ||= finding.severity === 'error';
    tell(finding);
  };
  const { documents, findings } = readYaml(source, 'kubernetes');
  for (const finding of findings) report(finding);
  if (hasErrors(findings)) return undefined;
  const whole: Place = { source, start: 0, end: source.text.length };
  const [document] = documents;
  if (!document) {
    report(kustomizationEmpty(whole));
    return undefined;
  }
  const flux = child(document, 'apiVersion');
  if (textOf(flux)?.startsWith('kustomize.toolkit.fluxcd.io/') === true) {
    report(fluxKustomization(flux?.origin.place));
    return undefined;
  }
  const fields = shaped(document, kustomizationShape, ROOT, {
    unknownFields: 'error',
    scalarsAsStrings: false,
    report,
  });
  if (fields?.kind !== 'map') return undefined;
  moveDeprecated(fields, report);
  const kind = textOf(child(fields, 'kind')) === 'Component' ? 'Component' : 'Kustomization';
  // One of which a part is wrong may be empty without it.
  if (!damaged && isEmpty(fields)) {
    report(kustomizationEmpty(whole));
    return undefined;
  }
  if (!isUsable(fields, kind, report)) return undefined;
  return { root, fileName, kind, fields, place: whole, damaged };
}

/** An empty text is as good as none; a list or map without anything in it is not (types.Kustomization.CheckEmpty). */
function isEmpty(fields: MapNode): boolean {
  return [...fields.entries].every(
    ([name, { value }]) => name === 'apiVersion' || name === 'kind' || textOf(value) === '',
  );
}

function isUsable(fields: MapNode, kind: Kustomization['kind'], report: (finding: Finding) => void): boolean {
  const kindNode = child(fields, 'kind');
  const kindText = textOf(kindNode) ?? '';
  if (kindText !== '' && kindText !== kind) {
    report(
      kustomizationInvalid(
        `the kind must be Kustomization or Component, not '${kindText}': correct it`,
        kindNode?.origin.place,
      ),
    );
    return false;
  }
  const versionNode = child(fields, 'apiVersion');
  const version = textOf(versionNode) ?? '';
  const needed = kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1';
  if (version === '' || version === needed) return true;
  report(
    kustomizationInvalid(
      `the apiVersion of a ${kind} must be ${needed}, not '${version}': correct or remove it`,
      versionNode?.origin.place,
    ),
  );
  return false;
}

/** Fields that were replaced by others; the last two are only said to be old. */
const deprecated: Readonly<Record<string, string>> = {
  bases: 'resources',
  imageTags: 'images',
  commonLabels: 'labels',
  patchesJson6902: 'patches',
  patchesStrategicMerge: 'patches',
  vars: 'replacements',
};

function moveDeprecated(fields: MapNode, report: (finding: Finding) => void): void {
  for (const [old, instead] of Object.entries(deprecated)) {
    const entry = fields.entries.get(old);
    if (entry) report(fieldDeprecated(old, instead, entry.keyPlace ?? entry.value.origin.place));
  }
  moveItems(fields, 'bases', 'resources');
  moveItems(fields, 'imageTags', 'images');
  moveOldCharts(fields);
  for (const name of ['configMapGenerator', 'secretGenerator']) {
    const generators = child(fields, name);
    if (generators?.kind !== 'list') continue;
    for (const generator of generators.items) if (generator.kind === 'map') moveEnv(generator);
  }
}

function changeAt(node: Node): Change {
  return { place: node.origin.place, cause: node.origin.cause };
}

function moveItems(fields: MapNode, from: string, to: string): void {
  const old = child(fields, from);
  if (old?.kind !== 'list') return;
  fields.entries.delete(from);
  if (old.items.length === 0) return;
  const known = child(fields, to);
  const items = known?.kind === 'list' ? known.items : [];
  setField(fields, to, newList(changeAt(old), [...items, ...old.items]), changeAt(old));
}

/** Fields of `helmChartInflationGenerator` and those of `helmCharts` that they became; others are lost, as upstream. */
const chartFields: Readonly<Record<string, string>> = {
  chartName: 'name',
  chartVersion: 'version',
  chartRepoUrl: 'repo',
  values: 'valuesFile',
  valuesLocal: 'valuesInline',
  valuesMerge: 'valuesMerge',
  releaseName: 'releaseName',
};

function moveOldCharts(fields: MapNode): void {
  const old = child(fields, 'helmChartInflationGenerator');
  if (old?.kind !== 'list') return;
  for (const chart of old.items) {
    if (chart.kind !== 'map') continue;
    const home = child(chart, 'chartHome');
    const asWritten = [...chart.entries];
    for (const [from, { value }] of asWritten) {
      const to = chartFields[from];
      chart.entries.delete(from);
      if (to !== undefined) setField(chart, to, value, changeAt(value));
    }
    const globals = child(fields, 'helmGlobals');
    if (!home || textOf(home) === '') continue;
    if (globals?.kind === 'map') setField(globals, 'chartHome', home, changeAt(home));
    else setField(fields, 'helmGlobals', newMap(changeAt(home), [['chartHome', home]]), changeAt(home));
  }
  moveItems(fields, 'helmChartInflationGenerator', 'helmCharts');
}

function moveEnv(generator: MapNode): void {
  const env = child(generator, 'env');
  if (!env) return;
  const envs = child(generator, 'envs');
  const items = envs?.kind === 'list' ? envs.items : [];
  if (textOf(env) !== '') setField(generator, 'envs', newList(changeAt(env), [...items, env]), changeAt(env));
  generator.entries.delete('env');
}
