// Generated kustomization trees for trees.ts: bases, components and overlays over one another, each with any of the fields
// that a kustomization has. Deliberately sloppy: some trees are wrong, and then both programs have to say so.
import * as fc from 'fast-check';
import { chance, pick, rarely, some } from './treeDraw.ts';
import type { Draw } from './treeDraw.ts';
import { FIELDS, NEEDS_TARGETS } from './treeFields.ts';
import { spoil } from './treeFaults.ts';
import type { Field, Id, Level, Made, Tree } from './treeLevel.ts';
import { resource } from './treeResources.ts';
import { restyled } from './treeStyles.ts';

interface Asked {
  readonly kind: 'Kustomization' | 'Component';
  readonly component?: string | undefined;
  /** Objects that it can name, besides those of its own. */
  readonly known?: readonly Id[];
  /** Fields that it has for sure. */
  readonly fixed?: string;
}

export const trees: fc.Arbitrary<Tree> = fc.gen().map((gen) => {
  const draw: Draw = (arbitrary, ...args) => gen(arbitrary as (...of: typeof args) => fc.Arbitrary<never>, ...args);
  const level: Level = { files: {}, draw, knownOf: new Map(), known: [] };
  const bases = [0, ...some(draw, 2, (i) => i + 1)].map((i) => base(level, i));
  const component = chance(draw, 25) ? componentOf(level, rarely(draw, 30) ? bases : bases.slice(0, 1)) : undefined;
  const used = new Set<string>();
  const most = bases.length > 1 || rarely(draw, 30) ? 2 : 1;
  const overlays = some(draw, most, (i) => {
    const free = rarely(draw, 30) ? bases : bases.filter((path) => !used.has(path));
    const few = free.length > 0 ? free : bases;
    const isLast = i === most - 1;
    const of = few.length > 1 && isLast && chance(draw, 60) ? few : i === 0 ? few.slice(0, 1) : [pick(draw, few)];
    for (const path of of) used.add(path);
    // Two overlays of one base would be two objects of one name.
    const fixed = i > 0 && chance(draw, 99) ? `namePrefix: over${i}-\n` : '';
    return kustomization(level, `over${i}`, of, {
      kind: 'Kustomization',
      component: i === 0 && chance(draw, 60) ? component : undefined,
      fixed,
    });
  });
  const left = overlays.length === 0 ? bases : rarely(draw, 5) ? [...overlays, bases.at(-1) ?? ''] : overlays;
  kustomization(level, 'root', left, {
    kind: 'Kustomization',
    component: overlays.length === 0 ? component : undefined,
  });
  restyleSome(level);
  if (chance(draw, 4)) spoil(draw, level.files);
  return level.files;
});

/** A component that knows the bases' objects, since it is there for them; it may have a component of its own. */
function componentOf(level: Level, bases: readonly string[]): string {
  const known = bases.flatMap((path) => level.knownOf.get(path) ?? []);
  const inner = chance(level.draw, 25) ? kustomization(level, 'inner', [], { kind: 'Component', known }) : undefined;
  return kustomization(level, 'comp', [], { kind: 'Component', known, component: inner });
}

/** Some files in other styles; not those whose text is data. */
function restyleSome({ draw, files }: Level): void {
  for (const [path, text] of Object.entries(files)) {
    if (!/(?:all|extra|patch|psm|plugin|config|transformers|generators|kustomization)\d*\.yaml$/.test(path)) continue;
    if (chance(draw, path.endsWith('kustomization.yaml') ? 6 : 20)) files[path] = restyled(draw, text);
  }
}

function base(level: Level, i: number): string {
  const { draw, files } = level;
  const path = `base${i}`;
  const all: Made[] = [resource(draw, `-${i}`), ...some(draw, 4, () => resource(draw, `-${i}`))];
  const isNew = (one: Made, at: number): boolean =>
    !all.slice(0, at).some(({ id }) => id.kind === one.id.kind && id.name === one.id.name);
  const made = rarely(draw, 5) ? all : all.filter(isNew);
  if (chance(draw, 10)) {
    const items = made.map(({ text }) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`);
    files[`${path}/all.yaml`] =
      `apiVersion: v1\nkind: ${pick(draw, ['List', 'ConfigMapList'])}\nitems:\n${items.join('')}`;
  } else
    files[`${path}/all.yaml`] = made
      .map(({ text }) => text)
      .join(pick(draw, ['---\n', '---\n# comment\n', '\n---\n\n---\n']));
  level.knownOf.set(
    'all.yaml',
    made.map(({ id }) => id),
  );
  return kustomization(level, path, ['all.yaml'], { kind: 'Kustomization' });
}

function kustomization(
  outer: Level,
  path: string,
  resources: readonly string[],
  { kind, component, known = [], fixed = '' }: Asked,
): string {
  const { draw, files } = outer;
  const below = [...resources, ...(component === undefined ? [] : [component])];
  const level: Level = {
    ...outer,
    known: [...known, ...below.flatMap((one) => outer.knownOf.get(one) ?? [])],
  };
  const extra = !path.startsWith('base') && chance(draw, 30) ? [resource(draw, `-${path}`)] : [];
  for (const [i, { id, text }] of extra.entries()) {
    level.known.push(id);
    files[`${path}/extra${i}.yaml`] = text;
  }
  const all = [
    ...resources.map((one) => (one.endsWith('.yaml') ? one : `../${one}`)),
    ...extra.map((_, i) => `extra${i}.yaml`),
  ];
  const header = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
  const head =
    kind === 'Component'
      ? 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n'
      : chance(draw, 30)
        ? header
        : '';
  const isEmpty = (field: Field): boolean => NEEDS_TARGETS.has(field) && level.known.length === 0 && !rarely(draw, 10);
  const made = FIELDS.map(([percent, field]) => (chance(draw, percent) && !isEmpty(field) ? field(level, path) : ''));
  // A field twice is an error of its own.
  const keyOf = (text: string): string => text.slice(0, text.indexOf(':'));
  const fields = made
    .filter((text, i) => !made.some((other, j) => j > i && other !== '' && keyOf(other) === keyOf(text)))
    .filter((text) => fixed === '' || !text.startsWith('namePrefix'));
  outer.knownOf.set(path, level.known);
  const components = component === undefined ? '' : `components:\n- ../${component}\n`;
  const fileName = chance(draw, 4) ? pick(draw, ['kustomization.yml', 'Kustomization']) : 'kustomization.yaml';
  const empty = all.length === 0 && fields.join('') === '' && components === '' ? 'commonAnnotations: {c: d}\n' : '';
  files[`${path}/${fileName}`] = `${head}${resourcesField(draw, all)}${components}${fixed}${fields.join('')}${empty}`;
  return path;
}

/** What there is to build; now and then directories in the field of old. */
function resourcesField(draw: Draw, all: readonly string[]): string {
  const list = (field: string, items: readonly string[]): string =>
    items.length > 0 ? `${field}:\n${items.map((one) => `- ${one}\n`).join('')}` : '';
  if (!chance(draw, 3)) return list('resources', all);
  const isDirectory = (one: string): boolean => !one.endsWith('.yaml');
  return (
    list(
      'resources',
      all.filter((one) => !isDirectory(one)),
    ) + list('bases', all.filter(isDirectory))
  );
}
