// The paths that a document names: every field of a kustomization.yaml and of a Flux Kustomization that holds one. Says
// where each path leads, not whether anything stands there.
import { child, textOf } from '../../model/node.ts';
import type { Node, ScalarNode } from '../../model/node.ts';
import type { Place } from '../../model/sourceText.ts';
import { parseApiVersion } from '../../model/objectRef.ts';
import { joinPath, normalizePath, parentPath } from '../../source/paths.ts';
import { isKustomizationFile } from './kustomizationFile.ts';

export interface PathReference {
  /** The path as it is written, without a generator's key before it. */
  readonly place: Place;
  /** Where it leads, from the root of the workspace. */
  readonly path: string;
  /** The field that names it: `resources`, `patches`, `spec.path`. */
  readonly field: string;
}

/** Fields of a kustomization that hold paths; `*` stands for each item of a list. */
const FIELDS: readonly (readonly string[])[] = [
  ...['resources', 'bases', 'components', 'crds', 'configurations', 'generators', 'transformers', 'validators'].map(
    (name) => [name, '*'],
  ),
  ['patchesStrategicMerge', '*'],
  ['patches', '*', 'path'],
  ['patchesJson6902', '*', 'path'],
  ['replacements', '*', 'path'],
  ['openapi', 'path'],
  ['helmCharts', '*', 'valuesFile'],
  ['helmCharts', '*', 'additionalValuesFiles', '*'],
  ...['configMapGenerator', 'secretGenerator'].flatMap((name) => [
    [name, '*', 'files', '*'],
    [name, '*', 'envs', '*'],
    [name, '*', 'env'],
  ]),
];

/** The paths that a document of the file names. */
export function pathReferencesOf(document: Node, file: string): PathReference[] {
  if (isFluxKustomization(document)) return fluxPaths(document);
  if (!isKustomizationFile(file)) return [];
  return FIELDS.flatMap((steps) =>
    scalarsAt(document, steps).flatMap((node) =>
      reference(node, parentPath(file), steps[0] ?? '', steps[2] === 'files'),
    ),
  );
}

export function isFluxKustomization(document: Node): boolean {
  const { group } = parseApiVersion(textOf(child(document, 'apiVersion')) ?? '');
  return group === 'kustomize.toolkit.fluxcd.io' && textOf(child(document, 'kind')) === 'Kustomization';
}

/** `spec.path` counts from the root of the source, components from there. */
function fluxPaths(document: Node): PathReference[] {
  const folder = normalizePath(textOf(child(child(document, 'spec'), 'path')) ?? '');
  return [
    ...scalarsAt(document, ['spec', 'path']).flatMap((node) => reference(node, '', 'spec.path', false)),
    ...(folder === undefined
      ? []
      : scalarsAt(document, ['spec', 'components', '*']).flatMap((node) =>
          reference(node, folder, 'spec.components', false),
        )),
  ];
}

function reference(node: ScalarNode, folder: string, field: string, keyed: boolean): PathReference[] {
  const { place } = node.origin;
  // `key=path`: a generator may name the data key.
  const written = keyed ? node.text.slice(node.text.indexOf('=') + 1) : node.text;
  if (!place || written === '' || written.includes('\n') || /^[a-z+]+:\/\//.test(written)) return [];
  const path = normalizePath(joinPath(folder, written));
  if (path === undefined) return [];
  const at = place.source.text.slice(place.start, place.end).lastIndexOf(written);
  const start = at < 0 ? place.start : place.start + at;
  const end = at < 0 ? place.end : start + written.length;
  return [{ place: { source: place.source, start, end }, path, field }];
}

/** The scalars at a path; `*` for each item of a list. */
export function scalarsAt(node: Node, steps: readonly string[]): ScalarNode[] {
  let at: Node[] = [node];
  for (const step of steps)
    at = at.flatMap((one) => {
      if (step === '*') return one.kind === 'list' ? one.items : [];
      const next = child(one, step);
      return next ? [next] : [];
    });
  return at.filter((one) => one.kind === 'scalar');
}
