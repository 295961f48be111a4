// Generated scenarios for loopScenarios.ts: steps of edits in a repository, in Flux's objects and in the cluster. The word
// TOKEN stands for what keeps two runs of a scenario apart. Knows nothing of how a step is run.
import { basename } from 'node:path';
import * as fc from 'fast-check';
import type { JsonObject } from '../../src/model/json.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import {
  basePath,
  baseText,
  BREAKS,
  isIncluded,
  manifestText,
  readmePath,
  refOfItem,
  VARIANTS,
} from './loopManifests.ts';
import type { Item, ItemKind } from './loopManifests.ts';
import { COMPONENT, firstSpec, layoutText, spec, variablesObject } from './loopSpecs.ts';

export type Operation =
  | { readonly op: 'write'; readonly path: string; readonly text: string }
  | { readonly op: 'remove'; readonly path: string }
  /** A merge patch of a Kustomization's spec. */
  | { readonly op: 'spec'; readonly name: string; readonly spec: JsonObject }
  | { readonly op: 'delete-kustomization'; readonly name: string }
  | { readonly op: 'create-kustomization'; readonly name: string }
  /** What other clients do in the cluster. */
  | { readonly op: 'apply'; readonly manager: string; readonly object: JsonObject }
  | { readonly op: 'patch'; readonly manager: string; readonly ref: ObjectRef; readonly patch: JsonObject }
  | { readonly op: 'delete'; readonly ref: ObjectRef };

export interface Scenario {
  /** The spec of each Kustomization beyond path and source. */
  readonly specs: Readonly<Record<string, JsonObject>>;
  readonly steps: readonly (readonly Operation[])[];
}

/** The Kustomizations of every scenario; each builds the folder of its name. */
export const KUSTOMIZATIONS = ['alpha', 'beta'];

const of = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const folder = of(...KUSTOMIZATIONS);
const name = of('one', 'two', 'three', 'four');
const kind: fc.Arbitrary<ItemKind> = fc.oneof(
  { arbitrary: of<ItemKind>('ConfigMap'), weight: 4 },
  {
    arbitrary: of<ItemKind>(
      'Secret',
      'Service',
      'Deployment',
      'Job',
      'ServiceAccount',
      'Role',
      'Fixed',
      'Namespace',
      'Definition',
      'Inside',
      'RoleBinding',
      'StatefulSet',
      'CronJob',
      'HorizontalPodAutoscaler',
      'Ingress',
      'ClusterRole',
      'PriorityClass',
    ),
    weight: 8,
  },
);
const variant = fc.nat({ max: VARIANTS - 1 });

/** What an edit does; it is turned into operations with the repository as it then is. */
type Edit =
  | {
      readonly edit: 'add';
      readonly folder: string;
      readonly kind: ItemKind;
      readonly name: string;
      readonly variant: number;
    }
  | { readonly edit: 'change'; readonly at: number; readonly variant: number }
  | { readonly edit: 'rename'; readonly at: number; readonly name: string }
  | {
      readonly edit: 'move' | 'drop' | 'break' | 'heal' | 'drift' | 'vanish';
      readonly at: number;
      readonly variant: number;
    }
  | { readonly edit: 'annotate'; readonly at: number; readonly key: string; readonly value: string }
  | { readonly edit: 'spec'; readonly name: string; readonly spec: JsonObject }
  /** A kustomization.yaml of one's own, with what is in the folder now; a negative variant removes it. */
  | { readonly edit: 'layout'; readonly folder: string; readonly variant: number }
  | OfFolder
  /** The ConfigMap that is substituted from. */
  | { readonly edit: 'variables'; readonly variant: number }
  | Life;

/** All files of a folder go, and a text that is no manifest stays; and back again. */
interface OfFolder {
  readonly edit: 'empty' | 'fill';
  readonly folder: string;
}

interface Life {
  readonly edit: 'end' | 'begin';
  readonly name: string;
}

const isLife = (edit: Edit): edit is Life => edit.edit === 'end' || edit.edit === 'begin';

const annotation = fc.oneof(
  fc.tuple(of('kustomize.toolkit.fluxcd.io/ssa'), of('Ignore', 'Merge', 'IfNotPresent', 'Override', '')),
  fc.tuple(of('kustomize.toolkit.fluxcd.io/prune'), of('disabled', 'Disabled', '')),
  fc.tuple(of('kustomize.toolkit.fluxcd.io/force'), of('enabled', 'Enabled', '')),
  fc.tuple(of('kustomize.toolkit.fluxcd.io/reconcile'), of('disabled', '')),
  fc.tuple(of('kustomize.toolkit.fluxcd.io/substitute'), of('disabled', '')),
);

