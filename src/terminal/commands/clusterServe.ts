// plumbline cluster serve: the embedded cluster's own process. Started by Plumbline, not by people.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApiServer } from '../../apiserver/server.ts';
import type { ApiServer } from '../../apiserver/server.ts';
import type { ClusterRecord } from '../../clusters/provider.ts';
import { servingFile, stateFolder } from '../../clusters/embedded.ts';
import type { Serving } from '../../clusters/embedded.ts';
import type { Log } from '../../model/log.ts';
import { systemClock } from '../../model/clock.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../main.ts';
import type { OpenClusters } from './cluster.ts';

export function clusterServeCommand(open: OpenClusters, log: (write: (line: string) => void) => Log): Command {
  return {
    name: 'cluster serve',
    summary: 'Run the embedded cluster in this process',
    operands: 'NAME',
    arity: [1, 1],
    hidden: true,
    description:
      'Run the embedded cluster NAME in this process until it is told to stop. "plumbline cluster create" starts it.',
    examples: [['Run it in the foreground, to read its log', 'plumbline cluster serve dev']],
    flags: [],
    run: async ({ args, io, signal }) => {
      const record = open(io).get(args[0] ?? '');
      if (!record)
        throw new Error(
          `no cluster named "${args[0] ?? ''}": create it with "plumbline cluster create ${args[0] ?? ''}"`,
        );
      const server = await startOnKnownPort(
        record,
        log((line) => io.stderr.write(`${line}\n`)),
      );
      try {
        announce(record.folder, { pid: process.pid, url: server.url });
        await aborted(signal);
      } finally {
        rmSync(servingFile(record.folder), { force: true });
        await server.dispose();
      }
      return EXIT.ok;
    },
  };
}

/** A kubeconfig that was handed out stays valid over a restart: the port is kept while it is free. */
async function startOnKnownPort(record: ClusterRecord, log: Log): Promise<ApiServer> {
  const portFile = join(record.folder, 'port');
  const known = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : 0;
  const start = (port: number): Promise<ApiServer> =>
    startApiServer({
      dataDir: stateFolder(record.folder),
      kubeconfigPath: record.kubeconfig,
      name: record.context,
      port,
      clock: systemClock,
      log,
    });
  let server: ApiServer;
  try {
    server = await start(known);
  } catch (error) {
    if (known === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    server = await start(0);
  }
  writeFileSync(portFile, String(server.port), { mode: 0o600 });
  return server;
}

/** Writes the file at once or not at all: others read it while it is written. */
function announce(folder: string, serving: Serving): void {
  const file = servingFile(folder);
  writeFileSync(`${file}.new`, JSON.stringify(serving), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
