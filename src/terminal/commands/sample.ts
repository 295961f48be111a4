// plumbline sample: make a sample repository, with history, to try things on.
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { homeFolder } from '../../clusters/homeFolder.ts';
import { createSample } from '../../samples/createSample.ts';
import type { SampleName } from '../../samples/createSample.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { EXIT } from '../main.ts';

const SAMPLES: readonly [SampleName, ...SampleName[]] = ['shop', 'vote'];

export const sampleCommand: Command = {
  name: 'sample',
  summary: 'Make a sample GitOps repository',
  operands: '[NAME [DIR]]',
  arity: [0, 2],
  description: `Make a sample GitOps repository, with history: ${SAMPLES.join(' or ')}.`,
  examples: [['Make the shop in a folder of its own', 'plumbline sample shop ./shop']],
  flags: [],
  run: async ({ args, io, signal }) => {
    const name = args[0] ?? SAMPLES[0];
    if (!isSample(name)) throw new UsageError(`there is no sample "${name}": use ${SAMPLES.join(' or ')}`);
    const folder = resolve(io.cwd, args[1] ?? join(homeFolder(io.env), 'samples', name));
    if (existsSync(folder) && readdirSync(folder).length > 0)
      throw new Error(`${folder} is not empty: name another folder, nothing was written`);
    await createSample(name, folder, signal);
    io.stdout.write(`✔ ${folder}\n`);
    return EXIT.ok;
  },
};

function isSample(name: string | undefined): name is SampleName {
  return SAMPLES.some((sample) => sample === name);
}