const at = fc.nat({ max: 99 });
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: fc.record({ edit: of('add' as const), folder, kind, name, variant }), weight: 5 },
  { arbitrary: fc.record({ edit: of('change' as const), at, variant }), weight: 5 },
  { arbitrary: fc.record({ edit: of('rename' as const), at, name }), weight: 2 },
  { arbitrary: fc.record({ edit: of('move' as const, 'drop' as const, 'drop' as const), at, variant }), weight: 4 },
  { arbitrary: fc.record({ edit: of('break' as const), at, variant }), weight: 2 },
  { arbitrary: fc.record({ edit: of('heal' as const), at, variant }), weight: 2 },
  { arbitrary: fc.record({ edit: of('drift' as const), at, variant }), weight: 5 },
  { arbitrary: fc.record({ edit: of('vanish' as const), at, variant }), weight: 1 },
  {
    arbitrary: fc
      .tuple(at, annotation)
      .map(([where, [key, value]]) => ({ edit: 'annotate' as const, at: where, key, value })),
    weight: 4,
  },
  { arbitrary: fc.record({ edit: of('spec' as const), name: folder, spec }), weight: 5 },
  {
    arbitrary: fc.record({ edit: of('layout' as const), folder, variant: fc.integer({ min: -1, max: 3 }) }),
    weight: 2,
  },
  { arbitrary: fc.record({ edit: of('empty' as const, 'fill' as const), folder }), weight: 2 },
  { arbitrary: fc.record({ edit: of('variables' as const), variant: fc.nat({ max: 2 }) }), weight: 1 },
  { arbitrary: fc.record({ edit: of('end' as const, 'begin' as const), name: folder }), weight: 1 },
);

export const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    specs: fc.record({ alpha: firstSpec, beta: firstSpec }),
    first: fc.array(fc.record({ edit: of('add' as const), folder, kind, name, variant }), {
      minLength: 2,
      maxLength: 5,
    }),
    edits: fc.array(fc.array(anyEdit, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 5 }),
  })
  .map(({ specs, first, edits }) => ({ specs, steps: operations([first, ...edits]) }));

interface State {
  readonly items: Item[];
  readonly ended: Set<string>;
  readonly drifted: Set<string>;
  readonly emptied: Set<string>;
}

function operations(steps: readonly (readonly Edit[])[]): Operation[][] {
  const state: State = { items: [], ended: new Set(), drifted: new Set(), emptied: new Set() };
  return steps
    .map((edits) => {
      const moved = new Set<Item>();
      return edits.flatMap((one) => perform(state, one, moved));
    })
    .filter((step, index) => index === 0 || step.length > 0);
}

const pathOf = ({ folder: where, kind: what, name: called }: Item): string =>
  `${where}/${what.toLowerCase()}-${called}.yaml`;
const writeItem = (item: Item): Operation => ({ op: 'write', path: pathOf(item), text: manifestText(item) });

function perform(state: State, edit: Edit, moved: Set<Item>): Operation[] {
  const { items } = state;
  if (edit.edit === 'add') return add(state, edit);
  if (edit.edit === 'spec') return specOf(state, edit);
  if (edit.edit === 'layout') return [layout(state, edit)];
  if (isOfFolder(edit)) return edit.edit === 'empty' ? empty(state, edit.folder) : fill(state, edit.folder);
  if (edit.edit === 'variables') return [{ op: 'apply', manager: 'dev', object: variablesObject(edit.variant) }];
  if (isLife(edit)) return lifeOf(state, edit);
  const item = items[edit.at % Math.max(items.length, 1)];
  if (!item || moved.has(item)) return [];
  moved.add(item);
  switch (edit.edit) {
    case 'change':
      item.variant = edit.variant;
      return [writeItem(item)];
    case 'annotate':
      if (edit.value === '') delete item.annotations[edit.key];
      else item.annotations[edit.key] = edit.value;
      return [writeItem(item)];
    case 'break':
    case 'heal':
      item.broken = edit.edit === 'break' ? (edit.variant % BREAKS) + 1 : 0;
      return [writeItem(item)];
    case 'drop':
      items.splice(items.indexOf(item), 1);
      return [{ op: 'remove', path: pathOf(item) }];
    case 'rename':
      return relocate(state, item, { name: edit.name });
    case 'move':
      // What others have put into an object is lost where it is deleted and made again: an intended difference.
      if (state.drifted.has(keyOf(item))) return [];
      return relocate(state, item, { folder: KUSTOMIZATIONS.find((one) => one !== item.folder) ?? '' });
    case 'vanish':
      return [{ op: 'delete', ref: refOfItem(item) }];
    default:
      state.drifted.add(keyOf(item));
      return drift(item, edit.variant);
  }
}

