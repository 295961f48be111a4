// Flux's example repositories, reconciled by the real controllers on one kube-apiserver and by our loop on another: what each
// Kustomization says of itself and owns is compared. `node test/real/fluxExamples.ts FOLDER[:PATH]...`, PATH being that of the
// cluster (`clusters/staging`). Neither cluster has a helm-controller; with `--charts` a stand-in answers for it, and for the
// registries, that every release, chart and OCI artifact is ready, without what the charts would bring. Works on copies.
import { spawnSync } from 'node:child_process';
import type { StdioOptions } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { KubeClient } from '../../src/kube/client.ts';
import { connect } from '../../src/kube/connect.ts';
import { getList, getPath, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { refOf } from '../../src/model/objectRef.ts';
import { silentLog } from '../../src/model/log.ts';
import { bootstrap } from '../../src/reconcile/entry/bootstrap.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { fluxCrds } from '../../src/schema/data/flux-crds.ts';
import { spawnLoop } from './loopProcess.ts';
import { startArtifacts } from './artifactStandIn.ts';
import { answerForCharts } from './chartStandIn.ts';
import { startControlPlane } from './controlPlane.ts';
import { ended } from './ended.ts';
import { startFluxControllers } from './fluxControllers.ts';
import { startGitServer } from './gitServer.ts';
import { findOracle } from './oracle.ts';

/** The only sources that the real source-controller may look at: nothing else can be reached from a test. */
const LABEL = 'plumbline.test/reachable';
/** Nothing has changed for this long, and nothing is on its way: this is the answer. */
const SETTLED_MS = 12_000;
const LIMIT_MS = 180_000;
/** In place of the minutes that the repositories give their health checks. */
const TIMEOUT = '20s';

type Engine = 'theirs' | 'ours';

/** What a Kustomization says and owns. */
interface Answer {
  readonly ready: string;
  readonly reason: string;
  readonly message: string;
  readonly applied: string;
  readonly inventory: readonly string[];
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { charts: { type: 'boolean' }, show: { type: 'boolean' } },
});
const missing = ['git', 'tar', 'etcd', 'kube-apiserver', 'source-controller', 'kustomize-controller'].find(
  (name) => findOracle(name) === undefined,
);
let [equal, different] = [0, 0];
if (missing !== undefined) console.log(`skipped: ${missing} not found`);
else for (const word of positionals) await compare(word);
console.log(`${equal} equal, ${different} different, ${missing === undefined ? 0 : positionals.length} skipped`);
process.exitCode = different > 0 ? 1 : 0;

async function compare(word: string): Promise<void> {
  const [folder = '', path = 'clusters/staging'] = word.split(':');
  console.log(`${basename(folder)}, ${path}${flags.charts === true ? ', charts answered for' : ''}`);
  const theirs = await answersOf('theirs', folder, path);
  const ours = await answersOf('ours', folder, path);
  for (const name of [...new Set([...theirs.keys(), ...ours.keys()])].toSorted()) {
    const [their, own] = [theirs.get(name), ours.get(name)];
    const same = differences(their, own).length === 0;
    if (same) equal++;
    else different++;
    console.log(`  ${same ? '=' : '≠'} ${name}`);
    if (same && their) console.log(`      both    ${said(their)}`);
    else
      console.log(`      theirs  ${their ? said(their) : 'not there'}\n      ours    ${own ? said(own) : 'not there'}`);
    for (const line of same ? [] : differences(their, own)) console.log(`      ${line}`);
  }
}

function said({ ready, reason, message, inventory }: Answer): string {
  return `Ready ${ready} ${reason}, ${inventory.length} objects: ${message.replaceAll('\n', ' ').slice(0, flags.show === true ? 4_000 : 220)}`;
}

/** Words of a failure differ on purpose (docs/differences.md); everything else is compared. */
function differences(theirs: Answer | undefined, ours: Answer | undefined): string[] {
  if (!theirs || !ours) return ['one of them has no such Kustomization'];
  const fields = (['ready', 'reason', 'applied'] as const).flatMap((field) =>
    theirs[field] === ours[field] ? [] : [`${field}: theirs ${theirs[field]}, ours ${ours[field]}`],
  );
  const only = (a: Answer, b: Answer): string[] => a.inventory.filter((id) => !b.inventory.includes(id));
  return [
    ...fields,
    ...only(theirs, ours).map((id) => `only in their inventory: ${id}`),
    ...only(ours, theirs).map((id) => `only in our inventory: ${id}`),
  ];
}

