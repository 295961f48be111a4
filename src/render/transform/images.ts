// ImageTagTransformer: gives images a new name, tag or digest, in every list named containers or initContainers at any
// depth and in the fields of the field specs. CustomResourceDefinitions are left alone.
import type { Finding } from '../../model/finding.ts';
import { child, visitMaps } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import { specsByKind, visitSpecs } from './fieldSpec.ts';
import type { Problem } from './fieldSpec.ts';
import { matchesNothing, transformerInvalid } from '../findings.ts';
import { mapField, textField } from '../kustomization/kustomization.ts';
import { describe, gvkOf, kindOf } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { goRegexp } from '../../model/goRegexp.ts';
import type { Release } from '../release.ts';
import { setUntagged } from './setEntry.ts';
import { causeOf } from './transformer.ts';
import type { Transformer, TransformerUse } from './transformer.ts';
import type { Change } from '../write.ts';

export const imageTagTransformer: Transformer = (context, use) => {
  const entry = mapField(use.config, 'imageTag');
  const image = imageOf(entry);
  const change: Change = { place: use.place, cause: causeOf(use) };
  const steps = stepsOf(entry, image, change);
  const matches = matcher(image.name, context.release, use.place, context.report);
  const field = (node: Node): Problem => setImage(node, steps, matches);
  const specs = specsByKind(use.fieldSpecs);
  for (const resource of context.resources.items) {
    if (kindOf(resource) === 'CustomResourceDefinition') continue;
    const problem =
      walkContainers(resource.node, field) ?? visitSpecs(resource.node, gvkOf(resource), specs, { change, field });
    if (problem !== undefined) context.report(transformerInvalid(problem, use.place, describe(resource)));
  }
};

/** Whether a use looks at any field of a resource. */
export function hasImages(resource: Resource, use: TransformerUse): boolean {
  let found = false;
  const field = (): Problem => {
    found = true;
    return undefined;
  };
  const change: Change = { place: use.place, cause: causeOf(use) };
  walkContainers(resource.node, field);
  visitSpecs(resource.node, gvkOf(resource), specsByKind(use.fieldSpecs), { change, field });
  return found;
}

/** One field of the entry and what it makes of an image. Each is a link of its own in the chain, at its own place. */
interface Step {
  readonly image: Image;
  readonly change: Change;
}

const nothing: Image = { name: '', newName: '', newTag: '', tagSuffix: '', digest: '' };

function stepsOf(entry: MapNode | undefined, image: Image, whole: Change): readonly Step[] {
  const { newName, newTag, digest, tagSuffix } = image;
  const at = (field: string, derived: boolean): Change => ({
    ...whole,
    place: child(entry, field)?.origin.place ?? whole.place,
    derived,
  });
  const steps: Step[] = [];
  const exact = newTag !== '' || digest !== '';
  if (newName !== '') steps.push({ image: { ...nothing, newName }, change: at('newName', !exact) });
  if (newTag !== '') steps.push({ image: { ...nothing, newTag }, change: at('newTag', true) });
  if (digest !== '') steps.push({ image: { ...nothing, newTag, digest }, change: at('digest', true) });
  if (!exact && tagSuffix !== '') steps.push({ image: { ...nothing, tagSuffix }, change: at('tagSuffix', true) });
  return steps.length > 0 ? steps : [{ image: nothing, change: { ...whole, derived: true } }];
}

interface Image {
  readonly name: string;
  readonly newName: string;
  readonly newTag: string;
  readonly tagSuffix: string;
  readonly digest: string;
}

function imageOf(node: MapNode | undefined): Image {
  return {
    name: textField(node, 'name'),
    newName: textField(node, 'newName'),
    newTag: textField(node, 'newTag'),
    tagSuffix: textField(node, 'tagSuffix'),
    digest: textField(node, 'digest'),
  };
}

type Matches = (text: string) => boolean;

/** The name is a regular expression upstream, whether or not its writer knew. */
function matcher(
  name: string,
  release: Release,
  place: Parameters<typeof transformerInvalid>[1],
  report: (finding: Finding) => void,
): Matches {
  const algorithm = release === '5.8.1' ? 'sha256' : '[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*';
  const source = `^${name}(:[a-zA-Z0-9_.{}-]*)?(@${algorithm}:[a-zA-Z0-9_.{}-]*)?$`;
  // Without quantifiers of its own a name is the same expression to both engines, and the platform's is the faster one.
  const pattern = /^[\w./:@-]*$/.test(name) ? new RegExp(source) : goRegexp(source, 'anywhere');
  if (pattern) return (text) => pattern.test(text);
  report(
    matchesNothing(
      `the image name '${name}' cannot be read as a regular expression, so it names no image: put \\\\ before ( ) [ ] * + ?`,
      place,
    ),
  );
  return () => false;
}

function walkContainers(node: Node, field: (node: Node) => Problem): Problem {
  let problem: Problem;
  visitMaps(node, ({ entries }) => {
    const containers = entries.get('containers');
    if (containers) problem ??= inContainers(containers.value, field);
    const initContainers = entries.get('initContainers');
    if (initContainers) problem ??= inContainers(initContainers.value, field);
  });
  return problem;
}

function inContainers(list: Node, field: (node: Node) => Problem): Problem {
  if (list.kind !== 'list') return undefined;
  for (const container of list.items) {
    if (container.kind === 'scalar' && container.value === null) continue;
    if (container.kind !== 'map') return 'there is a container that is no map';
    const image = container.entries.get('image')?.value;
    const problem = image ? field(image) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function setImage(node: Node, steps: readonly Step[], matches: Matches): Problem {
  if (node.kind !== 'scalar') return 'there is an image that is no text';
  if (!matches(node.text)) return undefined;
  for (const { image, change } of steps) {
    const problem = setUntagged(node, changedImage(node.text, image), change);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The image with what the entry changes; a new tag or digest replaces both. */
function changedImage(text: string, image: Image): string {
  const old = splitImage(text);
  const name = image.newName || old.name;
  const isNew = image.newTag !== '' || image.digest !== '';
  const tag = isNew ? image.newTag : old.tag + image.tagSuffix;
  const digest = isNew || image.tagSuffix !== '' ? image.digest : old.digest;
  return `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
}

/** Splits an image into name, tag and digest; a colon before the first slash belongs to the registry's port. */
export function splitImage(text: string): { name: string; tag: string; digest: string } {
  const slash = text.indexOf('/');
  const from = slash > 0 ? slash : 0;
  const at = text.indexOf('@', from);
  const colon = text.indexOf(':', from);
  if (at < 0 && colon < 0) return { name: text, tag: '', digest: '' };
  if (at >= 0 && (at < colon || colon < 0)) return { name: text.slice(0, at), tag: '', digest: text.slice(at + 1) };
  if (at >= 0) return { name: text.slice(0, colon), tag: text.slice(colon + 1, at), digest: text.slice(at + 1) };
  return { name: text.slice(0, colon), tag: text.slice(colon + 1), digest: '' };
}