function lifeOf({ ended }: State, { edit, name: owner }: Life): Operation[] {
  if (edit === 'begin') return ended.delete(owner) ? [{ op: 'create-kustomization', name: owner }] : [];
  if (ended.has(owner)) return [];
  ended.add(owner);
  return [{ op: 'delete-kustomization', name: owner }];
}

function specOf({ ended }: State, { name: owner, spec: changed }: Edit & { edit: 'spec' }): Operation[] {
  // Only one of the two waits for the other.
  const wanted = owner === KUSTOMIZATIONS[0] && 'dependsOn' in changed ? { dependsOn: [] } : changed;
  if (ended.has(owner)) return [];
  const component: Operation[] = 'components' in wanted ? [{ op: 'write', ...COMPONENT }] : [];
  return [...component, { op: 'spec', name: owner, spec: wanted }];
}

const isOfFolder = (edit: Edit): edit is OfFolder => edit.edit === 'empty' || edit.edit === 'fill';

function empty({ items, emptied }: State, where: string): Operation[] {
  const own = items.filter((item) => item.folder === where);
  for (const item of own) items.splice(items.indexOf(item), 1);
  emptied.add(where);
  const paths = [...own.map(pathOf), basePath(where), `${where}/kustomization.yaml`];
  const removals = paths.map((path): Operation => ({ op: 'remove', path }));
  return [...removals, { op: 'write', path: readmePath(where), text: 'nothing here\n' }];
}

function fill({ emptied }: State, where: string): Operation[] {
  return emptied.delete(where) ? [{ op: 'write', path: basePath(where), text: baseText(where) }] : [];
}

function layout({ items, emptied }: State, { folder: where, variant: number }: Edit & { edit: 'layout' }): Operation {
  const path = `${where}/kustomization.yaml`;
  if (number < 0) return { op: 'remove', path };
  const files = items.filter((item) => item.folder === where).map((item) => basename(pathOf(item)));
  return { op: 'write', path, text: layoutText(emptied.has(where) ? files : ['base.yaml', ...files], number) };
}

const keyOf = (item: Item): string => `${item.kind}/${item.name}`;

function add({ items }: State, edit: Edit & { edit: 'add' }): Operation[] {
  if (items.some((item) => item.kind === edit.kind && item.name === edit.name)) return [];
  const item: Item = { ...edit, annotations: {}, broken: 0 };
  items.push(item);
  return [writeItem(item)];
}

function relocate({ items }: State, item: Item, to: { name?: string; folder?: string }): Operation[] {
  const after: Item = { ...item, ...to };
  if (
    items.some((one) => one.kind === after.kind && one.name === after.name && (one !== item || to.folder === undefined))
  )
    return [];
  items[items.indexOf(item)] = after;
  return [{ op: 'remove', path: pathOf(item) }, writeItem(after)];
}

const MANAGERS = ['kubectl', 'kubectl-client-side-apply', 'kubectl-edit', 'other', 'before-first-apply'];

function drift(item: Item, number: number): Operation[] {
  const ref = refOfItem(item);
  const manager = MANAGERS[number % MANAGERS.length] ?? 'other';
  const values: JsonObject[] = isIncluded(item)
    ? [{ metadata: { labels: { drift: `d${number}` } } }]
    : [
        { metadata: { labels: { drift: `d${number}` } } },
        { metadata: { annotations: { note: `n${number}` } } },
        { metadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': null } } },
        ...(item.kind === 'ConfigMap'
          ? [{ data: { shared: 'drifted' } }, { data: { own: 'x' } }, { data: { shared: null } }]
          : []),
        ...(item.kind === 'Deployment' ? [{ spec: { minReadySeconds: 7 } }, { spec: { paused: true } }] : []),
        ...(item.kind === 'Service' ? [{ spec: { sessionAffinity: 'ClientIP' } }] : []),
      ];
  const patch = values[(number * 7 + item.variant) % values.length] ?? {};
  if (number % 2 === 0 || JSON.stringify(patch).includes('null')) return [{ op: 'patch', manager, ref, patch }];
  const apiVersion = ref.group === '' ? ref.version : `${ref.group}/${ref.version}`;
  const metadata = { ...(patch['metadata'] as JsonObject | undefined), name: ref.name, namespace: ref.namespace };
  return [{ op: 'apply', manager, object: { ...patch, apiVersion, kind: ref.kind, metadata } }];
}
