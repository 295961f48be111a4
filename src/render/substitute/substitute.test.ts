import { expect, test } from 'vitest';
import { chainOf } from '../../model/origin.ts';
import { nodeAt } from '../../model/node.ts';
import type { MapNode } from '../../model/node.ts';
import { printPlace, SourceText } from '../../model/sourceText.ts';
import { readYaml } from '../../yaml/read.ts';
import { writeYaml } from '../../yaml/write.ts';
import { substitute } from './substitute.ts';
import { collectVariables } from './variables.ts';

const read = (text: string): MapNode => readYaml(new SourceText('cm.yaml', text), 'resource').documents[0] as MapNode;

function run(text: string, values: Record<string, string>, always = false): { node: MapNode; messages: string[] } {
  const node = read(text);
  const { variables } = collectVariables({ substitute: values }, []);
  const findings = substitute(node, 'ConfigMap/c', { variables, strict: true, always });
  return { node, messages: findings.map((finding) => finding.message) };
}

const CONFIG_MAP = 'kind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: "${A}"\n  b: plain\n';

test('a value takes the type that its text has, whatever quotes the source had', () => {
  expect(writeYaml(run(CONFIG_MAP, { A: '5' }).node)).toContain('a: 5\n');
  expect(writeYaml(run(CONFIG_MAP, { A: 'two\nlines' }).node)).toContain('a: twolines\n');
});

test('a substituted value knows its variable and the template; all others keep their origin', () => {
  const { node } = run(CONFIG_MAP, { A: 'x' });
  const [newest, written] = chainOf(nodeAt(node, ['data', 'a'])!.origin);
  expect(newest?.cause).toEqual({ by: 'substitution', variable: 'A', from: 'postBuild.substitute' });
  expect(newest?.overridden?.value).toBe('${A}');
  expect(printPlace(written!.place!)).toBe('cm.yaml:5:6');
  expect(nodeAt(node, ['data', 'b'])!.origin.cause).toEqual({ by: 'resource' });
});

test('a missing variable is reported where it is written', () => {
  const node = read(CONFIG_MAP);
  const { variables } = collectVariables({ substitute: { B: 'x' } }, []);
  const [finding] = substitute(node, 'ConfigMap/c', { variables, strict: true, always: false });
  expect(finding?.message).toMatch(
    /^substitution failed: variable "A" is not set and has no default; set A in postBuild/,
  );
  expect(printPlace(finding!.at!)).toBe('cm.yaml:5:6');
});

test('nothing happens without variables, unless always, or where the object opts out', () => {
  expect(run(CONFIG_MAP, {}).messages).toEqual([]);
  expect(run(CONFIG_MAP, {}, true).messages).toHaveLength(1);
  const disabled = CONFIG_MAP.replace(
    'name: c',
    'name: c\n  annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}',
  );
  expect(writeYaml(run(disabled, { A: 'x' }).node)).toContain('a: ${A}\n');
});

test('a value may be YAML of its own; text that is none any more is an error', () => {
  expect(writeYaml(run(CONFIG_MAP, { A: '{x: 1}' }).node)).toContain('a:\n    x: 1\n');
  expect(run(CONFIG_MAP, { A: '[' }).messages[0]).toMatch(/^after substitution this is no valid YAML/);
});

test('later references win, inline values win over all; bad names and missing objects are findings', () => {
  const data = (value: string): ReadonlyMap<string, string> =>
    new Map([
      ['A', value],
      ['B', value],
    ]);
  const sources = [
    { kind: 'ConfigMap', name: 'one', data: data('1') },
    { kind: 'Secret', name: 'two', data: data('2') },
  ] as const;
  const substituteFrom = [
    { kind: 'ConfigMap', name: 'one' },
    { kind: 'Secret', name: 'two' },
    { kind: 'Secret', name: 'none', optional: true },
  ];
  const { variables, findings } = collectVariables({ substituteFrom, substitute: { B: '3' } }, sources);
  expect([...variables]).toEqual([
    ['A', { value: '2', from: 'Secret/two' }],
    ['B', { value: '3', from: 'postBuild.substitute' }],
  ]);
  expect(findings).toEqual([]);
  expect(collectVariables({ substitute: { 'a-b': '' } }, []).findings).toHaveLength(1);
  expect(collectVariables({ substituteFrom: [{ kind: 'Secret', name: 'none' }] }, []).findings[0]?.message).toContain(
    'Secret/none',
  );
});
