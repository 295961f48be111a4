// The annotations that `buildMetadata` asks for: where an object came from and which transformers saw it, in upstream's
// own words and YAML. Not our origins, which ride in the nodes.
import { child } from '../../model/node.ts';
import { writeYaml } from '../../yaml/write.ts';
import { cleanPath } from '../load/cleanPath.ts';
import { makeAnnotations } from './makeAnnotations.ts';
import { repositoryAddress } from '../remote/address.ts';
import { annotationsOf, placeNotes } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { rewriteTexts } from '../transform/textMap.ts';
import { newText, setField } from '../write.ts';
import type { Change } from '../write.ts';

export const ORIGIN = 'config.kubernetes.io/origin';
export const TRANSFORMATIONS = 'alpha.config.kubernetes.io/transformations';

/** A plugin, builtin or as a resource, that made or changed an object. */
export interface ConfiguredBy {
  readonly configuredIn: string;
  readonly repo?: string;
  readonly ref?: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

const change: Change = { place: undefined, cause: { by: 'transformer', field: 'buildMetadata' } };

/** Where something is: a path relative to what is built or, with `repo`, to the root of that repository. */
export interface OriginPath {
  readonly path: string;
  readonly repo?: string;
  readonly ref?: string;
}

/** What upstream writes for the root of a repository: the name of the place where it has not cloned to yet. */
const REPOSITORY_ROOT = 'notCloned';

/** The origin of what an entry of `resources` or `components` names. */
export function entryOrigin(origin: OriginPath, entry: string): OriginPath {
  const address = repositoryAddress(entry);
  if (!address) return { ...origin, path: cleanPath(`${origin.path}/${entry}`) };
  return { path: address.path || REPOSITORY_ROOT, repo: address.url, ref: address.ref };
}

export function annotatePath(resource: Resource, origin: OriginPath): void {
  setAnnotation(resource, ORIGIN, `path: ${scalar(origin.path)}\n${repositoryLines(origin, '')}`);
}

function repositoryLines({ repo = '', ref = '' }: Omit<OriginPath, 'path'>, indent: string): string {
  return `${repo === '' ? '' : `${indent}repo: ${scalar(repo)}\n`}${ref === '' ? '' : `${indent}ref: ${scalar(ref)}\n`}`;
}

/** Says what generated an object, where nothing says so yet. */
export function annotateGenerated(resource: Resource, by: ConfiguredBy): void {
  if (!annotationsOf(resource).has(ORIGIN)) setAnew(resource, ORIGIN, lines(by, ''));
}

/** Adds a transformer to what is said of an object; an object without an origin counts as made by it. */
export function annotateTransformed(resource: Resource, by: ConfiguredBy): void {
  const annotations = annotationsOf(resource);
  if (!annotations.has(ORIGIN)) return setAnew(resource, ORIGIN, lines(by, ''));
  const item = lines(by, '  ').replace('  ', '- ');
  setAnew(resource, TRANSFORMATIONS, (annotations.get(TRANSFORMATIONS) ?? '') + item);
}

function lines(by: ConfiguredBy, indent: string): string {
  const fields: [string, string][] = [
    ['apiVersion', by.apiVersion],
    ['kind', by.kind],
    ['name', by.name],
    ['namespace', by.namespace],
  ];
  const inner = fields.filter(([, text]) => text !== '').map(([key, text]) => `${indent}  ${key}: ${scalar(text)}\n`);
  return `${repositoryLines(by, indent)}${indent}configuredIn: ${scalar(by.configuredIn)}\n${indent}configuredBy:\n${inner.join('')}`;
}

function scalar(text: string): string {
  return writeYaml(text).trimEnd();
}

/** Sets it as upstream does beside others: all are written anew. */
function setAnew(resource: Resource, key: string, text: string): void {
  setAnnotation(resource, key, text);
  const metadata = child(resource.node, 'metadata');
  if (metadata?.kind === 'map') rewriteTexts(metadata, 'annotations', change);
  placeNotes(resource, 'anew');
}

function setAnnotation(resource: Resource, key: string, text: string): void {
  const annotations = makeAnnotations(resource.node, change);
  if (annotations) setField(annotations, key, newText(text, change), change);
}

/** Where the origin annotation of a plugin's configuration says that it stands. */
export function writtenOrigin(resource: Resource): OriginPath | undefined {
  const text = annotationsOf(resource).get(ORIGIN);
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(text ?? '')?.[1] ?? '';
  const path = field('path');
  return path === '' ? undefined : { path, repo: field('repo'), ref: field('ref') };
}
