// plumbline explain: where a rendered value came from: what the hover says, in a terminal.
import { hasErrors } from '../../model/finding.ts';
import { nodeAtPath, parseFieldPath, printFieldPath } from '../../model/fieldPath.ts';
import type { FieldStep } from '../../model/fieldPath.ts';
import type { JsonObject } from '../../model/json.ts';
import { stringifyJson } from '../../model/jsonText.ts';
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Node } from '../../model/node.ts';
import { printRef } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { explainAll } from '../../render/explain.ts';
import { explainNode, explainText } from '../../present/explanation.ts';
import type { Explanation } from '../../present/explanation.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { fetchFlags, fluxFlag } from '../fetching.ts';
import type { Folder } from '../folder.ts';
import { textOrJson } from '../outputFlag.ts';
import { EXIT } from '../main.ts';
import { openOperand, renderOperand } from '../operand.ts';

export const explainCommand: Command = {
  name: 'explain',
  summary: 'Say where a rendered value came from',
  operands: 'DIR REF[:PATH]',
  arity: [2, 2],
  description:
    'Say where a rendered value came from: every file and line that had a say, newest first.\n\n REF is Kind/namespace/name or Kind/name. Without a path, every value of the object is explained.',
  examples: [
    ['The replicas of a Deployment', "plumbline explain overlays/staging 'Deployment/staging/web:.spec.replicas'"],
    [
      'An image, by the name of its container',
      "plumbline explain overlays/staging 'Deployment/web:.spec.template.spec.containers[web].image'",
    ],
    ['A value that Flux substitutes', "plumbline explain . 'ConfigMap/web:.data.region' --flux apps"],
    ['A whole object, for a program', 'plumbline explain overlays/staging Service/web --output json'],
  ],
  flags: [textOrJson, fluxFlag, ...fetchFlags],
  run: async (call) => {
    const { args, flags, io } = call;
    const folder = openOperand(call);
    const readings = parseOperand(args[1] ?? '');
    const rendering = await renderOperand(call, folder, { loadRestrictor: 'none' });
    for (const finding of rendering.findings)
      if (finding.severity === 'error') io.stderr.write(`${folder.print(finding)}\n`);
    const { ref, path, fault } = readings.find((one) => named(rendering.manifests, one.ref).length > 0) ?? readings[0];
    if (fault !== undefined) throw new UsageError(fault);
    const manifest = findManifest(rendering.manifests, ref);
    const explanations = path === undefined ? everyValue(manifest) : [oneValue(manifest, path)];
    if (flags.text('output') === 'json')
      io.stdout.write(
        `${stringifyJson(
          explanations.map((one) => explanationJson(one, folder)),
          2,
        )}\n`,
      );
    else io.stdout.write(explanations.map((one) => explainText(one, folder.display)).join('\n'));
    return hasErrors(rendering.findings) ? EXIT.failed : EXIT.ok;
  },
};

/** One reading of the operand. */
interface Asked {
  readonly ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>;
  readonly path?: FieldStep[];
  /** What is wrong with the path. */
  readonly fault?: string;
}

/** All readings of the operand: a name may hold colons (`system:node`), and a path may begin without a dot. */
function parseOperand(text: string): readonly [Asked, ...Asked[]] {
  const dotted = text.indexOf(':.');
  const colons = [...text.matchAll(/:/g)].map(({ index }) => index);
  const readings = (dotted < 0 ? [text.length, ...colons] : [dotted]).flatMap((colon) => askedAt(text, colon) ?? []);
  const [first, ...others] = readings;
  if (!first) throw new UsageError(`"${text}" names no object: write Kind/namespace/name:.path.to.field`);
  return [first, ...others];
}

/** The reading in which the path begins behind a colon; undefined where what stands before it names no object. */
function askedAt(text: string, colon: number): Asked | undefined {
  const [kind = '', ...names] = text.slice(0, colon).split('/');
  if (kind === '' || names.length < 1 || names.length > 2) return undefined;
  const ref = { kind, namespace: names.length === 2 ? (names[0] ?? '') : '', name: names.at(-1) ?? '' };
  if (colon === text.length) return { ref };
  const written = text.slice(colon + 1);
  const path = parseFieldPath(written);
  return path
    ? { ref, path }
    : { ref, fault: `"${written}" is no field path: write it as .spec.containers[web].image` };
}

function named(manifests: readonly Manifest[], wanted: Asked['ref']): readonly Manifest[] {
  return manifests.filter((manifest) => {
    const ref = manifestRef(manifest);
    return (
      ref.kind.toLowerCase() === wanted.kind.toLowerCase() &&
      ref.name === wanted.name &&
      (wanted.namespace === '' || ref.namespace === wanted.namespace)
    );
  });
}

function findManifest(manifests: readonly Manifest[], wanted: Asked['ref']): Manifest {
  const matches = named(manifests, wanted);
  const [found, second] = matches;
  if (found && !second) return found;
  const name = printRef({ ...wanted, group: '', version: '' });
  if (second)
    throw new Error(`${name} names several objects: ${matches.map((one) => printRef(manifestRef(one))).join(', ')}`);
  const same = manifests.map(manifestRef).filter((ref) => ref.kind.toLowerCase() === wanted.kind.toLowerCase());
  throw new Error(
    `${name} is not in the rendering${same.length > 0 ? `: it has ${same.map(printRef).join(', ')}` : ''}`,
  );
}

function oneValue(manifest: Manifest, path: readonly FieldStep[]): Explanation {
  const ref = manifestRef(manifest);
  const node = nodeAtPath(manifest.node, path);
  if (!node) throw new Error(`${printRef(ref)} has no field ${printFieldPath(path)}${nearest(manifest.node, path)}`);
  return explainNode(ref, printFieldPath(path).replace(/^\./, ''), node);
}

/** The fields of the last part of the path that exists. */
function nearest(root: Node, path: readonly FieldStep[]): string {
  for (let length = path.length - 1; length >= 0; length--) {
    const node = nodeAtPath(root, path.slice(0, length));
    if (node?.kind === 'map')
      return `: ${length === 0 ? 'it' : printFieldPath(path.slice(0, length))} has ${[...node.entries.keys()].join(', ')}`;
  }
  return '';
}

function everyValue(manifest: Manifest): Explanation[] {
  return explainAll(manifest).map(({ path }) => oneValue(manifest, parseFieldPath(path) ?? []));
}

function explanationJson(explanation: Explanation, folder: Folder): JsonObject {
  return {
    object: printRef(explanation.ref),
    path: explanation.path,
    value: explanation.value,
    chain: explanation.rows.map((row) => {
      const position = row.place?.source.position(row.place.start);
      const at =
        row.place && position
          ? { file: folder.display(row.place.source.path), line: position.line, column: position.column }
          : {};
      return {
        value: row.value,
        cause: row.cause,
        overridden: row.overridden,
        ...(row.source ? { source: true } : {}),
        ...at,
      };
    }),
  };
}
