// Generated Flux Kustomizations through `flux build kustomization` and through ours: `node test/real/fluxBuilds.ts
// [--runs N] [--seed S] [--show]`. Prints each difference with its seed (`--runs 1 --seed S` repeats it), and counts last.
//
// Where the two programs of Flux differ, ours follows the controller, and what `flux build` gets is made to fit: the variables
// of substituteFrom are given to it inline, what .sourceignore leaves out is no part of our source, and its owner labels,
// which the controller sets when it applies, are taken off.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hasErrors, printFinding } from '../../src/model/finding.ts';
import { getObject, isJsonObject } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { stringifyJson } from '../../src/model/jsonText.ts';
import { toJson } from '../../src/model/node.ts';
import { SourceText } from '../../src/model/sourceText.ts';
import { renderFlux } from '../../src/render/flux/renderFlux.ts';
import type { SchemaSet } from '../../src/schema/schemaSet.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { memorySnapshot } from '../../src/source/memory.ts';
import { isIgnored, parsePatterns } from '../../src/source/sourceignore.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { writeYaml } from '../../src/yaml/write.ts';
import { inLanes } from './lanes.ts';
import { caseOfSeed, seedFlags, seedsOf } from './seeds.ts';
import { reportCounts, reportMissing } from '../counts.ts';
import { withFiles } from '../folder.ts';
import { knownSeeds } from './knownSeeds.ts';
import { findOracle } from './oracle.ts';
import { fluxCases } from './fluxArbitrary.ts';
import type { FluxCase } from './fluxArbitrary.ts';

const LANES = 2;
const OWNER = 'kustomize.toolkit.fluxcd.io/';

interface Built {
  /** The objects as JSON, one a line. */
  readonly text: string | undefined;
  readonly error: string;
}

function kustomizationOf(spec: JsonObject): JsonObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'app', namespace: 'flux-system' },
    spec,
  };
}

/** The variables as one inline map: `--dry-run` reads no ConfigMap. */
function inlined({ spec, sources }: FluxCase): JsonObject {
  const postBuild = getObject(spec, 'postBuild');
  if (!postBuild) return spec;
  const { substituteFrom: _, ...rest } = postBuild;
  const all: JsonObject = {};
  for (const { data } of sources) Object.assign(all, data);
  return { ...spec, postBuild: { ...rest, substitute: { ...all, ...getObject(postBuild, 'substitute') } } };
}

function theirs(program: string, folder: string, one: FluxCase): Promise<Built> {
  const file = join(folder, 'flux.json');
  writeFileSync(file, stringifyJson(kustomizationOf(inlined(one))));
  const args = ['build', 'kustomization', 'app', '--dry-run', '--path', join(folder, one.path)];
  args.push('--kustomization-file', file, ...(one.strict ? ['--strict-substitute'] : []));
  const env = { ...process.env, KUBECONFIG: join(folder, 'none'), GIT_ALLOW_PROTOCOL: 'none' };
  return new Promise((done) => {
    execFile(program, args, { maxBuffer: 1 << 28, env }, (error, stdout, stderr) => {
      done(error ? { text: undefined, error: stderr.replaceAll(folder, '') } : { text: objectsOf(stdout), error: '' });
    });
  });
}

function ours(one: FluxCase, schemas: SchemaSet): Built {
  const options = { schemas, loadRestrictor: 'none', order: 'none', strictSubstitution: one.strict } as const;
  const sources = one.sources.map(({ kind, name, data }) => ({
    kind,
    name,
    data: data && new Map(Object.entries(data)),
  }));
  try {
    const { manifests, findings } = renderFlux(
      memorySnapshot(artifact(one)),
      kustomizationOf(one.spec),
      sources,
      options,
    );
    const errors = findings.filter(({ severity }) => severity === 'error').map(printFinding);
    return hasErrors(findings)
      ? { text: undefined, error: errors.join(' | ') }
      : { text: objectsOf(manifests.map(({ node }) => writeYaml(node)).join('---\n')), error: '' };
  } catch (error) {
    return { text: undefined, error: `CRASH ${String((error as Error).stack)}` };
  }
}

/** What source-controller would put into the artifact. */
function artifact({ files, path }: FluxCase): Record<string, string> {
  const patterns = parsePatterns(files[`${path}/.sourceignore`] ?? '', [path]);
  return Object.fromEntries(Object.entries(files).filter(([file]) => !isIgnored(patterns, file.split('/'), false)));
}

/** Refusals that say nothing: of masking encrypted Secrets, which is `flux build`'s own and goes wrong on others, and crashes. */
const NOTHING = /failed to mask secret|recovered from kustomize build panic/;

/** Objects of a YAML text as JSON lines, without owner labels and the maps that held nothing else. */
function objectsOf(text: string): string {
  const { documents } = readYaml(new SourceText('', text), 'kubernetes');
  return documents
    .map((document) => toJson(document))
    .filter((document) => document !== null)
    .map((document) => stringifyJson(withoutOwner(document)))
    .join('\n');
}

