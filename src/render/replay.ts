// Takes some objects alone through the steps that a build took them through. Changes nothing of that build.
import type { Finding } from '../model/finding.ts';
import { child, textOf } from '../model/node.ts';
import type { DocumentText } from '../model/sourceText.ts';
import { readOneDocument } from '../yaml/read.ts';
import { finish } from './finish.ts';
import { isLocal } from './order.ts';
import { takeResources } from './readResources.ts';
import { followNames } from './reference/nameReference.ts';
import { currentId, earlierIds, idKey } from './resource.ts';
import type { IsClusterScoped, Resource } from './resource.ts';
import { newResourceList } from './resourceList.ts';
import type { ResourceList } from './resourceList.ts';
import type { Gathered, RanStep, ReadStep, Trace, TraceEnd } from './trace.ts';
import type { TransformContext, TransformerUse } from './transformer.ts';

/** An object to be built again: the document that it stands in, and the step that read it. */
export interface Subject {
  readonly read: ReadStep;
  readonly document: DocumentText;
}

/** A step in which something else is asked for than it was. */
export interface Instead {
  readonly step: RanStep;
  readonly use: TransformerUse;
}

export interface Replayed {
  /** The objects, in the order of the subjects. */
  readonly resources: readonly Resource[];
  /** One text for what each object was known by after each step. */
  readonly identities: readonly string[];
  readonly findings: readonly Finding[];
  /** Whether the step in which something else is asked for missed what it is for. */
  readonly missed: boolean;
}

/** The objects as they leave the build. Undefined where they cannot be built without the others. */
export function replay(
  trace: Trace,
  end: TraceEnd,
  subjects: readonly Subject[],
  instead?: Instead,
): Replayed | undefined {
  const lists = new Map<Gathered, ResourceList>();
  const listOf = (at: Gathered): ResourceList => {
    const list = lists.get(at) ?? newResourceList();
    lists.set(at, list);
    return list;
  };
  const findings: Finding[] = [];
  const identities: string[] = [];
  let missed = false;
  const within = (context: TransformContext, resources: ResourceList): TransformContext => ({
    ...context,
    resources,
    report: (finding) => void findings.push(finding),
    reportAbsent: () => void (missed ||= context === instead?.step.context),
  });
  const taken = new Map<DocumentText, Resource>();
  const byRead = new Map<ReadStep, Subject[]>();
  for (const subject of subjects) {
    const known = byRead.get(subject.read);
    if (known) known.push(subject);
    else byRead.set(subject.read, [subject]);
  }
  for (const step of trace.steps) {
    if (step.kind === 'read') {
      for (const { document } of byRead.get(step) ?? []) {
        const resource = readAlone(document, end.context.isClusterScoped);
        if (!resource) return undefined;
        taken.set(document, resource);
        listOf(step.into).append(resource);
      }
    } else if (step.kind === 'joined') {
      for (const resource of lists.get(step.from)?.items ?? []) listOf(step.into).append(resource);
    } else {
      const resources = lists.get(step.on);
      if (!resources || resources.items.length === 0) continue;
      const count = resources.items.length;
      step.transformer.run(within(step.context, resources), step === instead?.step ? instead.use : step.use);
      resources.idsChanged();
      if (resources.items.length !== count) return undefined;
      for (const resource of resources.items) {
        const known = identityOf(resource);
        if (known === undefined) return undefined;
        identities.push(known);
      }
    }
  }
  const left = listOf(end.accumulation);
  if (left.items.length !== subjects.length) return undefined;
  const context = within(end.context, left);
  for (const resource of left.items) {
    if (resource.needsHash) return undefined;
    followNames(context, resource, end.names);
    if (isLocal(resource)) return undefined;
    identities.push(identityOf(resource) ?? '');
    finish(resource, end.finishing, context.report);
  }
  const resources = subjects.flatMap(({ document }) => taken.get(document) ?? []);
  return { resources, identities, findings, missed };
}

/** The one object that a document holds; undefined where what it holds depends on what else is in its file. */
function readAlone(document: DocumentText, isClusterScoped: IsClusterScoped): Resource | undefined {
  const found = readOneDocument(document, 'resource', { unfit: 'kept' });
  const [node] = found.documents;
  // A list does.
  if (!node || found.findings.length > 0 || textOf(child(node, 'kind'))?.endsWith('List')) return undefined;
  const { resources, findings } = takeResources(found, isClusterScoped);
  return resources.length === 1 && findings.length === 0 ? resources[0] : undefined;
}

/** Everything by which other objects or the order of the output could know an object; undefined where nothing is left. */
function identityOf(resource: Resource): string | undefined {
  if (resource.node.entries.size === 0) return undefined;
  const ids = [...earlierIds(resource), currentId(resource)].map(idKey);
  const { prefixes, suffixes, behavior, needsHash } = resource;
  return JSON.stringify([ids, prefixes, suffixes, behavior, needsHash]);
}
