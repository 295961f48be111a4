// The fifty recorded files with YAML's hazards, read in both dialects and held against what the Go programs made of them:
// the columns `kustomize` (resources) and `sigsyaml` (kustomization.yaml). Prints how many agree.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseJson } from '../../src/model/jsonText.ts';
import { getString, isJsonObject } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { child, textOf } from '../../src/model/node.ts';
import type { Node } from '../../src/model/node.ts';
import { SourceText } from '../../src/model/sourceText.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { writeYaml } from '../../src/yaml/write.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'conformance', 'yaml');
const here = existsSync(join(folder, 'compare.json'));

interface Case {
  readonly name: string;
  readonly source: SourceText;
  readonly record: JsonObject;
}

function cases(): Case[] {
  const compare = parseJson(readFileSync(join(folder, 'compare.json'), 'utf8'));
  if (!isJsonObject(compare)) throw new Error('compare.json holds no object');
  return Object.entries(compare).map(([name, record]) => {
    const source = new SourceText(`${name}.yaml`, readFileSync(join(folder, `${name}.yaml`), 'utf8'));
    return { name, source, record: isJsonObject(record) ? record : {} };
  });
}

/** The record with what its making did to it undone: line breaks were drawn, long text was cut after 300 bytes. */
function recorded(record: JsonObject, column: string): { text: string; isCut: boolean } {
  const text = (getString(record, column) ?? '').replaceAll('⏎', '\n');
  const cut = text.search(/\ufffd*…$/);
  return { text: cut < 0 ? text : text.slice(0, cut), isCut: cut >= 0 };
}

function isFailure(text: string): boolean {
  return text.startsWith('ERR') || text.startsWith('CRASH');
}

/** What a build of this one resource prints: lists are taken apart, and what is no object fails. */
function build(source: SourceText): string | undefined {
  const { documents, findings } = readYaml(source, 'resource');
  if (findings.some((finding) => finding.severity === 'error')) return undefined;
  const objects = documents.flatMap(unwrap);
  if (objects.some((node) => textOf(child(node, 'kind')) === undefined)) return undefined;
  return objects.map((node) => writeYaml(node)).join('---\n');
}

function unwrap(node: Node): Node[] {
  const items = child(node, 'items');
  return textOf(child(node, 'kind')) === 'List' && items?.kind === 'list' ? items.items : [node];
}

function judgeResource({ source, record }: Case): string | undefined {
  const { text, isCut } = recorded(record, 'kustomize');
  const built = build(source);
  if (isFailure(text)) return built === undefined ? undefined : `upstream fails (${text.slice(0, 80)})`;
  if (built === undefined) return 'upstream builds it';
  return (isCut ? built.startsWith(text) : built === text) ? undefined : `is ${built}, must be ${text}`;
}

function judgeKubernetes({ source, record }: Case): string | undefined {
  const { text, isCut } = recorded(record, 'sigsyaml');
  const { documents, findings } = readYaml(source, 'kubernetes');
  const failed = findings.some((finding) => finding.severity === 'error');
  if (isFailure(text)) return failed ? undefined : `upstream fails (${text.slice(0, 80)})`;
  if (failed) return `upstream reads it: ${findings.map((finding) => finding.message).join('; ')}`;
  // A record that was cut is no JSON any more; that it was read is what can be compared.
  if (isCut) return undefined;
  const value = writeYaml(parseJson(text));
  const own = documents[0] ? writeYaml(documents[0]) : 'null\n';
  return own === value ? undefined : `is ${own}, must be ${value}`;
}

test.each([
  ['kustomize', judgeResource],
  ['sigs.k8s.io/yaml', judgeKubernetes],
] as const)('the recorded files as %s reads them', (name, judge) => {
  if (!here) {
    process.stdout.write('skipped: ../shared/conformance not found\n');
    return;
  }
  const all = cases();
  const failures = all.flatMap((one) => {
    const failure = judge(one);
    return failure === undefined ? [] : [`${one.name}: ${failure}`];
  });
  process.stdout.write(`${name}: ${all.length - failures.length} of ${all.length} files agree\n`);
  expect(failures).toEqual([]);
});