function withoutOwner(value: JsonValue): JsonValue {
  const metadata = isJsonObject(value) ? getObject(value, 'metadata') : undefined;
  if (!isJsonObject(value) || !metadata) return sorted(value);
  const labels = Object.entries(getObject(metadata, 'labels') ?? {}).filter(
    ([key]) => key !== `${OWNER}name` && key !== `${OWNER}namespace`,
  );
  const { labels: _, ...rest } = metadata;
  const kept = labels.length > 0 ? { ...rest, labels: Object.fromEntries(labels) } : rest;
  const texts = value['kind'] === 'Secret' ? getObject(value, 'stringData') : undefined;
  const stringData = texts && Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, String(text)]));
  return sorted({ ...value, metadata: kept, ...(stringData ? { stringData } : {}) });
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** The difference in one line, undefined where there is none. */
function differenceOf(own: Built, peer: Built): string | undefined {
  if (own.error.startsWith('CRASH')) return own.error;
  if (own.text === peer.text || NOTHING.test(peer.error)) return undefined;
  if (own.text === undefined) return `only ours fails: ${own.error.slice(0, 500)}`;
  if (peer.text === undefined) return `only flux fails: ${peer.error.trim().slice(-500)}`;
  const [a, b] = [own.text.split('\n'), peer.text.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  const line = at < 0 ? a.length : at;
  return `object ${line + 1}:\n  ours   ${a[line] ?? '(none)'}\n  theirs ${b[line] ?? '(none)'}`;
}

/**
 * Where only ours fails, for a name that `crds` tell of, which flux's build of Go loses (docs/differences.md): kustomize
 * itself must refuse the same root for the same.
 */
function isLostByFlux(own: Built, folder: string, { path }: FluxCase): Promise<boolean> {
  const kustomize = findOracle('kustomize-5.8.3') ?? findOracle('kustomize');
  if (!kustomize || own.text !== undefined || !own.error.includes('cannot follow its object'))
    return Promise.resolve(false);
  const args = ['build', '--load-restrictor', 'LoadRestrictionsNone', join(folder, path)];
  return new Promise((done) => {
    execFile(kustomize, args, (_, __, stderr) => done(stderr.includes('Error: updating name reference in')));
  });
}

function show(one: FluxCase): string {
  const files = Object.entries(one.files).map(([path, text]) => `=== ${path}\n${text}`);
  return `${files.join('')}=== spec\n${stringifyJson(one.spec, 1)}\n${JSON.stringify(one.sources)} strict ${one.strict}`;
}

const { values } = parseArgs({
  options: { ...seedFlags, show: { type: 'boolean' } },
});
const flux = findOracle('flux');
if (flux) {
  const { first, last, seeds } = seedsOf(values, 500);
  const schemas = builtinSchemas();
  const counts = { passed: 0, failed: 0, refused: 0, older: 0, known: 0, lost: 0 };
  const known = knownSeeds('flux-builds.txt');
  await inLanes(LANES, seeds, async (seed) => {
    const one = caseOfSeed(fluxCases, seed);
    const own = ours(one, schemas);
    const { peer, isLost } = await withFiles(one.files, async (folder) => {
      const answer = await theirs(flux, folder, one);
      return { peer: answer, isLost: answer.text !== undefined && (await isLostByFlux(own, folder, one)) };
    });
    const difference = differenceOf(own, peer);
    // The program has an older kustomize inside, which does not know the newest fields.
    if (own.text !== undefined && /unknown field/.test(peer.error)) counts.older++;
    else if (difference === undefined) counts.passed++;
    else if (isLost) counts.lost++;
    else {
      const isKnown = known.has(seed);
      counts[isKnown ? 'known' : 'failed']++;
      console.log(`seed ${seed}${isKnown ? ' (known)' : ''}: ${difference}`);
      if (values.show === true) console.log(show(one));
    }
    if (own.text === undefined && peer.text === undefined) {
      counts.refused++;
      if (values.show === true)
        console.log(`seed ${seed}: both refuse: ${own.error} | ${peer.error.trim().slice(-300)}`);
    }
  });
  console.log(`seeds ${first} to ${last}; both programs refused ${counts.refused}`);
  if (counts.older > 0) console.log(`skipped: ${counts.older} trees have fields that flux's kustomize does not know`);
  if (counts.lost > 0)
    console.log(`skipped: kustomize refuses ${counts.lost} trees as ours does, for names that flux loses`);
  if (counts.known > 0) console.log(`known to differ, by test/conformance/known/flux-builds.txt: ${counts.known}`);
  reportCounts({ passed: counts.passed, failed: counts.failed, skipped: counts.older + counts.lost + counts.known });
} else {
  reportMissing('flux');
}