async function answersOf(engine: Engine, folder: string, path: string): Promise<Map<string, Answer>> {
  const closing: (() => unknown)[] = [];
  const root = mkdtempSync(join(tmpdir(), 'plumbline-examples-'));
  closing.push(() => rmSync(root, { recursive: true, force: true }));
  try {
    const work = copyRepository(resolve(folder), root);
    const git = await startGitServer(root);
    closing.push(() => git.dispose());
    const plane = await startControlPlane();
    if (!plane) throw new Error('the control plane did not start');
    closing.push(() => plane.dispose());
    const client = await connect({ kubeconfig: plane.kubeconfig, log: silentLog });
    closing.push(() => client.dispose());
    await install(client, `${git.url}/repository.git`, path);
    if (engine === 'theirs') {
      const artifacts = await startArtifacts(client, work, root);
      closing.push(() => artifacts.dispose());
      const more = ['--watch-label-selector=', '--feature-gates=ExternalArtifact=true', '--requeue-dependency=2s'];
      const flux = await startFluxControllers(plane.kubeconfig, more, [`--watch-label-selector=${LABEL}`]);
      closing.push(() => flux?.dispose());
    } else closing.push(startOurs(plane.kubeconfig, join(root, 'home')));
    const charts = flags.charts === true ? answerForCharts(client) : undefined;
    closing.push(() => charts?.dispose());
    return await settledAnswers(client);
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

/** A work tree and a bare repository of what is at HEAD, with health checks that end sooner. */
function copyRepository(from: string, root: string): string {
  const work = join(root, 'work');
  const git = (...args: string[]): void => {
    const { status, stderr } = spawnSync('git', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  };
  git('clone', '-q', '--no-local', from, work);
  for (const file of readdirSync(work, { recursive: true, encoding: 'utf8' })) {
    if (!/\.ya?ml$/.test(file) || file.startsWith('.git')) continue;
    const text = readFileSync(join(work, file), 'utf8');
    if (text.includes('kustomize.toolkit.fluxcd.io'))
      writeFileSync(join(work, file), text.replace(/^( +timeout: )\w+$/gm, `$1${TIMEOUT}`));
  }
  const author = ['-c', 'user.name=Ada Example', '-c', 'user.email=ada@example.com'];
  git('-C', work, 'checkout', '-q', '-B', 'main');
  git('-C', work, ...author, 'commit', '-q', '--allow-empty', '-a', '-m', 'Shorter health checks');
  git('clone', '-q', '--bare', work, join(root, 'repository.git'));
  return work;
}

/** What `flux bootstrap` leaves in a cluster, but for the controllers. */
async function install(client: KubeClient, url: string, path: string): Promise<void> {
  await bootstrap(client, fluxCrds(), undefined, AbortSignal.timeout(LIMIT_MS));
  const namespace = 'flux-system';
  const account = { name: 'kustomize-controller', namespace };
  const objects: JsonObject[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'cluster-reconciler-flux-system' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    },
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: namespace, namespace, labels: { [LABEL]: 'yes' } },
      spec: { interval: '1m', url, ref: { branch: 'main' } },
    },
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: namespace, namespace },
      spec: { interval: '10m', path: `./${path}`, prune: true, sourceRef: { kind: 'GitRepository', name: namespace } },
    },
  ];
  for (const object of objects) await client.create(object, { fieldManager: 'flux' });
}

function startOurs(kubeconfig: string, home: string): () => Promise<void> {
  const stdio: StdioOptions = flags.show === true ? ['ignore', 2, 2] : 'ignore';
  const loop = spawnLoop({ program: 'sources', kubeconfig, home, stdio });
  return () => ended(loop);
}

/** Resolves when nothing is on its way and the answers have not changed for a while. */
async function settledAnswers(client: KubeClient): Promise<Map<string, Answer>> {
  const limit = Date.now() + LIMIT_MS;
  let seen = '';
  let since = Date.now();
  for (;;) {
    const type = await client.resourceType(KUSTOMIZATION);
    const items = type ? (await client.list(type, {})).items : [];
    const answers = new Map(items.map((item) => [nameOf(item), answerOf(item)]));
    const now = JSON.stringify([...answers.values()].map(({ ready, reason, inventory }) => [ready, reason, inventory]));
    if (now !== seen) since = Date.now();
    seen = now;
    const quiet = Date.now() - since > SETTLED_MS && [...answers.values()].every(isAnswer);
    if (quiet || Date.now() > limit) return answers;
    await new Promise((done) => setTimeout(done, 250));
  }
}

function isAnswer({ ready, reason }: Answer): boolean {
  return (ready === 'True' || ready === 'False') && reason !== 'Progressing';
}

function nameOf(object: JsonObject): string {
  const { namespace, name } = refOf(object);
  return `${namespace}/${name}`;
}

function answerOf(object: JsonObject): Answer {
  const found = getList(object, 'status', 'conditions')?.find((one) => getString(one, 'type') === 'Ready');
  const field = (name: string): string => getString(found, name) ?? '';
  const revision = getString(object, 'status', 'lastAppliedRevision');
  return {
    ready: field('status'),
    reason: field('reason'),
    message: field('message'),
    applied: revision === undefined ? 'nothing' : revision.replace(/[0-9a-f]{40,}/, '<hash>'),
    inventory: (getList(object, 'status', 'inventory', 'entries') ?? []).map(
      (entry) => `${getString(entry, 'id') ?? ''} ${String(getPath(entry, 'v'))}`,
    ),
  };
}
