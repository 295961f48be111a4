// Takes some objects alone through the steps that a build took them through. Changes nothing of that build.
import type { Finding } from '../../model/finding.ts';
import { child, textOf } from '../../model/node.ts';
import type { DocumentText, Place } from '../../model/sourceText.ts';
import { readOneDocument } from '../../yaml/read.ts';
import { laidOf } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { finish } from '../output/finish.ts';
import { resolvePath } from '../load/loader.ts';
import { reportNameless } from '../output/nameless.ts';
import { isLocal } from '../output/order.ts';
import { takeResources } from '../load/readResources.ts';
import { followNames } from '../reference/nameReference.ts';
import { currentKey } from '../resource.ts';
import type { IsClusterScoped, Resource } from '../resource.ts';
import { newResourceList } from '../resourceList.ts';
import type { ResourceList } from '../resourceList.ts';
import { sameNode } from './sameNode.ts';
import { newIdentities } from './identity.ts';
import type { Identity } from './identity.ts';
import { subjectsOf } from './subjects.ts';
import type { Subject } from './subjects.ts';
import type { EditedFiles, Gathered, MadeStep, RanStep, Trace, TraceEnd, TraceStep } from './trace.ts';
import { hashTransformer, NO_USE } from '../transform/hash.ts';
import type { TransformContext } from '../transform/transformer.ts';

/** A step that a kustomization asked for. */
export type AskedStep = RanStep | MadeStep;

/** A step that is asked for something else than it was. */
export interface StepEdit<Step = AskedStep> {
  readonly step: Step;
  /** As it was; its files are those of the last build, whatever stands there now. */
  readonly was: Step;
  readonly is: Step;
  /** Whether a place is in the file that was edited. */
  readonly isInFile: (place: Place) => boolean;
}

/** A step, and what is to be done in its place. */
export interface Instead {
  readonly step: AskedStep;
  readonly next: AskedStep;
}

export interface Replayed {
  /** The objects, in the order of the subjects. */
  readonly resources: readonly Resource[];
  /** What each object was known by in the beginning and after each step. */
  readonly identities: readonly Identity[];
  /** As `identities`, of what left the build. */
  readonly last: readonly (Identity | undefined)[];
  readonly findings: readonly Finding[];
  /** Whether the step in which something else is asked for missed what it is for. */
  readonly missed: boolean;
  /** The steps that had some of the objects before them. */
  readonly ran: ReadonlySet<RanStep>;
  /** What the other of these are for and did not find among the objects. */
  readonly absences: readonly Absence[];
}

/** A step, and what it missed (reportAbsent). */
export interface Absence {
  readonly step: RanStep;
  readonly what: string;
}

/**
 * The objects as they leave the build. Undefined where they cannot be built without the others. With `from`, only what came
 * behind that checkpoint is done.
 */
