// Damaged bytes anywhere in a small tree: a build always ends, never throws, and says of each error a place that exists.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding } from '../model/finding.ts';
import { builtinSchemas } from '../schema/builtin.ts';
import { memorySnapshot } from '../source/memory.ts';
import { validate } from '../validate/validate.ts';
import { build } from './build.ts';
import { renderFlux } from './flux/renderFlux.ts';
import { printManifests } from './output/print.ts';
import type { BuildOptions } from './rendering.ts';

const TREE: Readonly<Record<string, string>> = {
  'app/kustomization.yaml': `namePrefix: dev-
resources: [../base, more.yaml]
components: [../part]
labels:
- pairs: {team: web}
  includeSelectors: true
images:
- {name: nginx, newTag: "1.27"}
replicas:
- {name: web, count: 3}
patches:
- path: patch.yaml
- target: {kind: Deployment, name: w.*}
  patch: |-
    - op: replace
      path: /spec/template/spec/containers/0/image
      value: nginx:2
replacements:
- source: {kind: ConfigMap, name: settings, fieldPath: data.host}
  targets:
  - select: {kind: Deployment}
    fieldPaths: ["spec.template.spec.containers.[name=web].env.[name=HOST].value"]
`,
  'app/more.yaml': 'kind: Service\napiVersion: v1\nmetadata: &m {name: web}\nspec:\n  ports: [{port: 80}]\n',
  'app/patch.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: web
        env: [{name: HOST, value: "\${HOST}"}]
`,
  'base/kustomization.yaml': `resources:\n- web.yaml
configMapGenerator:
- name: settings
  literals: [host=db]
  files: [key=data.txt]
  envs: [vars.env]
`,
  'base/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx # {"$ref": "x"}
        envFrom:
        - configMapRef: {name: settings}
`,
  'base/data.txt': 'some\ntext\n',
  'base/vars.env': 'A=1\n# none\nB=2\n',
  'part/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamespace: shop\n',
};

const schemas = builtinSchemas();
const options: BuildOptions = { schemas, loadRestrictor: 'rootOnly', order: 'legacy' };
const encoder = new TextEncoder();

interface Damage {
  readonly file: string;
  readonly at: number;
  readonly removed: number;
  readonly inserted: Uint8Array;
}

/** Texts that mean something to YAML. */
const MARKS = [
  '\t',
  ': ',
  '- ',
  '[',
  '}',
  '"',
  '|\n',
  '&m ',
  '*m',
  '<<: *m',
  '---\n',
  '\0',
  '\n ',
  '{{ x }}',
  '..',
  '#',
];

const bytes = fc.oneof(
  fc.constantFrom(...MARKS).map((text) => encoder.encode(text)),
  fc.uint8Array({ maxLength: 3 }),
);

const damage: fc.Arbitrary<Damage> = fc.record({
  file: fc.constantFrom(...Object.keys(TREE)),
  at: fc.nat(600),
  removed: fc.nat(4),
  inserted: bytes,
});

function damaged(all: readonly Damage[]): Record<string, Uint8Array> {
  const files = Object.fromEntries(Object.entries(TREE).map(([path, text]) => [path, encoder.encode(text)]));
  for (const { file, at, removed, inserted } of all) {
    const old = files[file] ?? new Uint8Array();
    const from = at % (old.length + 1);
    files[file] = Uint8Array.from([...old.slice(0, from), ...inserted, ...old.slice(from + removed)]);
  }
  return files;
}

function placesAreReal(findings: readonly Finding[], files: Readonly<Record<string, Uint8Array>>): void {
  for (const { message, at, severity } of findings) {
    expect(message).not.toBe('');
    if (severity === 'error') expect(at, message).toBeDefined();
    if (!at) continue;
    expect(Object.keys(files), message).toContain(at.source.path);
    expect(at.start, message).toBeLessThanOrEqual(at.source.text.length);
    expect(at.end, message).toBeGreaterThanOrEqual(at.start);
  }
}

test('damaged bytes give findings with places, never an exception', () => {
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (all) => {
      const files = damaged(all);
      const snapshot = memorySnapshot(files);
      const rendering = build(snapshot, 'app', options);
      placesAreReal(rendering.findings, files);
      placesAreReal(validate(rendering.manifests, schemas), files);
      expect(typeof printManifests(rendering.manifests)).toBe('string');
      const object = { kind: 'Kustomization', metadata: { name: 'app' }, spec: { path: './base' } };
      placesAreReal(renderFlux(snapshot, object, [], options).findings, files);
    }),
    { seed: Number(process.env['DAMAGE_SEED'] ?? 7), numRuns: Number(process.env['DAMAGE_RUNS'] ?? 150) },
  );
});
