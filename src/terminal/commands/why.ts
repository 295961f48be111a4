// plumbline why: why something is not ready, from the outside in, to the line and the commit. Reads; changes nothing.
import type { JsonObject } from '../../model/json.ts';
import { stringifyJson } from '../../model/jsonText.ts';
import { inventoryOfKustomization } from '../../model/inventoryOfKustomization.ts';
import { keyOf, printRef, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { objectName, scopedName } from '../../present/names.ts';
import { waitingSentence } from '../../present/why/causes.ts';
import type { Cause } from '../../present/why/causes.ts';
import { whySentence } from '../../present/why/chain.ts';
import type { Why, WhyLink } from '../../present/why/chain.ts';
import type { ClusterState } from '../../workspace/state.ts';
import type { Command, Invocation, Io } from '../command.ts';
import { UsageError } from '../command.ts';
import { connectTarget } from '../connection.ts';
import { repositoryOf } from '../folder.ts';
import { EXIT } from '../main.ts';
import { textOrJson } from '../outputFlag.ts';
import { namespaceFlag, targetFlags } from '../target.ts';
import { askWhy } from '../why.ts';
import type { OpenClusters } from './cluster.ts';

const DEFAULT_NAMESPACE = 'flux-system';

export function whyCommand(open: OpenClusters): Command {
  return {
    name: 'why',
    summary: 'Say why something is not ready, down to the line and the commit',
    operands: '[KUSTOMIZATION | KIND/NAMESPACE/NAME]',
    arity: [0, 1],
    description:
      'Say why a kustomization or an object is not ready, in one sentence from the outside in: what waits for what, the pod or\n the build that is to blame, the line where that was written and the commit that wrote it. Without a name, everything\n that is not ready is told, each cause once with what waits for it. A Service that selects no pods is noted. The exit\n code is 0 when it is ready, 1 when it is not.',
    examples: [
      ['Why a kustomization is not ready', 'plumbline why apps-prod'],
      ['Everything that is not ready, in another cluster', 'plumbline why --kubeconfig prod.kubeconfig'],
      ['One object', 'plumbline why Deployment/shop/web'],
      ['For a program', 'plumbline why apps-prod --output json'],
    ],
    flags: [
      ...targetFlags,
      namespaceFlag(`The namespace of what is named. Default ${DEFAULT_NAMESPACE} for a kustomization.`),
      {
        name: 'workspace',
        type: 'string',
        value: 'DIR',
        description: 'The repository to find lines and commits in. Default the one of the current folder.',
      },
      textOrJson,
    ],
    run: (call) => run(open, call),
  };
}

async function run(open: OpenClusters, call: Invocation): Promise<number> {
  const { args, flags, io, signal } = call;
  const [operand] = args;
  const wanted = operand === undefined ? undefined : parseOperand(operand, flags.text('namespace'));
  const connection = await connectTarget(call, open);
  try {
    const cluster = connection.target.name;
    const root = repositoryOf(flags.text('workspace') ?? '.', io);
    const answers = await askWhy({ cluster, reader: connection.client, root }, { ready: true }, signal);
    const [read] = answers.state.clusters;
    const ref = wanted && read && find(wanted, read, operand ?? '');
    const one = ref && (await answers.of(ref));
    const notes = await answers.notes(ref);
    if (flags.text('output') === 'json') {
      const unready = ref ? [one ?? []].flat() : await answers.all();
      const ready = ref && !one ? [{ object: printRef(ref), ready: true }] : [];
      io.stdout.write(`${stringifyJson([...ready, ...unready.map(whyJson), ...notes.map(noteJson)], 2)}\n`);
      return unready.length === 0 ? EXIT.ok : EXIT.failed;
    }
    const causes = ref ? (one ? [{ why: one, ref, waiting: [] }] : []) : await answers.causes();
    if (causes.length > 0) io.stdout.write(causes.map((cause) => causeText(cause, io)).join(''));
    else if (ref) io.stdout.write(`${objectName(ref)} is ready.\n`);
    else if (read && read.sources.length + read.kustomizations.length > 0)
      io.stdout.write(`Everything in ${cluster} is ready.\n`);
    else io.stdout.write(`Nothing is reconciled in ${cluster} yet: begin with "plumbline run --workspace DIR".\n`);
    io.stdout.write(notes.map(({ links }) => `Note: ${told(links, io)}\n`).join(''));
    return causes.length === 0 ? EXIT.ok : EXIT.failed;
  } finally {
    connection.client.dispose();
  }
}

/** Why, and in a line below it what waits for that. */
function causeText(cause: Cause, io: Io): string {
  const waiting = waitingSentence(cause);
  return `${told(cause.why.links, io)}\n${waiting === '' ? '' : `  ${waiting}\n`}`;
}

/** One sentence; for a person whose screen it does not fit, each part in a line. */
function told(links: readonly WhyLink[], { interactive, columns }: Io): string {
  const sentence = whySentence(links);
  return interactive && sentence.length > columns ? whySentence(links, '\n  -> ') : sentence;
}

type Wanted = Partial<Pick<ObjectRef, 'namespace'>> & Pick<ObjectRef, 'kind' | 'name'>;

function parseOperand(text: string, namespace: string | undefined): Wanted {
  const [first = '', ...rest] = text.split('/');
  if (rest.length === 0) return { kind: 'Kustomization', namespace: namespace ?? DEFAULT_NAMESPACE, name: first };
  const name = rest.at(-1) ?? '';
  if (rest.length > 2 || first === '' || name === '')
    throw new UsageError(`"${text}" names no object: write KUSTOMIZATION or KIND/NAMESPACE/NAME`);
  const own = rest.length === 2 ? rest[0] : namespace;
  return { kind: first, name, ...(own === undefined ? {} : { namespace: own }) };
}

/** What is named among what the cluster's Flux objects know. Throws Error with one sentence where it is not there. */
function find(wanted: Wanted, cluster: ClusterState, operand: string): ObjectRef {
  const known = [
    ...cluster.kustomizations.map(refOf),
    ...cluster.sources.map(refOf),
    ...cluster.kustomizations.flatMap(inventoryOfKustomization),
  ];
  const found = known.filter(
    (ref) =>
      ref.kind.toLowerCase() === wanted.kind.toLowerCase() &&
      ref.name === wanted.name &&
      (wanted.namespace === undefined || ref.namespace === wanted.namespace),
  );
  const unique = [...new Map(found.map((ref) => [keyOf(ref), ref])).values()];
  const [first, second] = unique;
  if (first && !second) return first;
  if (second) throw new Error(`${operand} names several objects: ${unique.map(printRef).join(', ')}`);
  const name = objectName({ kind: wanted.kind, name: wanted.name, namespace: wanted.namespace ?? '' });
  if (wanted.kind !== 'Kustomization') throw new Error(`no kustomization of ${cluster.name} has a ${name}`);
  const others = cluster.kustomizations.map((one) => scopedName(refOf(one)));
  throw new Error(`${cluster.name} has no ${name}${others.length > 0 ? `: it has ${others.join(', ')}` : ''}`);
}

function whyJson({ ref, links }: Why): JsonObject {
  return { object: printRef(ref), ready: false, why: whySentence(links), links: links.map(linkJson) };
}

/** Ready all the same: information. */
function noteJson({ ref, links }: Why): JsonObject {
  return { object: printRef(ref), ready: true, note: whySentence(links), links: links.map(linkJson) };
}

function linkJson({ text, target }: WhyLink): JsonObject {
  switch (target?.kind) {
    case 'object':
    case 'kustomization':
      return { text, object: printRef(target.ref) };
    case 'place':
      return { text, file: target.path, line: target.line };
    case 'commit':
      return { text, commit: target.id };
    case undefined:
      return { text };
  }
}
