// The annotations that `buildMetadata` asks for: where an object came from and which transformers saw it, in upstream's
// own words and YAML. Not our origins, which ride in the nodes.
import { child } from '../model/node.ts';
import { writeYaml } from '../yaml/write.ts';
import { annotationsOf } from './resource.ts';
import type { Resource } from './resource.ts';
import { newMap, newScalar, setField, setScalar } from './write.ts';
import type { Change } from './write.ts';

export const ORIGIN = 'config.kubernetes.io/origin';
export const TRANSFORMATIONS = 'alpha.config.kubernetes.io/transformations';

/** A plugin, builtin or as a resource, that made or changed an object. */
export interface ConfiguredBy {
  readonly configuredIn: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

const change: Change = { place: undefined, cause: { by: 'transformer', field: 'buildMetadata' } };

/** Joins paths as upstream's origins do: cleaned, with leading `..` kept. */
export function joinOrigin(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${base}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

export function annotatePath(resource: Resource, path: string): void {
  setAnnotation(resource, ORIGIN, `path: ${scalar(path)}\n`);
}

/** Says what generated an object, where nothing says so yet. */
export function annotateGenerated(resource: Resource, by: ConfiguredBy): void {
  if (!annotationsOf(resource).has(ORIGIN)) setAnnotation(resource, ORIGIN, lines(by, ''));
}

/** Adds a transformer to what is said of an object; an object without an origin counts as made by it. */
export function annotateTransformed(resource: Resource, by: ConfiguredBy): void {
  const annotations = annotationsOf(resource);
  makeTexts(resource);
  if (!annotations.has(ORIGIN)) return setAnnotation(resource, ORIGIN, lines(by, ''));
  const item = lines(by, '  ').replace('  ', '- ');
  setAnnotation(resource, TRANSFORMATIONS, (annotations.get(TRANSFORMATIONS) ?? '') + item);
}

/** Upstream writes all annotations anew here, as text. */
function makeTexts(resource: Resource): void {
  const annotations = child(child(resource.node, 'metadata'), 'annotations');
  if (annotations?.kind !== 'map') return;
  for (const { value } of annotations.entries.values()) {
    if (value.kind !== 'scalar' || value.tag === '!!str') continue;
    setScalar(
      value,
      { value: value.text, text: value.text, tag: '!!str' },
      { place: value.origin.place, cause: value.origin.cause },
    );
  }
}

function lines(by: ConfiguredBy, indent: string): string {
  const fields: [string, string][] = [
    ['apiVersion', by.apiVersion],
    ['kind', by.kind],
    ['name', by.name],
    ['namespace', by.namespace],
  ];
  const inner = fields.filter(([, text]) => text !== '').map(([key, text]) => `${indent}  ${key}: ${scalar(text)}\n`);
  return `${indent}configuredIn: ${scalar(by.configuredIn)}\n${indent}configuredBy:\n${inner.join('')}`;
}

function scalar(text: string): string {
  return writeYaml(text).trimEnd();
}

function setAnnotation(resource: Resource, key: string, text: string): void {
  const metadata = child(resource.node, 'metadata');
  if (metadata?.kind !== 'map') return;
  let annotations = child(metadata, 'annotations');
  if (annotations?.kind !== 'map') {
    annotations = newMap(change);
    setField(metadata, 'annotations', annotations, change);
  }
  setField(annotations, key, newScalar({ value: text, text, tag: '!!str' }, change), change);
}

/** Where the origin annotation of a plugin's configuration says that it stands. */
export function originPath(resource: Resource): string | undefined {
  const text = annotationsOf(resource).get(ORIGIN);
  return text === undefined ? undefined : /^path: (.*)$/m.exec(text)?.[1];
}
