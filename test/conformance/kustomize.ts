// Runs recorded kustomize builds through ours: `npm run conformance -- FILE [--only=ID] [--diff]`. A line for each failing
// case, and `N passed, N failed, N skipped` last. Cases that need a network, helm or programs are skipped.
import { fileURLToPath } from 'node:url';
import { hasErrors, printFinding } from '../../src/model/finding.ts';
import { getObject, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { build } from '../../src/render/build.ts';
import { KUSTOMIZE_VERSION } from '../../src/render/output/finish.ts';
import { printManifests } from '../../src/render/output/print.ts';
import type { BuildOptions } from '../../src/render/rendering.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import type { SchemaSet } from '../../src/schema/schemaSet.ts';
import { memorySnapshot } from '../../src/source/memory.ts';
import { reportCounts } from '../counts.ts';
import { readAsked, recordsOf, thrown } from './records.ts';

/** Undefined where it passes, `skip`, or else the reason why it fails. */
export type CaseResult = undefined | string;

export function runCase(
  record: JsonObject,
  schemas: SchemaSet,
  print: (text: string) => void = () => undefined,
): CaseResult {
  if (record['runnable'] !== true) return 'skip';
  const snapshot = memorySnapshot(filesOf(record));
  const path = (getString(record, 'path') ?? '').replace(/^\/+/, '');
  const expected = ownVersion(getString(record, 'output') ?? '');
  const rendering = build(snapshot, path, optionsOf(record, schemas));
  const failed = hasErrors(rendering.findings);
  const findings = rendering.findings.filter((finding) => finding.severity === 'error').map(printFinding);
  if (getString(record, 'outcome') === 'error') {
    print(`expected: ${getString(record, 'error')}\nactual: ${findings.join('\n')}\n`);
    return failed ? undefined : `built, but upstream fails: ${oneLine(getString(record, 'error') ?? '')}`;
  }
  if (failed) return `failed, but upstream builds: ${oneLine(findings.join(' | '))}`;
  const actual = printManifests(rendering.manifests);
  print(`--- expected\n${expected}\n--- actual\n${actual}\n`);
  if (actual !== expected) return firstDifference(expected, actual);
  const reorderedOutput = getString(record, 'outputDefaultReorder');
  if (reorderedOutput === undefined) return undefined;
  const legacy = ownVersion(reorderedOutput);
  const reordered = printManifests(build(snapshot, path, { ...optionsOf(record, schemas), order: 'legacy' }).manifests);
  return reordered === legacy ? undefined : `legacy order: ${firstDifference(legacy, reordered)}`;
}

function filesOf(record: JsonObject): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>();
  for (const [path, text] of Object.entries(getObject(record, 'files') ?? {}))
    files.set(path.replace(/^\/+/, ''), String(text));
  for (const [path, text] of Object.entries(getObject(record, 'filesBase64') ?? {})) {
    files.set(
      path.replace(/^\/+/, ''),
      Uint8Array.from(atob(String(text)), (char) => char.charCodeAt(0)),
    );
  }
  return files;
}

/** The recording's program calls itself `(test)` where a release has its version. */
function ownVersion(text: string): string {
  return text.replaceAll('kustomize-(test)', `kustomize-${KUSTOMIZE_VERSION}`);
}

function optionsOf(record: JsonObject, schemas: SchemaSet): BuildOptions {
  const options = getObject(record, 'options') ?? {};
  return {
    schemas,
    snapshotIs: 'filesystem',
    loadRestrictor: getString(options, 'loadRestrictor') === 'LoadRestrictionsNone' ? 'none' : 'rootOnly',
    order: getString(options, 'reorder') === 'legacy' ? 'legacy' : 'none',
    managedByLabel: options['addManagedByLabel'] === true,
  };
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 200 ? `${line.slice(0, 200)}...` : line;
}

function firstDifference(expected: string, actual: string): string {
  const [want, got] = [expected.split('\n'), actual.split('\n')];
  const at = want.findIndex((line, i) => line !== got[i]);
  const line = at < 0 ? want.length : at;
  return `line ${line + 1}: want ${JSON.stringify(want[line] ?? '<end>')} got ${JSON.stringify(got[line] ?? '<end>')}`;
}

function main(args: readonly string[]): void {
  const asked = readAsked(args, 'npm run conformance -- FILE... [--only=TEXT of an id] [--diff]');
  const schemas = builtinSchemas();
  const count = { passed: 0, failed: 0, skipped: 0 };
  const print = args.includes('--diff') ? (text: string): void => console.log(text) : undefined;
  for (const { id, record } of recordsOf(asked)) {
    const result = attempt(record, schemas, print);
    if (result === undefined) count.passed++;
    else if (result === 'skip') count.skipped++;
    else {
      count.failed++;
      console.log(`${id}: ${result}`);
    }
  }
  reportCounts(count);
}

function attempt(record: JsonObject, schemas: SchemaSet, print: ((text: string) => void) | undefined): CaseResult {
  try {
    return runCase(record, schemas, print);
  } catch (error) {
    return thrown(error);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
