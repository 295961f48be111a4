// One odd value in one field of a valid object, to a real kube-apiserver and to the embedded one, all as dry runs:
// `node test/real/oddFields.ts [--runs N] [--seed S] [--kind KIND] [--except KIND,..] [--lanes N] [--only TEXT] [--words] [--show N]`. Each
// distinct difference is a line with its count, words alone are counted apart; counts come last.
import { parseArgs } from 'node:util';
import { getList, getString, isJsonObject } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { stringifyJson } from '../../src/model/jsonText.ts';
import { reportCounts } from '../counts.ts';
import { Masking, differenceOf } from './merge/compare.ts';
import { randomOf } from './merge/random.ts';
import { jsonRequest, withBothServers } from './merge/servers.ts';
import type { Answer, OurPeer, Peer, Sent } from './merge/servers.ts';
import { mutated, mutationsOf } from './odd/mutations.ts';
import type { Mutation } from './odd/mutations.ts';
import { subjects } from './odd/subjects.ts';
import type { Subject } from './odd/subjects.ts';

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '8' },
    kind: { type: 'string' },
    except: { type: 'string', default: '' },
    only: { type: 'string' },
    words: { type: 'boolean', default: false },
    show: { type: 'string', default: '1' },
  },
});

const NAMESPACE = 'm';
const IN_POD =
  /^spec\.(?:jobTemplate\.spec\.)?(?:template\.spec\.)?(?=[a-zA-Z]*[cC]ontainers|volumes|affinity|securityC|tolerat|topologyS|dns|host)/;

type Verb = 'create' | 'update' | 'apply' | 'status';

interface Trial {
  readonly subject: Subject;
  readonly verb: Verb;
  readonly mutation: Mutation;
}

interface Failure {
  readonly trial: Trial;
  readonly real: string;
  readonly ours: string;
  readonly text: string;
  readonly wordsOnly: boolean;
}

const failures: Failure[] = [];
let sent = 0;

await withBothServers(async (real, ours) => {
  await prepare(real, ours);
  await runAll(await trialsOf(real), real, ours);
  report();
});

/** All subjects that the flags ask for. */
function chosen(): Subject[] {
  const without = flags.except.split(',');
  return subjects.filter(({ kind }) => (flags.kind ?? kind) === kind && !without.includes(kind));
}

function nameOf({ kind, variant, object }: Subject): string {
  const spec = object['spec'];
  if (kind !== 'CustomResourceDefinition') return `odd-${variant}`;
  return `${getString(spec, 'names', 'plural') ?? ''}.${getString(spec, 'group') ?? ''}`;
}

/** The valid object, with something in its metadata. */
function whole(subject: Subject): JsonObject {
  const { kind, apiVersion, namespaced, object } = subject;
  return {
    apiVersion,
    kind,
    metadata: {
      name: nameOf(subject),
      ...(namespaced ? { namespace: NAMESPACE } : {}),
      labels: { l: '1' },
      annotations: { 'example.dev/n': 'x' },
      finalizers: ['example.dev/hold'],
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: '1111', controller: true }],
    },
    ...object,
  };
}

