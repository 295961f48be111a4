// Random sequences of writes through a real kube-apiserver and through the embedded one:
// `node test/real/mergeSequences.ts [--runs N] [--seed S] [--length N] [--lanes N] [--kind KIND] [--words] [--show N]`. Each
// difference is printed with its seed (`--runs 1 --seed S` repeats it) and the requests up to it; counts come last.
import { parseArgs } from 'node:util';
import type { JsonObject } from '../../src/model/json.ts';
import { isJsonObject } from '../../src/model/json.ts';
import { stringifyJson } from '../../src/model/jsonText.ts';
import { reportCounts } from '../counts.ts';
import { Masking, differenceOf } from './merge/compare.ts';
import type { Difference } from './merge/compare.ts';
import { sequenceOf } from './merge/operations.ts';
import type { Sequence } from './merge/operations.ts';
import { jsonRequest, withBothServers } from './merge/servers.ts';
import type { Answer, OurPeer, Peer, Sent } from './merge/servers.ts';
import { shapes } from './merge/shapes.ts';

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    length: { type: 'string', default: '10' },
    lanes: { type: 'string', default: '60' },
    kind: { type: 'string' },
    words: { type: 'boolean', default: false },
    show: { type: 'string', default: '2' },
  },
});

interface Failure extends Difference {
  readonly sequence: Sequence;
  readonly requests: readonly Sent[];
}

const counts = { operations: 0, sequences: 0, accepted: 0 };
const failures: Failure[] = [];
const words: Failure[] = [];

await withBothServers(async (real, ours) => {
  await prepare(real, ours);
  await runAll(real, ours);
  report();
});

/** The namespace and the definitions, on both. */
async function prepare(real: Peer, ours: OurPeer): Promise<void> {
  const json = (path: string, body: JsonObject): Sent => jsonRequest('POST', path, body);
  for (const peer of [real, ours]) {
    await peer.send(json('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'm' } }));
    for (const { crd, kind } of shapes) {
      const answer = await peer.send(json('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd));
      if (answer.code !== 201) throw new Error(`${peer.name} refuses ${kind}: ${stringifyJson(answer.body)}`);
    }
    for (const { group, plural, versions } of shapes)
      for (const version of versions) await served(peer, `/apis/${group}/${version}/${plural}`);
  }
}

async function served(peer: Peer, path: string): Promise<void> {
  while ((await peer.send({ method: 'GET', path })).code !== 200)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

/** As many sequences at a time as there are lanes; each takes a second for each of its operations. */
async function runAll(real: Peer, ours: OurPeer): Promise<void> {
  const first = Number(flags.seed);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < Number(flags.runs)) {
      const sequence = sequenceOf(first + next++, Number(flags.length), flags.kind);
      await replay(sequence, real, ours);
      counts.sequences++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(Number(flags.lanes), Number(flags.runs)) }, lane));
}

interface Side {
  readonly peer: Peer;
  readonly masking: Masking;
  live: JsonObject | undefined;
}

async function replay(sequence: Sequence, real: Peer, ours: OurPeer): Promise<void> {
  const sides: Side[] = [real, ours].map((peer) => ({ peer, masking: new Masking(), live: undefined }));
  const requests: Sent[] = [];
  for (const [i, operation] of sequence.operations.entries()) {
    await nextSecond();
    counts.operations++;
    const answers: Answer[] = [];
    for (const side of sides) {
      const sent = operation.request(side.live);
      if (side.peer === real) requests.push(sent);
      const from = Date.now();
      ours.setTime(from);
      const answer = await side.peer.send(sent);
      side.masking.ran(i, from, Date.now());
      answers.push(await settled(side, sequence, answer));
    }
    const [a, b] = answers as [Answer, Answer];
    if (a.code < 400) counts.accepted++;
    const difference = differenceOf(a, b);
    if (!difference) continue;
    (difference.words ? words : failures).push({ ...difference, sequence, requests: [...requests] });
    if (!difference.words) break;
  }
  for (const { peer, live } of sides) if (live) await clear(peer, sequence.path, live);
}

/** The answer masked, and with the object as it is now where the answer shows something else. */
async function settled(side: Side, { path }: Sequence, answer: Answer): Promise<Answer> {
  const { body } = answer;
  const read = await side.peer.send({ method: 'GET', path });
  side.live = read.code === 200 && isJsonObject(read.body) ? read.body : undefined;
  const masked = side.masking.masked(body);
  const now = side.live ? side.masking.masked(side.live) : null;
  return answer.code < 400 ? { ...answer, body: { answer: masked, now } } : { ...answer, body: masked };
}

async function clear(peer: Peer, path: string, live: JsonObject): Promise<void> {
  const patch = {
    method: 'PATCH',
    path,
    contentType: 'application/merge-patch+json',
    body: '{"metadata":{"finalizers":null}}',
  };
  await peer.send({ method: 'DELETE', path, contentType: 'application/json', body: '{"gracePeriodSeconds":0}' });
  if ((live['metadata'] as JsonObject)['finalizers'] !== undefined) await peer.send(patch);
  await peer.send(patch);
}

function nextSecond(): Promise<void> {
  const now = Date.now();
  return new Promise((resolve) => setTimeout(resolve, 1020 - (now % 1000)));
}

function byClass(found: readonly Failure[]): Map<string, Failure[]> {
  const classes = new Map<string, Failure[]>();
  for (const failure of found) classes.set(failure.class, [...(classes.get(failure.class) ?? []), failure]);
  return classes;
}

function report(): void {
  const show = (title: string, found: readonly Failure[]): void => {
    const classes = byClass(found);
    for (const [name, members] of [...classes].sort(([, a], [, b]) => b.length - a.length)) {
      console.log(`${title} ${name}: ${members.length}`);
      for (const each of members.slice(0, Number(flags.show))) {
        console.log(`  ${each.sequence.label}`);
        for (const { method, path, contentType = '', body = '' } of each.requests)
          console.log(
            `    ${method} ${path} ${contentType} ${body.length > 3000 ? `${body.slice(0, 3000)}...` : body}`,
          );
        console.log(`  ${each.text}`);
      }
    }
  };
  if (flags.words) show('words:', words);
  else for (const [name, members] of byClass(words)) console.log(`words only: ${name}: ${members.length}`);
  show('difference:', failures);
  console.log(
    `${counts.sequences} sequences, ${counts.operations} operations of which ${counts.accepted} were accepted`,
  );
  reportCounts({ passed: counts.operations - failures.length, failed: failures.length });
}
