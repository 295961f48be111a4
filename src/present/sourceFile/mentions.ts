// The objects that a document names: itself, the objects that its fields refer to, the targets of patches and replacements.
// Each with the place of the name. Says who is meant, not who that is (see writtenObjects.ts).
import { child, textOf } from '../../model/node.ts';
import type { MapNode, Node, ScalarNode } from '../../model/node.ts';
import { parseApiVersion } from '../../model/objectRef.ts';
import type { Place } from '../../model/sourceText.ts';
import { embeddedText } from '../../render/patch/embeddedText.ts';
import type { GvkSelector } from '../../render/transform/fieldSpec.ts';
import { readYaml } from '../../yaml/read.ts';
import { isKustomizationFile } from './kustomizationFile.ts';
import { namesInFields } from './namesInFields.ts';
import { scalarsAt } from './pathReferences.ts';

export interface Mention {
  /** The name itself. */
  readonly place: Place;
  /** Where else a cursor means this object: the kind beside the name, the rest of a target, an inline patch. */
  readonly areas: readonly Place[];
  /** Any of these kinds; any kind at all where it is empty. */
  readonly kinds: readonly GvkSelector[];
  readonly name: string;
  /** `expression`: kustomize takes the name of a target for a regular expression that matches all of it. */
  readonly match: 'text' | 'expression';
  /** Empty where none is written. */
  readonly namespace: string;
  /**
   * `object`: the document's own name (of an object, or of a patch for it); `flux`: of a Flux object, which may mean objects
   * of other kustomizations; `target`: of a kustomization's field; `reference`: of a field of an object.
   */
  readonly by: 'object' | 'flux' | 'target' | 'reference';
}

/** What a document of the file mentions. */
export function mentionsOf(document: Node, file: string): Mention[] {
  if (document.kind !== 'map') return [];
  if (isKustomizationFile(file) && child(document, 'metadata') === undefined) return ofKustomization(document);
  const { group } = gvkOf(document);
  if (group === 'kustomize.config.k8s.io') return ofKustomization(document);
  const flux = group.endsWith('.toolkit.fluxcd.io');
  return [
    ...ofObject(document),
    ...namesInFields(document, gvkOf(document)).map(({ node, kinds, namespace }): Mention => ({
      place: node.place,
      areas: node.areas,
      kinds,
      name: node.name,
      match: 'text',
      namespace,
      by: flux ? 'flux' : 'reference',
    })),
    ...(flux ? patchesOf(child(document, 'spec'), 'patches') : []),
  ];
}

function ofObject(document: MapNode): Mention[] {
  const metadata = child(document, 'metadata');
  const name = child(metadata, 'name');
  if (name?.kind !== 'scalar') return [];
  const { group, kind } = gvkOf(document);
  const beside = ['apiVersion', 'kind'].flatMap((key) => wholeEntry(document, key));
  return mention(name, {
    areas: beside,
    kinds: kind === '' ? [] : [{ group, kind }],
    match: 'text',
    namespace: textOf(child(metadata, 'namespace')) ?? '',
    by: 'object',
  });
}

const SCALED: readonly GvkSelector[] = ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'].map(
  (kind) => ({ kind }),
);

