// Real repositories, end to end: every kustomization root against kustomize, the loop on an embedded cluster of its own,
// and a commit that the cluster must follow. `node test/real/repositories.ts FOLDER[:PATH]...`; `shop` and `vote` are the
// samples, PATH is the folder to reconcile in a repository without Flux objects. Works on copies.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openClusters } from '../../src/clusters/clusters.ts';
import { connect } from '../../src/kube/connect.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { inventoryOfKustomization } from '../../src/model/inventoryOfKustomization.ts';
import { equalJson, getList, getPath, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';
import { printRef } from '../../src/model/objectRef.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import { createSample, SAMPLES } from '../../src/samples/createSample.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { commitFiles } from '../../src/source/git/write.ts';
import { reportCounts } from '../counts.ts';
import { changeField } from './fieldChange.ts';
import { findOracle } from './oracle.ts';
import { compareRoot, findRoots } from './roots.ts';
import type { RootResult } from './roots.ts';

const cli = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'cli.cjs');
const KUSTOMIZATION = { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization' };
const CONVERGE_S = 120;
const FOLLOW_MS = 30_000;
const AUTHOR = { name: 'Ada Example', email: 'ada@example.com' };

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const schemas = builtinSchemas();
const tally: Tally = { passed: 0, failed: 0, skipped: 0 };

function check(passed: boolean, text: string): void {
  if (passed) tally.passed++;
  else tally.failed++;
  console.log(`  ${passed ? '✔' : '✗'} ${text}`);
}

async function makeCopy(name: string, to: string): Promise<void> {
  const sample = SAMPLES.find((one) => one === name);
  if (sample && !existsSync(name)) await createSample(sample, to, AbortSignal.timeout(60_000));
  else cpSync(resolve(name), to, { recursive: true, verbatimSymlinks: true });
}

async function compareRoots(root: string): Promise<void> {
  const kustomize = findOracle('kustomize');
  if (!kustomize) {
    tally.skipped++;
    console.log('  skipped: kustomize not found');
    return;
  }
  const results: RootResult[] = [];
  for (const one of findRoots(root)) results.push(await compareRoot(one, [kustomize, 'build'], schemas));
  const bothFail = results.filter(({ outcome }) => outcome === 'both fail');
  const equal = results.filter(({ outcome }) => outcome === 'equal');
  for (const { root: at, outcome, detail } of results)
    if (outcome !== 'equal') console.log(`    ${outcome}: ${relative(root, at) || '.'}: ${detail}`);
  check(
    equal.length + bothFail.length === results.length,
    `${equal.length} of ${results.length} roots equal kustomize's, ${bothFail.length} fail in both`,
  );
}

async function repository(word: string): Promise<void> {
  const [name = '', path] = word.split(':');
  console.log(`${basename(name)}${path === undefined ? '' : `, path ${path}`}`);
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-real-'));
  const root = join(folder, basename(name));
  const home = join(folder, 'home');
  const env = { ...process.env, PLUMBLINE_HOME: home };
  const words = ['run', '--cluster', 'real', '--workspace', root, ...(path === undefined ? [] : ['--path', path])];
  try {
    await makeCopy(name, root);
    await compareRoots(root);
    const once = spawnSync(
      process.execPath,
      [cli, ...words, '--create', '--once', '--output', 'lines', '--timeout', String(CONVERGE_S)],
      { env, encoding: 'utf8', timeout: (CONVERGE_S + 60) * 1000 },
    );
    for (const line of once.stderr.split('\n').filter((text) => /^(► (starting from|made)|error)/.test(text)))
      console.log(`    ${line}`);
    const kubeconfig = openClusters(home, []).get('real')?.kubeconfig;
    if (kubeconfig === undefined) return check(false, `no cluster: ${once.stderr.trim().slice(0, 400)}`);
    const client = await connect({ kubeconfig, log: silentLog });
    try {
      const ready = await reportKustomizations(client);
      await follow(client, root, ready, words, env);
    } finally {
      client.dispose();
    }
  } finally {
    spawnSync(process.execPath, [cli, 'cluster', 'delete', 'real', '--yes'], {
      env,
      encoding: 'utf8',
      timeout: 60_000,
    });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One line for each Kustomization, with the cause where it is not ready; resolves to those that are. */
async function reportKustomizations(client: KubeClient): Promise<JsonObject[]> {
  const type = await client.resourceType(KUSTOMIZATION);
  const items = type ? (await client.list(type, {})).items : [];
  if (items.length === 0) check(false, 'no Kustomization in the cluster');
  const ready = items.filter((item) => condition(item)?.status === 'True');
  for (const item of items) {
    const { namespace, name } = (item['metadata'] ?? {}) as { namespace?: string; name?: string };
    const count = inventoryOfKustomization(item).length;
    check(
      ready.includes(item),
      `${namespace ?? ''}/${name ?? ''}: ${ready.includes(item) ? `ready, ${count} objects` : (condition(item)?.message.trim() ?? 'no condition')}`,
    );
  }
  return ready;
}

function condition(object: JsonObject): { status: string; message: string } | undefined {
  const found = getList(object, 'status', 'conditions')?.find((one) => getString(one, 'type') === 'Ready');
  return found === undefined
    ? undefined
    : { status: getString(found, 'status') ?? '', message: getString(found, 'message') ?? '' };
}

/** Runs the loop, commits a change of one field, and waits for the cluster. */
async function follow(
  client: KubeClient,
  root: string,
  ready: readonly JsonObject[],
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const objects: { ref: ObjectRef; live: JsonObject }[] = [];
  for (const ref of ready.flatMap(inventoryOfKustomization)) {
    const live = await client.get(ref).catch(() => undefined);
    if (live) objects.push({ ref, live });
  }
  const change = changeField(root, objects);
  if (!change) return check(false, 'no replicas or interval of a converged object was found in the files');
  const loop = spawn(process.execPath, [cli, ...words, '--output', 'json'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((done) => loop.on('exit', () => done()));
  try {
    await new Promise<void>((done) => loop.stdout.once('data', () => done()));
    const start = Date.now();
    await commitFiles(root, {
      message: `Set ${change.field}\n`,
      author: AUTHOR,
      time: Math.floor(start / 1000),
      paths: [change.file],
    });
    let live = change.before;
    while (!equalJson(live, change.after) && Date.now() - start < FOLLOW_MS) {
      await new Promise((done) => setTimeout(done, 20));
      live = getPath(await client.get(change.ref), 'spec', change.field);
    }
    const said = `${printRef(change.ref)} spec.${change.field} ${String(change.before)} -> ${String(change.after)} (${change.file})`;
    check(
      equalJson(live, change.after),
      `commit followed: ${said}${equalJson(live, change.after) ? ` in ${Date.now() - start} ms` : `: it is still ${String(live)}`}`,
    );
  } finally {
    loop.kill('SIGINT');
    await ended;
  }
}

for (const word of process.argv.slice(2)) await repository(word);
reportCounts(tally);
