// What keeps the pods of a workload from being ready, and where the field is written that is to blame. Pure.
import { child, textOf } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { ClusterState } from '../../workspace/state.ts';
import { placeLine } from '../names.ts';
import { inOneLine, placed, targetOf } from './chain.ts';
import type { WhyLink } from './chain.ts';
import { containerNode, environmentNames, isHidden, placeOf } from './written.ts';

type FaultyPods = ClusterState['pods'] extends ReadonlyMap<string, infer Pods> ? Pods : never;
type FaultyPod = FaultyPods[number];
type Waiting = Extract<FaultyPod['fault'], { kind: 'waiting' }>;

/** Reasons of the kubelet for an image that is not there or cannot be fetched (pkg/kubelet/images/types.go). */
const IMAGE_REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** What may still come to rest by itself says least. */
const RANK = { waiting: 0, ended: 1, unscheduled: 2, unready: 3 } as const;

/** The pod that says most, and what it says. */
export function blamedPod(pods: FaultyPods): FaultyPod | undefined {
  const name = (pod: FaultyPod): string => pod.ref.name;
  return pods.toSorted((a, b) => RANK[a.fault.kind] - RANK[b.fault.kind] || (name(a) < name(b) ? -1 : 1))[0];
}

/** The links from a pod on. `written` is its workload as the files render it. */
export function podLinks({ ref, fault }: FaultyPod, of: ObjectRef, written: MapNode | undefined): WhyLink[] {
  const target = { kind: 'object', ref, of } as const;
  const links = linksOf(fault, written, ref.name === of.name && of.kind === 'Pod' ? ITSELF : BEHIND);
  return links.map((link, index) => (index === 0 ? { ...link, target } : link));
}

/** How the pod is called: what a workload has, or what is asked about. */
interface Words {
  readonly it: string;
  readonly container: (name: string) => string;
}
const BEHIND: Words = { it: 'its pod', container: (name) => `container ${name} of its pod` };
const ITSELF: Words = { it: 'it', container: (name) => `its container ${name}` };

function linksOf(fault: FaultyPod['fault'], written: MapNode | undefined, words: Words): WhyLink[] {
  switch (fault.kind) {
    case 'unscheduled':
      return [{ text: `${words.it} cannot be scheduled: ${inOneLine(fault.message)}` }];
    case 'unready':
      return [
        { text: `${words.container(fault.container)} runs and is not ready` },
        ...at(child(containerNode(written, fault.container), 'readinessProbe'), 'its readiness probe is written in'),
      ];
    case 'ended':
      return [{ text: `${words.container(fault.container)} ended ${endText(fault)}` }];
    case 'waiting':
      return waitingLinks(fault, written, words);
  }
}

function waitingLinks(fault: Waiting, written: MapNode | undefined, words: Words): WhyLink[] {
  const { container, image, reason, message, after } = fault;
  const node = containerNode(written, container);
  if (IMAGE_REASONS.has(reason)) {
    const field = child(node, 'image');
    const hidden = isHidden(field);
    return [{ text: `${words.it} cannot pull "${hidden ? '•••' : image}"` }, ...imageLinks(field, image, hidden)];
  }
  if (reason === 'CrashLoopBackOff')
    return [
      {
        text: after
          ? `${words.container(container)} crashes: it ended ${endText(after)}`
          : `${words.container(container)} crashes again and again`,
      },
    ];
  const said = message === '' ? reason : inOneLine(message);
  if (reason === 'CreateContainerConfigError')
    return [{ text: `${words.it} cannot start container ${container}: ${said}` }, ...missingLinks(node, message)];
  return [{ text: `${words.container(container)} waits: ${message === '' ? reason : `${reason} (${said})`}` }];
}

function endText({ exitCode, reason }: { readonly exitCode: number | undefined; readonly reason: string }): string {
  const why = reason === '' ? '' : ` (${reason})`;
  return `${exitCode === undefined ? 'without an exit code' : `with exit code ${exitCode}`}${why}`;
}

/** The files may say another image by now than the one that was applied. */
function imageLinks(field: Node | undefined, image: string, hidden: boolean): WhyLink[] {
  const now = textOf(field);
  const place = placeOf(field);
  if (!field || !place || now === undefined) return [];
  if (now !== image) {
    const { path, line } = { path: place.source.path, line: place.source.position(place.start).line };
    const text = `the files as they are now say "${hidden ? '•••' : now}" in ${placeLine(place)}`;
    return [{ text, target: { kind: 'place', path, line } }];
  }
  // An overlay that sets tag or digest alone leaves the rest as it was written.
  const part = field.origin.cause.by === 'resource' ? 'image' : image.includes('@') ? 'digest' : 'tag';
  return [placed(place, `that ${part} was set in`)];
}

/** Of the names in the container's environment the one that the kubelet has not found. */
function missingLinks(container: Node | undefined, message: string): WhyLink[] {
  const words = new Set(message.split(/[^a-zA-Z0-9.-]+/));
  const field = environmentNames(container).find((name) => words.has(textOf(name) ?? ''));
  return at(field, 'that name is set in');
}

function at(field: Node | undefined, words: string): WhyLink[] {
  const place = placeOf(field);
  return place ? [{ text: `${words} ${placeLine(place)}`, target: targetOf(place) }] : [];
}
