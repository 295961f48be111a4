// The door of the room: rendered objects and type facts -> findings, each at the place where the value was written.
// Changes nothing, and is silent about kinds that nobody knows.
import type { Finding } from '../model/finding.ts';
import { isJsonObject } from '../model/json.ts';
import { manifestRef } from '../model/manifest.ts';
import type { Manifest } from '../model/manifest.ts';
import { nearest } from '../model/nearest.ts';
import { child, textOf, toJson } from '../model/node.ts';
import { apiVersionOf, printRef } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { typesOfCrd } from '../schema/crd.ts';
import type { SchemaSet } from '../schema/schemaSet.ts';
import { checkData } from './checkData.ts';
import { checkMetadata } from './checkMetadata.ts';
import { checkRules } from './checkRules.ts';
import type { RuleTrees } from './checkRules.ts';
import { checkSchema } from './checkSchema.ts';
import type { Check } from './checkSchema.ts';
import { missingField, unknownKind } from './findings.ts';

export interface ValidateOptions {
  /** What was rendered, for messages: the name of a Flux Kustomization or a directory. */
  readonly name?: string;
  /** False: the manifests are from before substitution, and text with `${...}` is not judged. Default true. */
  readonly substituted?: boolean;
}

/** Judges all manifests of a rendering. CustomResourceDefinitions among them give the types of their kinds. */
export function validate(manifests: readonly Manifest[], schemas: SchemaSet, options: ValidateOptions = {}): Finding[] {
  const known = withCrds(manifests.filter(isCrd), schemas);
  const trees: RuleTrees = new WeakMap();
  return manifests.flatMap((manifest) => validateOne(manifest, known, trees, options));
}

/** Judges one manifest by the types that are known. `trees` keeps the rules of the types that were met. */
export function validateOne(
  manifest: Manifest,
  known: SchemaSet,
  trees: RuleTrees,
  options: ValidateOptions = {},
): Finding[] {
  const findings: Finding[] = [];
  const ref = manifestRef(manifest);
  const isLeft = isLeftOut(manifest);
  const check: Check = {
    subject: {
      object: printRef(ref),
      suffix: suffixOf(ref, options.name),
      secret: ref.kind === 'Secret' && ref.group === '',
    },
    substituted: options.substituted !== false,
    partial: isPartial(manifest),
    report: (finding) => void findings.push(isLeft ? asLeftOut(finding) : finding),
  };
  checkMetadata(manifest.node, ref, check);
  // What SOPS has encrypted is judged when it is decrypted.
  if (child(manifest.node, 'sops')?.kind === 'map') return findings;
  checkData(manifest.node, ref, check);
  if (ref.version === '') {
    check.report(missingField('apiVersion', { path: '', at: manifest.node.origin.place }, check.subject));
    return findings;
  }
  const schema = known.schemaOf(ref);
  const before = findings.length;
  if (schema) checkSchema(manifest.node, schema, '', check);
  // What has the wrong shape cannot be judged by rules, and what is not complete neither.
  const isWhole = check.substituted && !check.partial && findings.length === before;
  if (schema && isWhole) checkRules(manifest.node, schema, trees, check);
  if (!schema) checkKind(manifest, ref, known, check);
  return findings;
}

/** Flux merges such an object into one that is there already. */
function isPartial(manifest: Manifest): boolean {
  return hasControl(manifest, 'ssa', 'merge');
}

/** Flux reads such an object, and never applies it. */
function isLeftOut(manifest: Manifest): boolean {
  return hasControl(manifest, 'reconcile', 'disabled') || hasControl(manifest, 'ssa', 'ignore');
}

/** What nobody applies cannot be refused, but Flux reads the built-in kinds into their types before it looks. */
function asLeftOut(finding: Finding): Finding {
  return finding.severity === 'error' && finding.code !== 'schema-type' ? { ...finding, severity: 'warning' } : finding;
}

/** Whether a control of Flux is set, as a label or as an annotation, in any case (fluxcd/pkg/ssa, AnyInMetadata). */
function hasControl({ node }: Manifest, key: 'ssa' | 'reconcile', value: string): boolean {
  const metadata = child(node, 'metadata');
  return ['labels', 'annotations'].some(
    (field) => textOf(child(child(metadata, field), `kustomize.toolkit.fluxcd.io/${key}`))?.toLowerCase() === value,
  );
}

function suffixOf(ref: ObjectRef, name: string | undefined): string {
  if (name === undefined) return '';
  return `, in ${name} (${ref.kind} ${ref.namespace === '' ? '' : `${ref.namespace}/`}${ref.name})`;
}

/** Whether a manifest is a CustomResourceDefinition. */
export function isCrd({ node }: Manifest): boolean {
  return (
    textOf(child(node, 'kind')) === 'CustomResourceDefinition' &&
    textOf(child(node, 'apiVersion')) === 'apiextensions.k8s.io/v1'
  );
}

/** The types, and those that definitions among the manifests give. */
export function withCrds(crds: readonly Manifest[], schemas: SchemaSet): SchemaSet {
  const types = crds
    .map(({ node }) => toJson(node))
    .filter(isJsonObject)
    .flatMap((crd) => typesOfCrd(crd));
  return types.length > 0 ? schemas.with(types) : schemas;
}

/** A kind that is not known in a group that is: most likely a slip, or a version that is no longer served. */
function checkKind(manifest: Manifest, ref: ObjectRef, schemas: SchemaSet, check: Check): void {
  const kinds = schemas.resources().filter((resource) => resource.group === ref.group);
  if (kinds.length === 0) return;
  const sameVersion = kinds.filter((resource) => resource.version === ref.version).map((resource) => resource.kind);
  const elsewhere = kinds.find((resource) => resource.kind === ref.kind);
  const similar = elsewhere ? `${apiVersionOf(elsewhere)} ${elsewhere.kind}` : nearest(ref.kind, sameVersion);
  const node = child(manifest.node, elsewhere ? 'apiVersion' : 'kind');
  check.report(
    unknownKind(
      apiVersionOf(ref),
      ref.kind,
      similar,
      { path: elsewhere ? 'apiVersion' : 'kind', at: node?.origin.place },
      check.subject,
    ),
  );
}
