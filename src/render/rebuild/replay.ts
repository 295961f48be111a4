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
import type { EditedFiles, Gathered, MadeStep, RanStep, ReadStep, Trace, TraceEnd, TraceStep } from './trace.ts';
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
  if (!sources || objects.some(({ object }) => sources.has(object))) return undefined;
  const passage = newPassage(end, objects, sources, instead);
  if (from) passage.begin(from);
  for (const step of from ? trace.steps.slice(from.trace.steps.length) : trace.steps)
    if (!passage.pass(step)) return undefined;
  return passage.leave();
}

/** The way of some objects through a build. */
interface Passage {
  /** Puts them to where they stood at a checkpoint. */
  begin(from: Checkpoint): void;
  /** Takes them through a step, or through what is done in its place; false where they cannot go there alone. */
  pass(step: TraceStep): boolean;
  /** Takes them through what comes behind the outermost accumulation. */
  leave(): Replayed | undefined;
}

/** `sources` go along, and must come out as they are: what was read from them was read from that. */
function newPassage(
  end: TraceEnd,
  objects: readonly Subject[],
  sources: ReadonlyMap<Resource, Subject>,
  instead: Instead | undefined,
): Passage {
  const subjects = [...objects, ...sources.values()];
  const byStep = new Map<TraceStep, Subject[]>();
  for (const subject of subjects) {
    const known = byStep.get(subject.step);
    if (known) known.push(subject);
    else byStep.set(subject.step, [subject]);
  }
  const taken = new Map<Subject, Resource>();
  const lists = new Map<Gathered, ResourceList>();
  const identityOf = newIdentities();
  const heard = { findings: [] as Finding[], missed: false, ran: new Set<RanStep>(), absences: [] as Absence[] };
  const onTheWay: Identity[] = [];
  let isReadFrom = false;

  function listOf(at: Gathered): ResourceList {
    const list = lists.get(at) ?? newResourceList();
    lists.set(at, list);
    return list;
  }

  function within(
    context: TransformContext,
    resources: ResourceList,
    reportAbsent: (what: string) => void = () => undefined,
  ): TransformContext {
    const report = (finding: Finding): void => void heard.findings.push(finding);
    const readFrom = (resource: Resource): void => {
      isReadFrom ||= objects.some((subject) => taken.get(subject) === resource);
    };
    return { ...context, resources, report, reportAbsent, readFrom };
  }

  function note(resource: Resource): boolean {
    const identity = identityOf(resource);
    if (identity) onTheWay.push(identity);
    return identity !== undefined;
  }

  /** Reads or makes an object. It is noted at once: there may be no step behind that. */
  function enter(subject: Subject, step: ReadStep | MadeStep): boolean {
    const resource =
      step.kind === 'made'
        ? makeAlone(step, within(contextOfStep(step), listOf(step.into)))
        : subject.document && readAlone(subject.document, end.context.isClusterScoped);
    if (!resource) return false;
    taken.set(subject, resource);
    listOf(step.into).append(resource);
    return note(resource);
  }

  function run(step: RanStep, isAnother: boolean): boolean {
    const resources = lists.get(step.on);
    if (!resources || resources.items.length === 0) return true;
    const count = resources.items.length;
    heard.ran.add(step);
    const reportAbsent = (what: string): void => {
      if (isAnother) heard.missed = true;
      else heard.absences.push({ step, what });
    };
    step.transformer.run(within(contextOfStep(step), resources, reportAbsent), step.use);
    resources.idsChanged();
    return resources.items.length === count && resources.items.every(note);
  }

  /** Follows the names of others; false where what the object itself is called changed by that, which the later ones would see. */
  function follow(context: TransformContext, resource: Resource): boolean {
    const key = currentKey(resource);
    followNames(context, resource, end.names);
    reportNameless(resource, context.report);
    return currentKey(resource) === key;
  }

  return {
    begin(from) {
      const wanted = new Map(subjects.map((subject) => [subject.object, subject]));
      for (const [resource, subject, into] of laidOf(from, wanted)) {
        taken.set(subject, resource);
        listOf(into).append(resource);
      }
    },
    pass(traced) {
      const isAnother = traced === instead?.step;
      const step = isAnother ? instead.next : traced;
      if (step.kind === 'ran') return run(step, isAnother);
      if (step.kind !== 'joined') return (byStep.get(traced) ?? []).every((subject) => enter(subject, step));
      for (const resource of lists.get(step.from)?.items ?? []) listOf(step.into).append(resource);
      return true;
    },
    leave() {
      const left = listOf(end.accumulation);
      if (left.items.length !== subjects.length) return undefined;
      const context = within(end.context, left);
      hashTransformer(context, NO_USE);
      left.idsChanged();
      const last: (Identity | undefined)[] = [];
      for (const resource of left.items) {
        if (!follow(context, resource)) return undefined;
        last.push(identityOf(resource));
        if (!isLocal(resource)) finish(resource, end.ending, new Set(), context.report);
      }
      const resources = objects.flatMap((subject) => taken.get(subject) ?? []);
      const areAsBuilt = [...sources].every(([source, subject]) => {
        const node = taken.get(subject)?.node;
        return node !== undefined && sameNode(node, source.node);
      });
      if (isReadFrom || !areAsBuilt || resources.some(isLocal)) return undefined;
      return { ...heard, resources, identities: onTheWay, last };
    },
  };
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
