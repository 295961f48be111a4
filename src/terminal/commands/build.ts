// plumbline build: kustomize's answer, from our own renderer.
import { hasErrors } from '../../model/finding.ts';
import type { JsonObject } from '../../model/json.ts';
import { stringifyJson } from '../../model/jsonText.ts';
import { toJson } from '../../model/node.ts';
import { printManifests } from '../../render/output/print.ts';
import { originLines } from '../../present/preview/originLines.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { fetchFlags, fluxFlag } from '../fetching.ts';
import { EXIT } from '../main.ts';
import { openOperand, renderOperand } from '../operand.ts';

export const buildCommand: Command = {
  name: 'build',
  summary: 'Render the kustomization of a folder',
  operands: '[DIR]',
  arity: [0, 1],
  description:
    'Render the kustomization of a folder and print the manifests.\n\n The output equals that of "kustomize build". Nothing is written to the folder.',
  examples: [
    ['Render the kustomization in the current folder', 'plumbline build'],
    ['Render an overlay and apply it', 'plumbline build overlays/staging | kubectl apply -f -'],
    ['Say where each value came from', 'plumbline build overlays/staging --origins'],
    ['Render what Flux applies', 'plumbline build . --flux apps'],
    [
      'Allow files from outside of the root, as Flux does',
      'plumbline build overlays/staging --load-restrictor LoadRestrictionsNone',
    ],
  ],
  flags: [
    {
      name: 'load-restrictor',
      type: 'string',
      choices: ['LoadRestrictionsRootOnly', 'LoadRestrictionsNone'],
      description: 'Whether files may lie outside of the root of a kustomization.',
    },
    {
      name: 'output',
      short: 'o',
      type: 'string',
      choices: ['yaml', 'json'],
      description: 'Output format. json prints one List.',
    },
    {
      name: 'enable-managedby-label',
      type: 'boolean',
      description: 'Add the label app.kubernetes.io/managed-by to every object.',
    },
    {
      name: 'origins',
      type: 'boolean',
      description: 'Say behind each line of the YAML which file, line and column its value came from.',
    },
    fluxFlag,
    ...fetchFlags,
    { name: 'quiet', short: 'q', type: 'boolean', description: 'Print errors only, no warnings.' },
  ],
  run: async (call) => {
    const { flags, io } = call;
    if (flags.on('origins') && flags.text('output') === 'json')
      throw new UsageError('--origins are comments, which JSON has none of: leave out --output json, or use explain');
    const folder = openOperand(call);
    const rendering = await renderOperand(call, folder, {
      loadRestrictor: flags.text('load-restrictor') === 'LoadRestrictionsNone' ? 'none' : 'rootOnly',
      managedByLabel: flags.on('enable-managedby-label'),
    });
    for (const finding of rendering.findings) {
      if (finding.severity === 'error' || !flags.on('quiet')) io.stderr.write(`${folder.print(finding)}\n`);
    }
    if (hasErrors(rendering.findings)) return EXIT.failed;
    if (flags.text('output') === 'json') {
      const list: JsonObject = {
        apiVersion: 'v1',
        kind: 'List',
        items: rendering.manifests.map((manifest) => toJson(manifest.node)),
      };
      io.stdout.write(`${stringifyJson(list, 2)}\n`);
    } else if (flags.on('origins'))
      io.stdout.write(rendering.manifests.map((one) => originLines(one, folder.display)).join('---\n'));
    else io.stdout.write(printManifests(rendering.manifests));
    return EXIT.ok;
  },
};