function collection({ apiVersion, plural, namespaced }: Subject): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${namespaced ? `/namespaces/${NAMESPACE}` : ''}/${plural}`;
}

/** The namespace, and every subject as it is without a change. */
async function prepare(real: Peer, ours: OurPeer): Promise<void> {
  ours.setTime(Date.now());
  const refused: string[] = [];
  for (const peer of [real, ours]) {
    await peer.send(
      jsonRequest('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }),
    );
    for (const subject of chosen()) {
      const answer = await peer.send(jsonRequest('POST', collection(subject), whole(subject)));
      if (answer.code !== 201)
        refused.push(`${peer.name} refuses ${subject.kind} ${subject.variant}: ${stringifyJson(answer.body)}`);
    }
  }
  if (refused.length > 0) throw new Error(refused.join('\n'));
}

/** As many as asked for, of every kind as many as of any other where it has them. */
async function trialsOf(real: Peer): Promise<Trial[]> {
  const random = randomOf(Number(flags.seed));
  const byKind = new Map<string, Trial[]>();
  for (const subject of chosen()) {
    const { apiVersion, kind } = subject;
    const path = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
    const document = (await real.send({ method: 'GET', path: `/openapi/v3/${path}` })).body as JsonObject;
    const schemas = (document['components'] as JsonObject)['schemas'] as JsonObject;
    const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    const schema = Object.values(schemas).find((each) =>
      (getList(each, 'x-kubernetes-group-version-kind') ?? []).some(
        (gvk) =>
          getString(gvk, 'group') === group && getString(gvk, 'version') === version && getString(gvk, 'kind') === kind,
      ),
    ) as JsonObject;
    const trials = byKind.get(kind) ?? [];
    for (const mutation of mutationsOf(whole(subject), schema, schemas))
      for (const verb of ['create', 'update', 'apply'] as const) trials.push({ subject, verb, mutation });
    const { status } = subject;
    const properties = schema['properties'] as JsonObject;
    if (status)
      for (const mutation of mutationsOf(status, properties['status'] as JsonObject, schemas))
        trials.push({ subject, verb: 'status', mutation: { ...mutation, path: ['status', ...mutation.path] } });
    byKind.set(kind, trials);
  }
  const all = [...byKind.values()].map((trials) =>
    shuffled(
      trials.filter(({ mutation }) => flags.only === undefined || pathText(mutation).includes(flags.only)),
      random.below,
    ),
  );
  const out: Trial[] = [];
  for (let i = 0; out.length < Number(flags.runs) && all.some((trials) => i < trials.length); i++)
    for (const trials of all) out.push(...trials.slice(i, i + 1));
  return out.slice(0, Number(flags.runs));
}

function shuffled<T>(items: T[], below: (limit: number) => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

async function runAll(trials: readonly Trial[], real: Peer, ours: OurPeer): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < trials.length) await run(trials[next++] as Trial, real, ours);
  };
  await Promise.all(Array.from({ length: Number(flags.lanes) }, lane));
}

async function run(trial: Trial, real: Peer, ours: OurPeer): Promise<void> {
  const answers: Answer[] = [];
  ours.setTime(Date.now());
  for (const peer of [real, ours]) {
    const answer = await peer.send(await requestOf(trial, peer));
    answers.push({ ...answer, body: new Masking().masked(settled(trial.subject, answer.body)) });
  }
  sent++;
  const [a, b] = answers as [Answer, Answer];
  const difference = differenceOf(a, b);
  if (!difference) return;
  const [x, y] = [summaryOf(a), summaryOf(b)];
  const wordsOnly = difference.words && (a.code !== b.code || x.join() === y.join());
  failures.push({
    trial,
    ...onlyIn(x, y, difference.class),
    text: difference.text,
    wordsOnly,
  });
}

/** The server itself writes to definitions in the background: who owns what of them is a matter of moments. */
function settled({ kind }: Subject, body: JsonValue): JsonValue {
  if (kind !== 'CustomResourceDefinition' || !isJsonObject(body) || !isJsonObject(body['metadata'])) return body;
  const { managedFields: _managedFields, ...metadata } = body['metadata'];
  return { ...body, metadata };
}

async function requestOf({ subject, verb, mutation }: Trial, peer: Peer): Promise<Sent> {
  const path = `${collection(subject)}/${nameOf(subject)}`;
  const body = mutated(
    verb === 'status' ? { ...whole(subject), status: subject.status ?? {} } : whole(subject),
    mutation,
  );
  if (verb === 'create') {
    const metadata = body['metadata'];
    const isNamed = mutation.path[0] === 'metadata' && mutation.path[1] !== 'labels';
    const fresh =
      isJsonObject(metadata) && !isNamed && subject.kind !== 'CustomResourceDefinition'
        ? { ...body, metadata: { ...metadata, name: 'odd-new' } }
        : body;
    return jsonRequest('POST', `${collection(subject)}?dryRun=All`, fresh);
  }
  if (verb === 'apply')
    return {
      ...jsonRequest('PATCH', `${path}?dryRun=All&force=true&fieldManager=odd`, body),
      contentType: 'application/apply-patch+yaml',
    };
  const live = (await peer.send({ method: 'GET', path })).body;
  const version = getString(live, 'metadata', 'resourceVersion') ?? '';
  const metadata = body['metadata'];
  const based = isJsonObject(metadata) ? { ...body, metadata: { ...metadata, resourceVersion: version } } : body;
  return jsonRequest('PUT', `${path}${verb === 'status' ? '/status' : ''}?dryRun=All`, based);
}

/** The code, and the causes of a refusal in order. */
function summaryOf({ code, body }: Answer): string[] {
  if (code < 400) return [String(code)];
  const causes = (getList(body, 'details', 'causes') ?? []).map((cause) => {
    const field = (getString(cause, 'field') ?? '').replaceAll(/\[[^\]]*\]/g, '[*]').replace(IN_POD, '<pod>.');
    return `${field} ${(getString(cause, 'reason') ?? '').replace('FieldValue', '')}`;
  });
  return [`${code} ${getString(body, 'reason') ?? ''}`, ...causes.toSorted()];
}

/** What only one side says; where there is nothing, what else differs. */
function onlyIn(real: readonly string[], ours: readonly string[], other: string): { real: string; ours: string } {
  const without = (from: readonly string[], taken: readonly string[]): string[] => {
    const left = [...taken];
    return from.filter((each) => {
      const at = left.indexOf(each);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
  const [a, b] = [without(real, ours), without(ours, real)];
  return a.length + b.length === 0 ? { real: real[0] ?? '', ours: other } : { real: a.join('; '), ours: b.join('; ') };
}

function pathText({ path }: Mutation): string {
  return path.map((step) => (typeof step === 'number' ? '*' : step)).join('.');
}

function report(): void {
  const show = (found: readonly Failure[], title: string): void => {
    const groups = new Map<string, Failure[]>();
    for (const failure of found) {
      const key = `real ${failure.real} | ours ${failure.ours}`;
      groups.set(key, [...(groups.get(key) ?? []), failure]);
    }
    for (const [key, members] of [...groups].sort(([, a], [, b]) => b.length - a.length)) {
      console.log(`${title} ${members.length}: ${key}`);
      for (const { trial, text } of members.slice(0, Number(flags.show))) {
        const { subject, verb, mutation } = trial;
        const value = mutation.value === undefined ? 'left out' : stringifyJson(mutation.value).slice(0, 300);
        console.log(`  ${subject.kind} ${subject.variant} ${verb} ${pathText(mutation)} = ${value}`);
        console.log(`  ${text}`);
      }
    }
  };
  const [words, rest] = [failures.filter((each) => each.wordsOnly), failures.filter((each) => !each.wordsOnly)];
  if (flags.words) show(words, 'words:');
  show(rest, 'difference:');
  console.log(`${words.length} differ in words only`);
  reportCounts({ passed: sent - rest.length, failed: rest.length });
}
