// Of many chains each cause is told once, with what waits for it.
import { expect, test } from 'vitest';
import { flux, source, stateOf } from '../../../test/whyState.ts';
import type { World } from '../../../test/whyState.ts';
import type { JsonObject } from '../../model/json.ts';
import { causesOf, waitingSentence } from './causes.ts';
import { whySentence } from './chain.ts';
import { allNotReady } from './why.ts';

const waits = (name: string, ...on: string[]): JsonObject =>
  flux(name, ['False', 'DependencyNotReady', ''], { spec: { dependsOn: on.map((one) => ({ name: one })) } });
const failing = (name: string): JsonObject => flux(name, ['False', 'Whatever', 'the server has said no']);

function told(world: World): string[][] {
  const { state, cluster } = stateOf(world);
  return causesOf(allNotReady(state, cluster)).map((cause) => [whySentence(cause.why.links), waitingSentence(cause)]);
}

test('what is failing is told once, and all that waits for it in one sentence', () => {
  const kustomizations = [waits('web', 'api'), waits('api', 'infra'), failing('infra'), failing('other')];
  expect(told({ kustomizations })).toEqual([
    ['infra failed -> the server has said no.', 'web and api wait for infra.'],
    ['other failed -> the server has said no.', ''],
  ]);
});

test('one that waits for an object of another comes to the chain of that', () => {
  const web = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', generation: 1 },
    spec: { replicas: 1 },
    status: { replicas: 1, updatedReplicas: 1, unavailableReplicas: 1 },
  };
  const infra = flux('infra', ['False', 'HealthCheckFailed', ''], {
    spec: { wait: true },
    objects: ['shop_web_apps_Deployment'],
  });
  expect(told({ kustomizations: [waits('a', 'infra'), infra, waits('b', 'a')], live: [web] })).toEqual([
    ['infra is not healthy -> Deployment shop/web has 0 of 1 replicas.', 'a and b wait for infra.'],
  ]);
});

test('a source that fails is the cause of all that is read from it', () => {
  const kustomizations = ['apps', 'infra'].map((name) => flux(name, undefined));
  expect(told({ kustomizations, sources: [source('False', 'no such host')] })).toEqual([
    ['GitRepository flux-system/shop failed: no such host.', 'apps and infra wait for GitRepository flux-system/shop.'],
  ]);
});

test('what has no chain of its own, suspended or not there, is told by the first that waits for it', () => {
  const still = flux('still', undefined, { spec: { suspend: true } });
  expect(told({ kustomizations: [waits('a', 'still'), waits('b', 'a'), waits('c', 'still'), still] })).toEqual([
    ['a waits for still -> still is suspended.', 'b and c wait for still.'],
  ]);
  expect(told({ kustomizations: [waits('a', 'gone'), waits('b', 'gone'), waits('c', 'lost')] })).toEqual([
    ['a waits for gone -> the cluster has no Kustomization flux-system/gone.', 'b waits for gone.'],
    ['c waits for lost -> the cluster has no Kustomization flux-system/lost.', ''],
  ]);
  const lost = ['a', 'b'].map((name) => flux(name, ['False', 'ArtifactFailed', '']));
  expect(told({ kustomizations: lost, sources: [] })).toEqual([
    [
      'a cannot read its source -> the cluster has no GitRepository flux-system/shop.',
      'b waits for GitRepository flux-system/shop.',
    ],
  ]);
});

test('a circle is told once too', () => {
  expect(told({ kustomizations: [waits('c', 'a'), waits('b', 'a'), waits('a', 'b')] })).toEqual([
    ['a waits for b -> b waits for a -> the dependencies go in a circle: a, b, a.', 'c and b wait for a.'],
  ]);
});
