// Damaged bytes in files of Flux objects: the check ends, never throws, and says of everything a place that exists.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printFinding } from '../../model/finding.ts';
import { builtinSchemas } from '../../schema/builtin.ts';
import { typesOfCrd } from '../../schema/crd.ts';
import { fluxCrds } from '../../schema/data/flux-crds.ts';
import { memorySnapshot } from '../../source/memory.ts';
import { newFetchedThings } from '../../render/remote/fetching.ts';
import { checkFluxObjects } from './checkFolder.ts';
import type { FluxCheck } from './checkFolder.ts';

const TREE: Readonly<Record<string, string>> = {
  'clusters/dev/flux.yaml': `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: repo, namespace: flux-system}
spec: {url: "https://example.com/a.git", interval: 5m}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: app, namespace: flux-system}
spec:
  path: ./app
  interval: 5m
  prune: true
  sourceRef: {kind: GitRepository, name: repo}
  dependsOn: [{name: app}]
  patches:
  - patch: '{"kind": "ConfigMap", "metadata": {"name": "a"}}'
    target: {kind: ConfigMap}
  postBuild: {substitute: {A: x}}
`,
  'app/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: "${A}"}\n',
};

const schemas = builtinSchemas().with(fluxCrds().flatMap((crd) => typesOfCrd(crd)));
const encoder = new TextEncoder();

function check(files: Readonly<Record<string, string | Uint8Array>>): Promise<FluxCheck> {
  const options = {
    directory: '',
    variables: () => undefined,
    build: { schemas, loadRestrictor: 'none', order: 'none' } as const,
    render: <T>(make: (fetched: ReturnType<typeof newFetchedThings>) => T) => Promise.resolve(make(newFetchedThings())),
  };
  return checkFluxObjects(memorySnapshot(files), options, new AbortController().signal);
}

test('a right repository has nothing wrong', async () => {
  expect(await check(TREE)).toEqual({ count: 1, findings: [] });
});

test('a number in place of a quoted variable is no text any more, and the remedy is said', async () => {
  const flux = TREE['clusters/dev/flux.yaml']?.replace('{A: x}', '{A: "1"}') ?? '';
  const { findings } = await check({ ...TREE, 'clusters/dev/flux.yaml': flux });
  expect(findings.map(printFinding)).toEqual([
    `app/a.yaml:4:11: data.a: expected string, got 1: substitution keeps no quotes around a variable; set a variable, as q: '"', and write \${q} before and behind it`,
  ]);
});

test('text that substitution needs what is not here for is not judged', async () => {
  const flux = TREE['clusters/dev/flux.yaml']?.replace(
    'substitute: {A: x}',
    'substituteFrom: [{kind: Secret, name: s}]',
  );
  const files = {
    ...TREE,
    'clusters/dev/flux.yaml': flux ?? '',
    'app/a.yaml': `${TREE['app/a.yaml']}immutable: \${B}\n`,
  };
  expect((await check(files)).findings).toEqual([]);
});

const damage = fc.record({
  file: fc.constantFrom(...Object.keys(TREE)),
  at: fc.nat(800),
  removed: fc.nat(5),
  inserted: fc.oneof(
    fc.uint8Array({ maxLength: 3 }),
    fc.constantFrom('- ', ': ', '[', '{', '"', '..', '/', '\n').map((text) => encoder.encode(text)),
  ),
});

test('damaged bytes give findings with places, never an exception', async () => {
  await fc.assert(
    fc.asyncProperty(damage, async ({ file, at, removed, inserted }) => {
      const old = encoder.encode(TREE[file]);
      const from = at % (old.length + 1);
      const files = {
        ...TREE,
        [file]: Uint8Array.from([...old.slice(0, from), ...inserted, ...old.slice(from + removed)]),
      };
      for (const finding of (await check(files)).findings) {
        expect(Object.keys(files), finding.message).toContain(finding.at?.source.path);
        expect(finding.at?.start).toBeLessThanOrEqual(finding.at?.source.text.length ?? 0);
      }
    }),
    { seed: 7, numRuns: Number(process.env['DAMAGE_RUNS'] ?? 150) },
  );
});