function ofKustomization(document: MapNode): Mention[] {
  return [
    ...scalarsAt(document, ['replicas', '*', 'name']).flatMap((node) =>
      mention(node, { areas: [], kinds: SCALED, match: 'text', namespace: '', by: 'target' }),
    ),
    ...(['ConfigMap', 'Secret'] as const).flatMap((kind) =>
      items(document, kind === 'ConfigMap' ? 'configMapGenerator' : 'secretGenerator').flatMap((generator) =>
        scalarsAt(generator, ['name']).flatMap((node) =>
          mention(node, {
            areas: [],
            kinds: [{ group: '', kind }],
            match: 'text',
            namespace: textOf(child(generator, 'namespace')) ?? '',
            // One that merges into the generator of a base, or replaces it, means that one.
            by: /^(merge|replace)$/.test(textOf(child(generator, 'behavior')) ?? '') ? 'target' : 'object',
          }),
        ),
      ),
    ),
    ...['patches', 'patchesJson6902'].flatMap((field) => patchesOf(document, field)),
    ...items(document, 'patchesStrategicMerge').flatMap((item) => inlinePatch(item)),
    ...items(document, 'replacements').flatMap((replacement) => [
      ...selector(child(replacement, 'source'), 'text'),
      ...items(replacement, 'targets').flatMap((target) => [
        ...selector(child(target, 'select'), 'expression'),
        ...items(target, 'reject').flatMap((one) => selector(one, 'expression')),
      ]),
    ]),
    ...items(document, 'vars').flatMap((variable) => selector(child(variable, 'objref'), 'text')),
  ];
}

/** The targets of patches, and what inline patches without one name themselves. */
function patchesOf(node: Node | undefined, field: string): Mention[] {
  return items(node, field).flatMap((patch) => {
    const target = selector(child(patch, 'target'), 'expression');
    return target.length > 0 ? target : inlinePatch(child(patch, 'patch'));
  });
}

/** A patch that is written within the kustomization: the whole of it means the object that it names. */
function inlinePatch(node: Node | undefined): Mention[] {
  if (node?.kind !== 'scalar' || !node.text.includes('\n')) return [];
  const embedded = embeddedText(node);
  const whole = node.origin.place;
  return readYaml(embedded.source, 'resource').documents.flatMap((document) =>
    document.kind === 'map'
      ? ofObject(document).flatMap((one) => {
          const place = embedded.locate(one.place);
          return place ? [{ ...one, place, areas: whole ? [whole] : [] }] : [];
        })
      : [],
  );
}

/** A selector by kind and name. One without a name means every object of the kind. */
function selector(node: Node | undefined, match: Mention['match']): Mention[] {
  if (node?.kind !== 'map') return [];
  const text = (key: string): string => textOf(child(node, key)) ?? '';
  const gvk = { ...parseApiVersion(text('apiVersion')), ...(text('group') === '' ? {} : { group: text('group') }) };
  const kinds: GvkSelector[] = text('kind') === '' ? [] : [{ group: gvk.group, kind: text('kind') }];
  const rest = { kinds, match, namespace: text('namespace'), by: 'target' as const };
  const area = node.origin.place ? [node.origin.place] : [];
  const name = child(node, 'name');
  if (name?.kind === 'scalar' && name.text !== '') return mention(name, { ...rest, areas: area });
  const [place] = ['kind', 'labelSelector', 'annotationSelector', 'group', 'version'].flatMap((key) => {
    const at = child(node, key)?.origin.place;
    return at ? [at] : [];
  });
  // Selected by labels alone: who that is, only the build knows.
  if (!place || text('labelSelector') !== '' || text('annotationSelector') !== '') return [];
  return [{ place, name: '.*', ...rest, match: 'expression', areas: area }];
}

function mention(name: ScalarNode, rest: Omit<Mention, 'place' | 'name'>): Mention[] {
  const { place } = name.origin;
  return place && name.text !== '' ? [{ place, name: name.text, ...rest }] : [];
}

function items(node: Node | undefined, key: string): readonly Node[] {
  const list = child(node, key);
  return list?.kind === 'list' ? list.items : [];
}

/** The stretch from a key to the end of its value. */
function wholeEntry(node: MapNode, key: string): Place[] {
  const entry = node.entries.get(key);
  const place = entry?.value.origin.place;
  return place
    ? [{ ...place, source: place.source, start: entry?.keyPlace?.start ?? place.start, end: place.end }]
    : [];
}

function gvkOf(document: MapNode): { group: string; version: string; kind: string } {
  return {
    ...parseApiVersion(textOf(child(document, 'apiVersion')) ?? ''),
    kind: textOf(child(document, 'kind')) ?? '',
  };
}
