// plumbline cluster: the clusters that Plumbline makes and unmakes.
import { resolve } from 'node:path';
import { homeFolder } from '../../clusters/homeFolder.ts';
import type { Clusters } from '../../clusters/clusters.ts';
import { rememberWorkspace } from '../../clusters/workspaces.ts';
import type { ClusterStatus, ProviderName } from '../../clusters/provider.ts';
import type { Command, Flag, Io } from '../command.ts';
import { UsageError } from '../command.ts';
import { EXIT } from '../main.ts';
import { table } from '../table.ts';

const NAME_DEFAULT = 'dev';
const output: Flag = {
  name: 'output',
  short: 'o',
  type: 'string',
  choices: ['table', 'json'],
  description: 'Output format.',
};

export type OpenClusters = (io: Io, options?: { readonly image?: string }) => Clusters;

export function clusterCommands(open: OpenClusters): Command[] {
  return [create(open), remove(open), list(open), status(open)];
}

function create(open: OpenClusters): Command {
  return {
    name: 'cluster create',
    summary: 'Create a local cluster, or start the one of that name',
    operands: '[NAME]',
    arity: [0, 1],
    description:
      'Create a local cluster, or start the one of that name.\n\n The embedded cluster is a Kubernetes API in a process of its own: it needs no Docker and runs no containers. kind runs the\n real thing where kind and Docker are installed. Each cluster has a kubeconfig of its own; yours is not touched.',
    examples: [
      ['Create the embedded cluster "dev"', 'plumbline cluster create'],
      ['Create a kind cluster', 'plumbline cluster create staging --provider kind'],
      ['Look at it with kubectl', 'kubectl --kubeconfig ~/.plumbline/clusters/dev/kubeconfig get all -A'],
    ],
    flags: [
      {
        name: 'provider',
        type: 'string',
        choices: ['embedded', 'kind'],
        description: 'What the cluster is made of. Default embedded.',
      },
      { name: 'image', type: 'string', value: 'IMAGE', description: 'The node image, for kind.' },
      {
        name: 'workspace',
        type: 'string',
        value: 'DIR',
        description:
          'Remember it as the cluster of this repository: editors that open the repository run its loop there.',
      },
      output,
    ],
    run: async ({ args, flags, io, signal }) => {
      const image = flags.text('image') ?? io.env['PLUMBLINE_KIND_IMAGE'];
      const clusters = open(io, image === undefined ? {} : { image });
      const name = args[0] ?? NAME_DEFAULT;
      const provider = (flags.text('provider') ?? clusters.get(name)?.provider ?? 'embedded') as ProviderName;
      await clusters.create(name, provider, (message) => io.stderr.write(`► ${message}\n`), signal);
      const workspace = flags.text('workspace');
      if (workspace !== undefined) rememberWorkspace(homeFolder(io.env), resolve(io.cwd, workspace), name);
      const made = await clusters.status(name, signal);
      if (flags.text('output') === 'json') io.stdout.write(`${JSON.stringify(statusJson(made), null, 2)}\n`);
      else
        io.stdout.write(
          `✔ cluster ${name} is running at ${made.server ?? 'an unknown address'}\n  kubectl --kubeconfig ${made.record.kubeconfig} get all -A\n`,
        );
      return EXIT.ok;
    },
  };
}

function remove(open: OpenClusters): Command {
  return {
    name: 'cluster delete',
    summary: 'Delete a cluster that Plumbline created',
    operands: 'NAME',
    arity: [1, 1],
    description:
      'Delete a cluster that Plumbline created, with everything in it.\n\n Only clusters of "plumbline cluster list" can be named.',
    examples: [['Delete the cluster "dev" without being asked', 'plumbline cluster delete dev --yes']],
    flags: [
      {
        name: 'yes',
        short: 'y',
        type: 'boolean',
        description: 'Do not ask. Needed where there is no terminal to ask on.',
      },
    ],
    run: async ({ args, flags, io, signal }) => {
      const clusters = open(io);
      const name = args[0] ?? '';
      const { record } = await clusters.status(name, signal);
      if (!flags.on('yes')) {
        if (!io.interactive)
          throw new UsageError(
            `deleting the ${record.provider} cluster "${name}" loses everything in it: say so with --yes`,
          );
        if (!(await confirm(io, `Delete the ${record.provider} cluster "${name}" and everything in it? [y/N] `)))
          return EXIT.failed;
      }
      await clusters.delete(name, (message) => io.stderr.write(`► ${message}\n`), signal);
      io.stdout.write(`✔ cluster ${name} deleted\n`);
      return EXIT.ok;
    },
  };
}

async function confirm(io: Io, question: string): Promise<boolean> {
  io.stderr.write(question);
  for await (const line of io.stdin) return /^y(es)?$/i.test(String(line).trim());
  return false;
}

function list(open: OpenClusters): Command {
  return {
    name: 'cluster list',
    summary: 'List the clusters that Plumbline created',
    operands: '',
    arity: [0, 0],
    description: 'List the clusters that Plumbline created.',
    examples: [['List them for a program', 'plumbline cluster list --output json']],
    flags: [output],
    run: async ({ flags, io, signal }) => {
      const clusters = open(io);
      const all = await Promise.all(clusters.list().map((record) => clusters.status(record.name, signal)));
      if (flags.text('output') === 'json') io.stdout.write(`${JSON.stringify(all.map(statusJson), null, 2)}\n`);
      else if (all.length === 0) io.stderr.write('No clusters. Create one with: plumbline cluster create\n');
      else io.stdout.write(statusTable(all));
      return EXIT.ok;
    },
  };
}

function status(open: OpenClusters): Command {
  return {
    name: 'cluster status',
    summary: 'Say whether a cluster runs, and where',
    operands: '[NAME]',
    arity: [0, 1],
    description: 'Say whether a cluster runs, and where. The exit code is 0 when it runs and 1 when it does not.',
    examples: [['Look at the cluster "dev"', 'plumbline cluster status dev']],
    flags: [output],
    run: async ({ args, flags, io, signal }) => {
      const found = await open(io).status(args[0] ?? NAME_DEFAULT, signal);
      io.stdout.write(
        flags.text('output') === 'json' ? `${JSON.stringify(statusJson(found), null, 2)}\n` : statusTable([found]),
      );
      if (found.message !== '') io.stderr.write(`${found.record.name}: ${found.message}\n`);
      return found.state === 'running' ? EXIT.ok : EXIT.failed;
    },
  };
}

function statusTable(all: readonly ClusterStatus[]): string {
  return table(
    ['NAME', 'PROVIDER', 'STATE', 'SERVER', 'KUBECONFIG'],
    all.map(({ record, state, server }) => [record.name, record.provider, state, server ?? '', record.kubeconfig]),
  );
}

function statusJson({ record, state, server, message }: ClusterStatus): Record<string, unknown> {
  return {
    name: record.name,
    provider: record.provider,
    state,
    server,
    message,
    kubeconfig: record.kubeconfig,
    context: record.context,
    createdAt: record.createdAt,
  };
}
