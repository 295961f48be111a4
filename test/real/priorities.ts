// Compares the embedded API server with the real one on priority classes: what pods get of them, what is refused, in its
// words: `node test/real/priorities.ts`. Every answer must be the same. Counts last.
import { getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { reportCounts } from '../counts.ts';
import { Masking, differenceOf } from './merge/compare.ts';
import { jsonRequest, withBothServers } from './merge/servers.ts';
import type { Peer, Sent } from './merge/servers.ts';

const PODS = '/api/v1/namespaces/default/pods';
const CLASSES = '/apis/scheduling.k8s.io/v1/priorityclasses';
const POLL_MS = 20;

interface Step {
  readonly what: string;
  readonly send: Sent;
  /** Upstream looks at a copy of the classes that comes late: a new pod has this class before the step, or none. */
  readonly after?: { readonly asks: string; readonly gets: string | undefined };
}

const pod = (name: JsonObject, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'default', ...name },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});
const newPod = (what: string, spec: JsonObject, name: JsonObject = { name: what.replaceAll(/\W+/g, '-') }): Step => ({
  what,
  send: jsonRequest('POST', PODS, pod(name, spec)),
});
const priorityClass = (name: string, fields: JsonObject): JsonObject => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name },
  ...fields,
});
const newClass = (name: string, fields: JsonObject, query = ''): Step => ({
  what: `class ${name}`,
  send: jsonRequest('POST', `${CLASSES}${query}`, priorityClass(name, fields)),
});
const patch = (what: string, path: string, body: JsonObject): Step => ({
  what,
  send: { ...jsonRequest('PATCH', path, body), contentType: 'application/merge-patch+json' },
});
const apply = (what: string, path: string, body: JsonObject): Step => ({
  what,
  send: { ...jsonRequest('PATCH', `${path}?fieldManager=m`, body), contentType: 'application/apply-patch+yaml' },
});
const after = (asks: string, gets: string | undefined, step: Step): Step => ({ ...step, after: { asks, gets } });

const STEPS: readonly Step[] = [
  ...['system-node-critical', 'system-cluster-critical'].map((name) => ({
    what: name,
    send: { method: 'GET', path: `${CLASSES}/${name}` },
  })),
  newPod('no class', {}),
  newPod('an empty class', { priorityClassName: '' }),
  newPod('its own priority that is the computed one', { priority: 0 }),
  newPod('its own priority', { priority: 5 }),
  newPod('its own policy', { preemptionPolicy: 'Never' }),
  newPod('its own policy that is the computed one', { preemptionPolicy: 'PreemptLowerPriority' }),
  newPod('an unknown class', { priorityClassName: 'absent' }),
  newPod('an unknown class, generated name', { priorityClassName: 'absent' }, { generateName: 'gen-' }),
  newPod('an unknown class, no name', { priorityClassName: 'absent' }, {}),
  newPod('an unknown class of an invalid pod', { priorityClassName: 'absent', containers: [] }),
  newPod('a class with a name that is none', { priorityClassName: 'A_b' }),
  apply('an unknown class, applied', `${PODS}/applied`, pod({ name: 'applied' }, { priorityClassName: 'absent' })),
  apply(
    'a system class, applied',
    `${PODS}/applied`,
    pod({ name: 'applied' }, { priorityClassName: 'system-node-critical' }),
  ),
  newPod('a system class', { priorityClassName: 'system-cluster-critical' }),
  newClass('high', { value: 1000 }),
  newClass('low', { value: -10, preemptionPolicy: 'Never', description: 'for what can wait' }),
  newClass('system-mine', { value: 1 }),
  newClass('huge', { value: 1_000_000_001 }),
  newClass('odd', { value: 1, preemptionPolicy: 'Sometimes' }),
  after('low', 'low', newPod('low', { priorityClassName: 'low' })),
  after('high', 'high', newPod('high', { priorityClassName: 'high' })),
  newPod('low with its priority', { priorityClassName: 'low', priority: -10, preemptionPolicy: 'Never' }),
  newPod('low with another priority', { priorityClassName: 'low', priority: 10 }),
  newPod('low with another policy', { priorityClassName: 'low', preemptionPolicy: 'PreemptLowerPriority' }),
  {
    what: 'a PUT without what was computed',
    send: jsonRequest('PUT', `${PODS}/high`, pod({ name: 'high' }, { priorityClassName: 'high' })),
  },
  patch('another priority', `${PODS}/high`, { spec: { priority: 7 } }),
  patch('another class', `${PODS}/high`, { spec: { priorityClassName: 'low' } }),
  patch('no priority', `${PODS}/high`, { spec: { priority: null, preemptionPolicy: null } }),
  patch('another value', `${CLASSES}/high`, { value: 7 }),
  newClass('usual', { value: 500, globalDefault: true, preemptionPolicy: 'Never' }),
  after('', 'usual', newPod('the default class', {})),
  newPod('the default class with its priority', { priority: 500 }),
  newPod('the default class with another priority', { priority: 0 }),
  newPod('a class beside the default', { priorityClassName: 'high' }),
  newClass('second', { value: 400, globalDefault: true }),
  newClass('second', { value: 400, globalDefault: true }, '?dryRun=All'),
  newClass('second', { value: 2_000_000_000, globalDefault: true }),
  patch('another one becomes the default', `${CLASSES}/high`, { globalDefault: true }),
  patch('the default is described', `${CLASSES}/usual`, { description: 'what has none' }),
  apply(
    'another one is applied as the default',
    `${CLASSES}/third`,
    priorityClass('third', { value: 3, globalDefault: true }),
  ),
  patch('the default is none any more', `${CLASSES}/usual`, { globalDefault: false }),
  after('', undefined, newPod('no default any more', {})),
  { what: 'a class goes', send: { method: 'DELETE', path: `${CLASSES}/low` } },
  after('low', undefined, newPod('a class that has gone', { priorityClassName: 'low' })),
  patch('a pod whose class has gone', `${PODS}/low`, { metadata: { labels: { a: 'b' } } }),
];

/** Resolves when a new pod gets the class of the step. */
async function settled(peer: Peer, { after: wanted }: Step): Promise<void> {
  if (!wanted) return;
  const probe = jsonRequest('POST', `${PODS}?dryRun=All`, pod({ name: 'probe' }, { priorityClassName: wanted.asks }));
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((done) => setTimeout(done, POLL_MS))) {
    const { body } = await peer.send(probe);
    if ((getString(body, 'spec', 'priorityClassName') || undefined) === wanted.gets) return;
  }
  throw new Error(`${peer.name}: a pod that asks for "${wanted.asks}" does not get ${wanted.gets ?? 'nothing'}`);
}

await withBothServers(async (real, ours) => {
  let failed = 0;
  const sides = [real, ours].map((peer) => ({ peer, masking: new Masking() }));
  ours.setTime(Date.now());
  for (const step of STEPS) {
    const answers = [];
    for (const { peer, masking } of sides) {
      await settled(peer, step);
      const answer = await peer.send(step.send);
      answers.push({ ...answer, body: masking.masked(answer.body) });
    }
    const [theirs, own] = answers;
    const difference = theirs && own && differenceOf(theirs, own);
    if (!difference) continue;
    failed++;
    console.log(`${step.what}: ${difference.text}`);
  }
  reportCounts({ passed: STEPS.length - failed, failed });
});
