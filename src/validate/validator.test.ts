import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deployment, options, others } from '../../test/render/scratch.ts';
import { printFinding } from '../model/finding.ts';
import type { Finding } from '../model/finding.ts';
import { newBuilder } from '../render/rebuild/builder.ts';
import { builtinSchemas } from '../schema/builtin.ts';
import { memorySnapshot } from '../source/memory.ts';
import { validate } from './validate.ts';
import { newValidator } from './validator.ts';

const schemas = builtinSchemas();
const OVERLAY = 'overlay/kustomization.yaml';

const tree: Readonly<Record<string, string>> = {
  'base/kustomization.yaml': 'resources: [all.yaml]\n',
  'base/all.yaml': [deployment('a', ''), others('a'), deployment('b', ''), others('b')].join('---\n'),
  [OVERLAY]: `resources: [../base]
namespace: prod
labels:
- pairs: {team: shop}
  includeSelectors: true
commonAnnotations: {by: us}
patches:
- target: {kind: Deployment}
  patch: |-
    - op: add
      path: /spec/paused
      value: true
- target: {kind: Service}
  patch: |-
    - op: add
      path: /spec/type
      value: NodePort
- target: {name: settings-.*}
  patch: |-
    - op: add
      path: /data/more
      value: text
`,
};

/** What may stand behind a text of a file: what is right and what is wrong, here and in other objects. */
const edits: readonly (readonly [file: string, at: string, texts: readonly string[]])[] = [
  [OVERLAY, 'team: ', ['shop}', '"not a label!"}', 'x}']],
  [OVERLAY, 'by: ', ['us}', '1}']],
  [OVERLAY, 'namespace: ', ['prod', 'Not-A-Name', 'dev']],
  [OVERLAY, 'path: /spec/', ['paused', 'pausd', 'template/spec/containers/0/tty', 'replicas']],
  [OVERLAY, 'value: ', ['true', '"yes"', '3', '{a: b}']],
  [OVERLAY, 'value: N', ['odePort', 'oPort']],
  [OVERLAY, 'path: /data/', ['more', 'a b', 'level']],
  [OVERLAY, 'path: /metadata/annotations', ['', '/x']],
  [OVERLAY, 'commonAnnotations: {', ['by: us}', 'kustomize.toolkit.fluxcd.io/ssa: Merge}']],
  ['base/all.yaml', 'replicas: ', ['2', 'many', '3']],
  ['base/all.yaml', 'kind: ', ['Deployment', 'StatefulSet', 'Deploiment']],
  ['base/all.yaml', '- port: ', ['80', 'http']],
];

function said(findings: readonly Finding[]): readonly string[] {
  return findings.map((finding) => JSON.stringify([printFinding(finding), finding.object, finding.field]));
}

test('whatever is edited, what is remembered of earlier renderings changes nothing in what is found', () => {
  let faulty = 0;
  const edit = fc.record({ kind: fc.constantFrom(...edits), text: fc.nat(), again: fc.nat({ max: 2 }) });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 3, maxLength: 10 }), (made) => {
      const files = { ...tree };
      const builder = newBuilder(options);
      const remembering = newValidator(schemas);
      for (const { kind, text, again } of made) {
        const [file, at, texts] = kind;
        for (let i = 0; i <= again; i++) {
          const old = files[file] ?? '';
          const start = old.indexOf(at) + at.length;
          if (start >= at.length)
            files[file] =
              old.slice(0, start) + texts[(text + i) % texts.length] + old.slice(start).replace(/^[^\n]*/, '');
          const { manifests } = builder(memorySnapshot(files), 'overlay');
          for (const substituted of [true, false]) {
            const found = said(remembering(manifests, { substituted }));
            expect(found).toEqual(said(validate(manifests, schemas, { substituted })));
            faulty += Math.sign(found.length);
          }
        }
      }
    }),
    { numRuns: Number(process.env['REBUILD_RUNS'] ?? 60) },
  );
  expect(faulty).toBeGreaterThan(20);
});
