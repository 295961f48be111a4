// Takes one object alone through the steps that a build took it through. Changes nothing of that build.
import type { Finding } from '../model/finding.ts';
import type { DocumentText } from '../model/sourceText.ts';
import { child, textOf } from '../model/node.ts';
import { readOneDocument } from '../yaml/read.ts';
import { finish } from './finish.ts';
import { isLocal } from './order.ts';
import { takeResources } from './readResources.ts';
import { followNames } from './reference/nameReference.ts';
import { currentId, earlierIds, idKey } from './resource.ts';
import type { Resource } from './resource.ts';
import { newResourceList } from './resourceList.ts';
import type { ResourceList } from './resourceList.ts';
import type { Trace, TraceEnd, TraceStep } from './trace.ts';
import type { TransformContext } from './transformer.ts';

export interface Replayed {
  readonly resource: Resource;
  /** One text for what the object was known by after each step. */
  readonly identities: readonly string[];
  readonly findings: readonly Finding[];
}

/** The object in a document that was read in a step, as it leaves the build. Undefined where it cannot be built alone. */
export function replay(
  trace: Trace,
  end: TraceEnd,
  read: TraceStep & { readonly kind: 'read' },
  document: DocumentText,
): Replayed | undefined {
  const found = readOneDocument(document, 'resource', { unfit: 'kept' });
  const [node] = found.documents;
  // What a list holds depends on what else is in its file.
  if (!node || found.findings.length > 0 || textOf(child(node, 'kind'))?.endsWith('List')) return undefined;
  const taken = takeResources(found, end.context.isClusterScoped);
  if (taken.resources.length !== 1 || taken.findings.length > 0) return undefined;
  const resources = newResourceList(taken.resources);
  const findings: Finding[] = [];
  const identities: string[] = [];
  const within = (context: TransformContext): TransformContext => ({
    ...context,
    resources,
    report: (finding) => void findings.push(finding),
  });
  let at = read.into;
  for (const step of trace.steps.slice(trace.steps.indexOf(read) + 1)) {
    if (step.kind === 'joined' && step.from === at) at = step.into;
    if (step.kind !== 'ran' || step.on !== at) continue;
    step.transformer.run(within(step.context), step.use);
    resources.idsChanged();
    const known = identityOf(resources);
    if (known === undefined) return undefined;
    identities.push(known);
  }
  const [resource] = resources.items;
  if (at !== end.accumulation || !resource || resource.needsHash) return undefined;
  const context = within(end.context);
  followNames(context, resource, end.names);
  if (isLocal(resource)) return undefined;
  identities.push(identityOf(resources) ?? '');
  finish(resource, end.finishing, context.report);
  return { resource, identities, findings };
}

/** Everything by which other objects or the order of the output could know the one of the list. */
function identityOf({ items }: ResourceList): string | undefined {
  const [resource] = items;
  if (!resource || resource.node.entries.size === 0) return undefined;
  const ids = [...earlierIds(resource), currentId(resource)].map(idKey);
  const { prefixes, suffixes, behavior, needsHash } = resource;
  return JSON.stringify([ids, prefixes, suffixes, behavior, needsHash]);
}
