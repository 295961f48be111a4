// Why a Kustomization is not ready, by the condition that Flux wrote: what it waits for, what failed in it, and where that
// was written. Pure.
import { healthChecksOf } from '../../model/healthChecks.ts';
import { getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { inventoryOfKustomization } from '../../model/inventoryOfKustomization.ts';
import { nodeAt } from '../../model/node.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { dependencyRefs, nameBeside } from '../blockedBy.ts';
import { fluxState } from '../fluxState.ts';
import type { FluxState } from '../fluxState.ts';
import { objectName } from '../names.ts';
import { shortRevision } from '../revision.ts';
import { applyLinks } from './applied.ts';
import { buildLinks } from './build.ts';
import { inOneLine, placed } from './chain.ts';
import type { WhyLink, WhyTarget } from './chain.ts';
import type { Way, WhyContext } from './context.ts';
import { fileOf, placeOf } from './written.ts';

interface Subject {
  readonly object: JsonObject;
  readonly ref: ObjectRef;
  readonly state: FluxState;
  readonly target: WhyTarget;
  readonly way: Way;
}

/** The links of a Kustomization; empty where it is ready. */
export function kustomizationLinks(context: WhyContext, object: JsonObject, way: Way): WhyLink[] {
  const ref = refOf(object);
  const key = keyOf(ref);
  if (way.seen.includes(key)) return [circleLink([...way.seen.slice(way.seen.indexOf(key)), key])];
  const state = fluxState(object);
  const target = { kind: 'kustomization', ref } as const;
  const subject: Subject = { object, ref, state, target, way: { seen: [...way.seen, key], owner: object } };
  if (getString(object, 'metadata', 'deletionTimestamp') !== undefined) return deletionLinks(context, subject);
  if (state.word === 'ready' || state.word === 'drifted' || state.word === 'unrendered') return [];
  if (state.word === 'suspended') return suspendedLinks(context, subject);
  if (state.word === 'waiting') return dependencyLinks(context, subject);
  const links = sourceProblem(context, subject) ?? failureLinks(context, subject);
  // Who waits for it has named it already, and an object names itself.
  const [, second] = links;
  return way.seen.length > 0 && second?.target?.kind === 'object' ? links.slice(1) : links;
}

function failureLinks(context: WhyContext, subject: Subject): WhyLink[] {
  const { object, ref, state, target } = subject;
  const said = state.message === '' ? [] : [{ text: inOneLine(shortRevision(state.message)), target }];
  switch (state.reason) {
    case 'BuildFailed':
      return [{ text: `${ref.name} does not build`, target }, ...buildLinks(context.state, object, state.message)];
    case 'PruneFailed':
      // How to say yes stands in the second sentence of the question.
      return [{ text: `${ref.name} does not prune: ${inOneLine(state.message.split('. ', 1)[0] ?? '')}`, target }];
    case 'ReconciliationFailed':
      return [{ text: `${ref.name} cannot be applied`, target }, ...applyLinks(context.state, object, state.message)];
    default:
  }
  if (isCheckingHealth(object, state)) {
    const links = unhealthyLinks(context, subject);
    if (links.length > 0) return links;
  }
  if (state.word === 'failed') return [{ text: `${ref.name} failed`, target }, ...said];
  return [{ text: underWay(context, subject), target }];
}

function isCheckingHealth(object: JsonObject, { reason }: FluxState): boolean {
  const healthy = (getList(object, 'status', 'conditions') ?? []).find((one) => getString(one, 'type') === 'Healthy');
  const status = getString(healthy, 'status');
  return reason === 'HealthCheckFailed' || (status !== undefined && status !== 'True');
}

/** What is on its way has no cause yet, but for nobody being there to work on it. */
function underWay({ cluster }: WhyContext, { ref, state }: Subject): string {
  const running = cluster.phases.get(`${ref.kind}/${ref.namespace}/${ref.name}`);
  if (running)
    return `${ref.name} is ${running.phase === 'waiting' ? 'checking health' : running.phase} ${shortRevision(running.detail)}`.trimEnd();
  if (state.word === 'progressing')
    return `${ref.name} is being reconciled${state.message === '' ? '' : `: ${inOneLine(shortRevision(state.message))}`}`;
  return cluster.loop === 'observing'
    ? `${ref.name} has not been reconciled yet: another loop holds ${cluster.name}`
    : `${ref.name} has not been reconciled yet`;
}

function suspendedLinks({ state }: WhyContext, { object, ref, target }: Subject): WhyLink[] {
  const node = nodeAt(fileOf(state, object)?.node, ['spec', 'suspend']);
  const place = node?.kind === 'scalar' && node.value === true ? placeOf(node) : undefined;
  return [{ text: `${ref.name} is suspended`, target }, ...(place ? [placed(place, 'spec.suspend is set in')] : [])];
}

/** The first dependency that is not ready, and what is behind it. */
function dependencyLinks(context: WhyContext, { object, ref, state, target, way }: Subject): WhyLink[] {
  for (const [index, dependency] of dependencyRefs(object).entries()) {
    const found = context.cluster.kustomizations.some((one) => keyOf(refOf(one)) === keyOf(dependency));
    const behind = found ? context.linksOf(dependency, way) : missingLinks(context, object, dependency, index);
    if (behind.length === 0) continue;
    const text = `${ref.name} waits for ${nameBeside(dependency, ref)}`;
    return [{ text, target: { kind: 'kustomization', ref: dependency } }, ...behind];
  }
  // All are ready by themselves: of another revision, or not by the expression.
  return [{ text: `${ref.name} waits: ${inOneLine(shortRevision(state.message))}`, target }];
}

function missingLinks({ state }: WhyContext, object: JsonObject, dependency: ObjectRef, index: number): WhyLink[] {
  const place = placeOf(nodeAt(fileOf(state, object)?.node, ['spec', 'dependsOn', index, 'name']));
  return [
    { text: `the cluster has no ${objectName(dependency)}`, of: [dependency] },
    ...(place ? [placed(place, 'it is named in')] : []),
  ];
}

function circleLink(keys: readonly string[]): WhyLink {
  const names = keys.map((key) => key.slice(key.lastIndexOf('/') + 1));
  return { text: `the dependencies go in a circle: ${names.join(', ')}` };
}

/** What is wrong with its source, where that is why; undefined where it is not. */
function sourceProblem(context: WhyContext, { object, ref, state, target, way }: Subject): WhyLink[] | undefined {
  const asks = state.word === 'unknown' || SOURCE_REASONS.has(state.reason);
  if (!asks) return undefined;
  const kind = getString(object, 'spec', 'sourceRef', 'kind') ?? '';
  const name = getString(object, 'spec', 'sourceRef', 'name') ?? '';
  const namespace = getString(object, 'spec', 'sourceRef', 'namespace') ?? ref.namespace;
  const source = context.cluster.sources.find((one) => {
    const own = refOf(one);
    return own.kind === kind && own.name === name && own.namespace === namespace;
  });
  const file = fileOf(context.state, object)?.node;
  const head = { text: `${ref.name} cannot read its source`, target };
  if (source) {
    const links = context.linksOf(refOf(source), way);
    if (links.length > 0) return [head, ...links];
    if (state.word === 'unknown') return undefined;
    const place = placeOf(nodeAt(file, ['spec', 'path']));
    const said = { text: inOneLine(shortRevision(state.message)), target };
    return [head, said, ...(place && state.reason === 'ArtifactFailed' ? [placed(place, 'spec.path is set in')] : [])];
  }
  if (state.word === 'unknown' || state.reason === 'AccessDenied' || state.reason === 'UnsupportedSource')
    return state.word === 'unknown' ? undefined : [head, { text: inOneLine(state.message), target }];
  const place = placeOf(nodeAt(file, ['spec', 'sourceRef', 'name']));
  const missing = { group: SOURCE_GROUP, version: 'v1', kind, namespace, name };
  const link = { text: `the cluster has no ${objectName(missing)}`, of: [missing] };
  return [head, link, ...(place ? [placed(place, 'it is named in')] : [])];
}

const SOURCE_GROUP = 'source.toolkit.fluxcd.io';

const SOURCE_REASONS = new Set(['ArtifactFailed', 'AccessDenied', 'UnsupportedSource']);

/** The worst first: what has failed, what is not there, what is still on its way. */
const WORST = ['Failed', 'NotFound', 'InProgress', 'Terminating'];

function unhealthyLinks(context: WhyContext, subject: Subject): WhyLink[] {
  const { object, ref, target, way } = subject;
  const refs = getPath(object, 'spec', 'wait') === true ? inventoryOfKustomization(object) : healthChecksOf(object);
  const rank = (one: ObjectRef): number => WORST.indexOf(context.cluster.objects.get(keyOf(one))?.status ?? '');
  const unready = refs.filter((one) => rank(one) >= 0).toSorted((a, b) => rank(a) - rank(b));
  for (const one of unready) {
    const links = context.linksOf(one, way);
    if (links.length === 0) continue;
    const others = unready.length === 1 ? '' : `: ${unready.length} of ${refs.length} objects are not ready`;
    return [{ text: `${ref.name} is not healthy${others}`, target }, ...links];
  }
  return [];
}

/** A deletion waits for what is deleted with it. */
function deletionLinks(context: WhyContext, { object, ref, target, way }: Subject): WhyLink[] {
  const leaving = inventoryOfKustomization(object).find(
    (one) => context.cluster.objects.get(keyOf(one))?.status === 'Terminating',
  );
  const finalizers = (getList(object, 'metadata', 'finalizers') ?? []).map(String).join(', ');
  const rest = leaving ? context.linksOf(leaving, way) : [];
  const held = rest.length === 0 && finalizers !== '' ? [{ text: `${finalizers} holds it`, target }] : [];
  return [{ text: `${ref.name} is being deleted`, target }, ...rest, ...held];
}
