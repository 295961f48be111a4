// A Service that selects no pods: told as information, wherever its selector was written.
import { expect, test } from 'vitest';
import { flux, fluxFile, stateOf } from '../../../test/whyState.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import { whySentence } from './chain.ts';
import { notesOn } from './service.ts';
import { allNotReady } from './why.ts';

const service: JsonObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { tier: 'front', app: 'wbe' }, ports: [{ port: 80 }] },
};
const shop = flux('shop', ['True', 'ReconciliationSucceeded', ''], { objects: ['shop_web__Service'] });
const other = flux('other', ['True', 'ReconciliationSucceeded', '']);
const DEPLOYMENT = (labels: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  template:\n    metadata:\n      labels: ${labels}\n`;
const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec:\n  selector:\n    tier: front\n    app: wbe\n';

/** What is said of the Service, of `of` or of all, where these are the files. */
function notes(files: Readonly<Record<string, string>>, of?: JsonObject): string[] {
  const withoutPods = new Set([keyOf(refOf(service))]);
  const { state, cluster } = stateOf({
    kustomizations: [shop, other],
    live: [service],
    files,
    cluster: { withoutPods },
  });
  expect(allNotReady(state, cluster)).toEqual([]);
  return notesOn(state, cluster, of && refOf(of)).map(({ links }) => whySentence(links));
}

const files = { 'flux/shop.yaml': fluxFile('shop'), 'shop/service.yaml': SERVICE };

test('the label that no pod would have is the one to look at', () => {
  expect(notes({ ...files, 'shop/web.yaml': DEPLOYMENT('{app: web, tier: front}') })).toEqual([
    'Service shop/web selects no pods -> no pod that is rendered or runs in shop has tier=front, app=wbe -> its selector is set in shop/service.yaml:7.',
  ]);
});

test('without the files it is said all the same', () => {
  expect(notes({})).toEqual([
    'Service shop/web selects no pods -> no pod that is rendered or runs in shop has tier=front, app=wbe.',
  ]);
});

test('what the files would make is enough, of another Kustomization too', () => {
  const made = {
    ...files,
    'flux/other.yaml': fluxFile('other'),
    'other/web.yaml': DEPLOYMENT('{app: wbe, tier: front}'),
  };
  expect(notes(made)).toEqual([]);
});

test('it is said of the Service, of its Kustomization, and of no other', () => {
  expect([notes({}, service), notes({}, shop), notes({}, other)].map((said) => said.length)).toEqual([1, 1, 0]);
});
