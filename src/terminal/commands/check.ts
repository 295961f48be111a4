// plumbline check: render every kustomization below a folder and report what is wrong where it was written.
import type { Finding } from '../../model/finding.ts';
import { build } from '../../render/build.ts';
import { renderFlux } from '../../render/flux/renderFlux.ts';
import type { BuildOptions, Rendering } from '../../render/rendering.ts';
import type { FetchedThings } from '../../source/wanted.ts';
import { validate } from '../../validate/validate.ts';
import type { Command } from '../command.ts';
import { knownSchemas } from '../clusterSchemas.ts';
import { fetchFlags, renderAllowed } from '../fetching.ts';
import { findingJson, openFolder } from '../folder.ts';
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
  flags: [
    { name: 'strict', type: 'boolean', description: 'Treat warnings as errors.' },
    { name: 'output', short: 'o', type: 'string', choices: ['text', 'json'], description: 'Output format.' },
    ...fetchFlags,
  ],
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
    const found = new Map<string, Finding>();
    const options: BuildOptions = { schemas, loadRestrictor: 'none', order: 'none' };
    const renderings = [
      ...roots.map((root) => (fetched: FetchedThings) => build(folder.snapshot, root, { ...options, fetched })),
      ...fluxFolders.map(
        (path) => (fetched: FetchedThings) =>
          renderFlux(folder.snapshot, { spec: { path } }, [], { ...options, fetched }),
      ),
    ];
    for (const render of renderings) {
      signal.throwIfAborted();
      const { manifests, findings } = await renderAllowed<Rendering>(call, render);
      // A base is rendered by each of its overlays: the same mistake at the same place is one.
      for (const finding of [...findings, ...validate(manifests, schemas)]) found.set(folder.print(finding), finding);
    }
    const shown = [...found.values()].filter((finding) => finding.severity !== 'info');
    if (flags.text('output') === 'json')
      io.stdout.write(
        `${JSON.stringify(
          shown.map((finding) => findingJson(finding, folder.display)),
          null,
          2,
        )}\n`,
      );
    else for (const finding of shown) io.stdout.write(`${folder.print(finding)}\n`);
    const errors = shown.filter((finding) => finding.severity === 'error').length;
    const warnings = shown.length - errors;
    io.stderr.write(
      `${renderings.length} kustomization${renderings.length === 1 ? '' : 's'}: ${errors} error${errors === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}\n`,
    );
    return errors > 0 || (flags.on('strict') && warnings > 0) ? EXIT.failed : EXIT.ok;
  },
};