export function replay(
  trace: Trace,
  end: TraceEnd,
  objects: readonly Subject[],
  instead?: Instead,
  from?: Checkpoint,
): Replayed | undefined {
  const sources = sourcesOf(trace);
  if (!sources || objects.some(({ object }) => object && sources.has(object))) return undefined;
  const subjects = [...objects, ...sources.values()];
  const lists = new Map<Gathered, ResourceList>();
  const listOf = (at: Gathered): ResourceList => {
    const list = lists.get(at) ?? newResourceList();
    lists.set(at, list);
    return list;
  };
  const taken = new Map<Subject, Resource>();
  const findings: Finding[] = [];
  const onTheWay: Identity[] = [];
  const ran = new Set<RanStep>();
  const absences: Absence[] = [];
  let missed = false;
  let isAsked = false;
  const within = (
    context: TransformContext,
    resources: ResourceList,
    reportAbsent: TransformContext['reportAbsent'] = () => undefined,
  ): TransformContext => ({
    ...context,
    resources,
    report: (finding) => void findings.push(finding),
    reportAbsent,
    readFrom: (resource) => void (isAsked ||= objects.some((subject) => taken.get(subject) === resource)),
  });
  const identityOf = newIdentities();
  const note = (resource: Resource): boolean => {
    const identity = identityOf(resource);
    if (identity) onTheWay.push(identity);
    return identity !== undefined;
  };
  const isSource = (resource: Resource): boolean =>
    [...sources.values()].some((subject) => taken.get(subject) === resource);
  const byStep = new Map<TraceStep, Subject[]>();
  for (const subject of subjects) {
    const known = byStep.get(subject.step);
    if (known) known.push(subject);
    else byStep.set(subject.step, [subject]);
  }
  if (from) {
    const wanted = new Map(subjects.map((subject) => [subject.object, subject]));
    for (const [resource, subject, into] of laidOf(from, wanted)) {
      taken.set(subject, resource);
      listOf(into).append(resource);
    }
  }
  for (const traced of from ? trace.steps.slice(from.trace.steps.length) : trace.steps) {
    const step = traced === instead?.step ? instead.next : traced;
    if (step.kind === 'read' || step.kind === 'made') {
      for (const subject of byStep.get(traced) ?? []) {
        const resource =
          step.kind === 'made'
            ? makeAlone(step, within(contextOfStep(step), listOf(step.into)))
            : subject.document && readAlone(subject.document, end.context.isClusterScoped);
        if (!resource) return undefined;
        taken.set(subject, resource);
        listOf(step.into).append(resource);
        // As it was made or written: there may be no step behind that.
        if (!note(resource)) return undefined;
      }
    } else if (step.kind === 'joined') {
      for (const resource of lists.get(step.from)?.items ?? []) listOf(step.into).append(resource);
    } else {
      const resources = lists.get(step.on);
      if (!resources || resources.items.length === 0) continue;
      ran.add(step);
      const count = resources.items.length;
      const reportAbsent = (what: string): void => {
        if (traced === instead?.step) missed = true;
        else absences.push({ step, what });
      };
      step.transformer.run(within(contextOfStep(step), resources, reportAbsent), step.use);
      resources.idsChanged();
      if (resources.items.length !== count) return undefined;
      if (!resources.items.every(note)) return undefined;
    }
  }
  const left = listOf(end.accumulation);
  if (left.items.length !== subjects.length) return undefined;
  const context = within(end.context, left);
  hashTransformer(context, NO_USE);
  left.idsChanged();
  const last: (Identity | undefined)[] = [];
  for (const resource of left.items) {
    const key = currentKey(resource);
    followNames(context, resource, end.names);
    // What it is called now would matter to those that were visited behind it.
    if (currentKey(resource) !== key) return undefined;
    reportNameless(resource, context.report);
    if (isLocal(resource) && !isSource(resource)) return undefined;
    last.push(identityOf(resource));
    if (!isLocal(resource)) finish(resource, end.ending, new Set(), context.report);
  }
  // What was read from them was read from what they still are.
  const areAsBuilt = [...sources].every(([source, subject]) => {
    const node = taken.get(subject)?.node;
    return node && sameNode(node, source.node);
  });
  if (isAsked || !areAsBuilt) return undefined;
  const resources = objects.flatMap((subject) => taken.get(subject) ?? []);
  return { resources, identities: onTheWay, last, findings, missed, ran, absences };
}

/** What the steps read from, to change others; undefined where some of it cannot be built alone. */
function sourcesOf(trace: Trace): Map<Resource, Subject> | undefined {
  const sources = new Set(trace.steps.flatMap((step) => (step.kind === 'ran' ? [...step.sources] : [])));
  return sources.size === 0 ? new Map() : subjectsOf(trace, sources);
}

/** What a step was given, with the files that it reads as they are now. */
export function contextOfStep({ context, files }: AskedStep): TransformContext {
  if (!files) return context;
  const { loader } = context;
  const edited = (path: string): ReturnType<EditedFiles['get']> => files.get(resolvePath(loader.root, path) ?? '');
  return {
    ...context,
    loader: {
      ...loader,
      text: (path, at) => edited(path)?.text ?? loader.text(path, at),
      bytes: (path, at) => edited(path)?.bytes ?? loader.bytes(path, at),
    },
  };
}

/** The one object that a generator makes; undefined where it makes others, or looks for one to take the place of. */
function makeAlone(step: MadeStep, context: TransformContext): Resource | undefined {
  const [resource, another] = step.generator(context, step.use) ?? [];
  return another || resource?.behavior === 'merge' || resource?.behavior === 'replace' ? undefined : resource;
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
