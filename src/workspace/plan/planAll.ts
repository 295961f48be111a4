// The plan of everything that a tree would bring about, Kustomization by Kustomization in the order of their apply: what one
// brings is there for the next, what one gives away another takes, and what is deleted takes its objects along.
import { isGateOn } from '../../model/featureGates.ts';
import { hasErrors } from '../../model/finding.ts';
import type { ControllerSettings } from '../../model/controllerSettings.ts';
import { deletesObjects } from '../../model/deletionPolicy.ts';
import { getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { InventoryEntry } from '../../model/inventory.ts';
import { manifestRef } from '../../model/manifest.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { Plan } from '../../diff/plan/plan.ts';
import { listedReader } from '../../diff/listedReader.ts';
import { isArriving, planObjects } from '../../diff/plan/planObjects.ts';
import type { PlanRequest } from '../../diff/plan/planObjects.ts';
import { applySpecOf } from '../../diff/plan/planOwner.ts';
import type { KubeReader } from '../../kube/client.ts';
import { sourceRefOf } from '../../reconcile/fluxKinds.ts';
import { comesTooEarly } from './early.ts';
import type { Arrival } from './early.ts';
import type { LeavesDrift } from './leftDrift.ts';
import { neverApplied } from './neverApplied.ts';
import { broughtBy, notThere } from './planBeside.ts';
import { isKustomization, note, read } from './planBuild.ts';
import type { Built } from './planBuild.ts';
import type { PlanTarget } from './planTarget.ts';
import { namesOf, waitsFor } from './waits.ts';

export interface PlanAllRequest {
  readonly built: readonly Built[];
  readonly revision: string;
  /** The cluster of the Kustomizations themselves. */
  readonly reader: KubeReader;
  readonly server: string;
  /** Opens the target of a Kustomization; a sentence where it cannot be reached as the object asks. */
  readonly target: (kustomization: JsonObject) => Promise<PlanTarget | string>;
  /** What is brought to the cluster before any Kustomization. */
  readonly first: readonly JsonObject[];
  readonly leaves?: LeavesDrift | undefined;
  readonly settings?: ControllerSettings | undefined;
}

export async function planAll(request: PlanAllRequest, signal: AbortSignal): Promise<Plan[]> {
  const { built } = request;
  const builders = buildersOf(built);
  const arrived: Arrival[] = [];
  const missing = await missingArrivals(built, request.reader, signal);
  const byKey = new Map(built.map(({ key, kustomization }) => [key, kustomization]));
  const waits = new Map(built.map(({ key }) => [key, waitsFor(key, byKey)]));
  const plans: Plan[] = [];
  for (const [at, one] of built.entries()) {
    const later = built.slice(at + 1).filter((other) => waits.get(other.key)?.has(one.key) !== true);
    const arrivals = [...arrived, ...missing.filter(({ by }) => later.some(({ key }) => key === by))];
    const upcoming = [...request.first, ...arrivals.map(({ object }) => object)];
    const plan = await planBuilt(one, request, upcoming, builders, signal);
    const early = comesTooEarly(plan, arrivals, waits.get(one.key) ?? new Set());
    plans.push({ ...plan, findings: [...plan.findings, ...early] });
    plans.push(...(await planDeletions(plan, request, builders, signal)));
    arrived.push(...arrivalsOf(plan, one));
  }
  return plans;
}

type Builders = ReadonlyMap<string, readonly Built[]>;

function buildersOf(built: readonly Built[]): Builders {
  const builders = new Map<string, Built[]>();
  for (const one of built) {
    for (const manifest of one.manifests) {
      const key = keyOf(manifestRef(manifest));
      builders.set(key, [...(builders.get(key) ?? []), one]);
    }
  }
  return builders;
}

async function planBuilt(
  one: Built,
  request: PlanAllRequest,
  upcoming: readonly JsonObject[],
  builders: Builders,
  signal: AbortSignal,
): Promise<Plan> {
  const order = orderOf(one, request.built);
  const blocked = (findings: Plan['findings']): Plan => ({
    kustomization: one.key,
    revision: request.revision,
    server: request.server,
    confirmed: false,
    entries: [],
    findings,
    ...order,
  });
  if (one.idle) return { ...blocked(one.findings), idle: true };
  if (hasErrors(one.findings)) return blocked(one.findings);
  const never = circleOf(one, request.built) ?? neverApplied(one.kustomization, request.settings ?? {});
  if (never !== undefined) return blocked([...one.findings, { code: 'plan-note', severity: 'error', message: never }]);
  const target = await request.target(one.kustomization);
  if (typeof target === 'string')
    return blocked([...one.findings, { code: 'plan-note', severity: 'error', message: target }]);
  const { leaves } = request;
  try {
    const live = await read(request.reader, refOf(one.kustomization), signal);
    const inventory = inventoryOf(live);
    const plan = await planObjects(
      {
        ...requestOf(target, request),
        reader: listedReader(target.reader, inventory, applySpecOf(one.kustomization).owner),
        kustomization: one.kustomization,
        manifests: one.manifests.filter((manifest) => manifestRef(manifest).group !== 'kustomize.config.k8s.io'),
        inventory,
        upcoming: target.isRemote ? [] : upcoming,
        ...(target.isRemote ? {} : { taker: takerFor(one.key, one.kustomization, builders) }),
        ...(leaves ? { leaves: (desired: JsonObject) => leaves(refOf(one.kustomization), desired) } : {}),
      },
      signal,
    );
    return { ...plan, findings: [...one.findings, ...rivals(one, builders), ...plan.findings], ...order };
  } finally {
    target.dispose();
  }
}

function requestOf(
  target: PlanTarget,
  { revision, settings }: PlanAllRequest,
): Pick<
  PlanRequest,
  'reader' | 'server' | 'schemas' | 'revision' | 'dryRun' | 'overrideManagers' | 'migrateApiVersion'
> {
  const { reader, server, schemas, dryRun } = target;
  const overrideManagers = settings?.overrideManagers ?? [];
  const migrateApiVersion = isGateOn(settings, 'MigrateAPIVersion');
  return { reader, server, schemas, revision, overrideManagers, migrateApiVersion, ...(dryRun ? { dryRun } : {}) };
}

/** What it waits for and what waits for it, as far as the tree says. */
function orderOf({ key, kustomization }: Built, built: readonly Built[]): Pick<Plan, 'dependsOn' | 'dependents'> {
  return {
    dependsOn: namesOf(kustomization),
    dependents: built.filter((other) => namesOf(other.kustomization).includes(key)).map((other) => other.key),
  };
}

/** The sentence about a circle of dependencies through a Kustomization: none of them would ever be applied. */
function circleOf({ key }: Built, built: readonly Built[]): string | undefined {
  const byKey = new Map(built.map((one) => [one.key, one.kustomization]));
  const open = [[key]];
  const seen = new Set<string>();
  for (let path = open.pop(); path; path = open.pop()) {
    const last = byKey.get(path.at(-1) ?? '');
    for (const next of last ? namesOf(last) : []) {
      if (next === key) return `its dependencies go in a circle: ${[...path, next].join(' -> ')}`;
      if (!seen.has(next)) open.push([...path, next]);
      seen.add(next);
    }
  }
  return undefined;
}

/** Who takes what a Kustomization gives away: another one of the same source that builds it (reconcile/kustomization/claims.ts). */
function takerFor(key: string, kustomization: JsonObject, builders: Builders): (ref: ObjectRef) => string | undefined {
  const source = keyOf(sourceRefOf(kustomization));
  return (ref) =>
    builders
      .get(keyOf(ref))
      ?.find(
        (other) =>
          other.key !== key && !hasErrors(other.findings) && keyOf(sourceRefOf(other.kustomization)) === source,
      )?.key;
}

/** Objects that two Kustomizations build: they would take them from each other for ever. */
function rivals(one: Built, builders: Builders): Plan['findings'] {
  return one.manifests.flatMap((manifest) => {
    const others = (builders.get(keyOf(manifestRef(manifest))) ?? []).filter(({ key }) => key !== one.key);
    const { kind, name } = manifestRef(manifest);
    if (others.length === 0) return [];
    const { place } = manifest.node.origin;
    const said = note(
      `${kind} ${name} is built by ${others.map(({ key }) => key).join(' and ')} too: they take it from each other`,
    );
    return [place ? { ...said, at: place } : said];
  });
}

/** Definitions and namespaces that an apply of the plan brings: what other plans may need. */
function arrivalsOf(plan: Plan, one: Built): Arrival[] {
  const arriving = new Set(plan.entries.filter(isArriving).map(({ ref }) => keyOf(ref)));
  return arrivalsIn(one).filter(({ object }) => arriving.has(keyOf(refOf(object))));
}

/** Those that the cluster does not have: Kustomizations that do not wait for each other are applied side by side. */
async function missingArrivals(
  built: readonly Built[],
  reader: KubeReader,
  signal: AbortSignal,
): Promise<readonly Arrival[]> {
  const arrivals = built.filter(({ idle, findings }) => !idle && !hasErrors(findings)).flatMap(arrivalsIn);
  const missing = new Set(
    await notThere(
      arrivals.map(({ object }) => object),
      reader,
      signal,
    ),
  );
  return arrivals.filter(({ object }) => missing.has(object));
}

function arrivalsIn({ key, kustomization, manifests }: Built): Arrival[] {
  // What goes to another cluster is none for this one.
  if (getPath(kustomization, 'spec', 'kubeConfig') !== undefined) return [];
  return broughtBy(manifests).map((object) => ({ by: key, object }));
}

/**
 * A Kustomization that is pruned takes its inventory along, as its deletionPolicy says (kustomize-controller, finalize), and
 * with it what Kustomizations in there have made.
 */
async function planDeletions(
  plan: Plan,
  request: PlanAllRequest,
  builders: Builders,
  signal: AbortSignal,
  seen: ReadonlySet<string> = new Set(),
): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const { ref, action } of plan.entries) {
    if (action !== 'prune' || !isKustomization({ apiVersion: `${ref.group}/${ref.version}`, kind: ref.kind })) continue;
    const live = await read(request.reader, ref, signal);
    if (!live || seen.has(keyOf(ref))) continue;
    const target = await request.target(live);
    const inventory = inventoryOf(live);
    if (typeof target === 'string') {
      if (inventory.length > 0 && deletesObjects(live))
        plans.push(unseen(`${ref.namespace}/${ref.name}`, request, inventory.length, target));
      continue;
    }
    try {
      const deleted = await planObjects(
        {
          ...requestOf(target, request),
          kustomization: { ...live, spec: { prune: deletesObjects(live) } },
          manifests: [],
          inventory,
          taker: takerFor(`${ref.namespace}/${ref.name}`, live, builders),
        },
        signal,
      );
      plans.push({
        ...deleted,
        idle: true,
        findings: [note('this Kustomization is deleted, and what it has made with it')],
      });
      plans.push(...(await planDeletions(deleted, request, builders, signal, new Set([...seen, keyOf(ref)]))));
    } finally {
      target.dispose();
    }
  }
  return plans;
}

/** What goes cannot be looked at; that it goes is said all the same. */
function unseen(kustomization: string, { revision, server }: PlanAllRequest, count: number, why: string): Plan {
  const said = note(
    `this Kustomization is deleted, and what it has made cannot be looked at (${count} in its inventory): ${why}`,
  );
  return { kustomization, revision, server, confirmed: false, entries: [], findings: [said], idle: true };
}

export function inventoryOf(live: JsonObject | undefined): InventoryEntry[] {
  return (getList(live, 'status', 'inventory', 'entries') ?? []).map((entry) => ({
    id: getString(entry, 'id') ?? '',
    v: getString(entry, 'v') ?? '',
  }));
}
