// plumbline check: render every kustomization below a folder and report what is wrong where it was written.
import { basesAmong } from '../../model/bases.ts';
import type { Built } from '../../model/bases.ts';
import type { Finding } from '../../model/finding.ts';
import { hasErrors } from '../../model/finding.ts';
import type { Manifest } from '../../model/manifest.ts';
import { build } from '../../render/build.ts';
import { renderFlux } from '../../render/flux/renderFlux.ts';
import type { BuildOptions, Rendering } from '../../render/rendering.ts';
import type { FetchedThings } from '../../source/wanted.ts';
import { validate } from '../../validate/validate.ts';
import type { Command } from '../command.ts';
import { knownSchemas } from '../../workspace/cluster/clusterSchemas.ts';
import { fetchFlags, renderAllowed } from '../fetching.ts';
import { checkFluxObjects } from '../../workspace/files/checkFolder.ts';
import { variablesIn } from '../../workspace/files/variableLookup.ts';
import { findingJson, openFolder, openRepositoryOf } from '../folder.ts';
import type { Folder } from '../folder.ts';
import { textOrJson } from '../outputFlag.ts';
import { EXIT } from '../main.ts';
import { findFluxFolders, findRoots } from '../roots.ts';

export const checkCommand: Command = {
  name: 'check',
  summary: 'Report mistakes in the kustomizations below a folder',
  operands: '[DIR]',
  arity: [0, 1],
  description:
    'Render every kustomization and every folder of Flux objects below a folder, check the manifests against their schemas, and report mistakes where they were\n written. The exit code is 0 without errors, 1 with errors.',
  examples: [
    ['Check the whole repository', 'plumbline check'],
    ['Fail on warnings too, for a program', 'plumbline check overlays --strict --output json'],
  ],
  flags: [{ name: 'strict', type: 'boolean', description: 'Treat warnings as errors.' }, textOrJson, ...fetchFlags],
  run: async (call) => {
    const { args, flags, io, signal } = call;
    const folder = openFolder(args[0] ?? '.', io);
    const schemas = knownSchemas();
    const roots = findRoots(folder.snapshot, folder.path);
    const fluxFolders = findFluxFolders(folder.snapshot, folder.path);
    if (roots.length + fluxFolders.length === 0) {
      io.stderr.write(
        `${args[0] ?? '.'}: no kustomization.yaml and no Flux Kustomization in this folder or below it\n`,
      );
      return EXIT.failed;
    }
    const base: BuildOptions = { schemas, loadRestrictor: 'none', order: 'none' };
    const options: BuildOptions = { ...base, snapshotIs: 'filesystem', display: folder.display };
    const found = newFound();
    const known: Manifest[] = [];
    const renderings = [
      ...roots.map((path) => ({
        path,
        render: (fetched: FetchedThings) => build(folder.snapshot, path, { ...options, fetched }),
      })),
      ...fluxFolders.map((path) => ({
        path,
        render: (fetched: FetchedThings) =>
          renderFlux(folder.snapshot, { spec: { path } }, [], { ...options, fetched }),
      })),
    ];
    const built: (Built & Rendering)[] = [];
    for (const { path, render } of renderings) {
      signal.throwIfAborted();
      built.push({ path, ...(await renderAllowed<Rendering>(call, render)) });
    }
    const bases = basesAmong(built);
    for (const { path, manifests, findings } of built) {
      known.push(...manifests);
      found.add(findings, folder);
      // What Flux will substitute later is not judged before it: which of the folders it does so for is another's say.
      if (hasErrors(findings)) continue;
      const judged = validate(manifests, schemas, { substituted: false });
      // What a base lacks, an overlay may add: its own rendering says so where it does not.
      found.add(bases.has(path) ? judged.filter(({ code }) => code !== 'schema-required') : judged, folder);
    }
    const repository = openRepositoryOf(args[0] ?? '.', io);
    const flux = await checkFluxObjects(
      repository.snapshot,
      {
        directory: repository.path,
        variables: variablesIn(known),
        build: { ...base, display: repository.display },
        render: (make) => renderAllowed(call, make),
      },
      signal,
    );
    found.add(flux.findings, repository);
    const rendered = renderings.length + flux.count;
    const shown = found.inOrder();
    if (flags.text('output') === 'json')
      io.stdout.write(
        `${JSON.stringify(
          shown.map(({ finding, folder: of }) => findingJson(finding, of.display)),
          null,
          2,
        )}\n`,
      );
    else for (const { text } of shown) io.stdout.write(`${text}\n`);
    const errors = shown.filter(({ finding }) => finding.severity === 'error').length;
    const warnings = shown.length - errors;
    io.stderr.write(
      `${rendered} kustomization${rendered === 1 ? '' : 's'}: ${errors} error${errors === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}\n`,
    );
    return errors > 0 || (flags.on('strict') && warnings > 0) ? EXIT.failed : EXIT.ok;
  },
};

interface Found {
  readonly finding: Finding;
  readonly folder: Folder;
  readonly text: string;
}

/** Findings by their text: a base is rendered by each of its overlays, and the same mistake at the same place is one. */
function newFound(): { add(findings: readonly Finding[], folder: Folder): void; inOrder(): readonly Found[] } {
  const byText = new Map<string, Found>();
  return {
    add(findings, folder) {
      for (const finding of findings) {
        const text = folder.print(finding);
        if (finding.severity !== 'info' && !byText.has(text)) byText.set(text, { finding, folder, text });
      }
    },
    inOrder: () => [...byText.values()].toSorted((a, b) => compare(keyOf(a), keyOf(b))),
  };
}

/** By file, then by the place in it. */
function keyOf({ finding: { at }, folder }: Found): readonly (string | number)[] {
  return at ? [folder.display(at.source.path), at.start] : ['', 0];
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const at = a.findIndex((part, i) => part !== b[i]);
  if (at < 0) return 0;
  return (a[at] ?? 0) < (b[at] ?? 0) ? -1 : 1;
}
