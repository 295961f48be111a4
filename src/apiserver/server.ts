// The embedded Kubernetes API server: its parts put together, and its life from start to disposal.
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../model/clock.ts';
import type { Disposable } from '../model/disposable.ts';
import type { Log } from '../model/log.ts';
import { reasonOf } from '../model/reason.ts';
import { decodeFacts } from '../schema/builtin.ts';
import { createAccess } from './objectAccess.ts';
import type { ObjectAccess } from './access.ts';
import type { Api } from './api.ts';
import { bootstrap } from './bootstrap.ts';
import { builtinResources } from './builtins.ts';
import { controllers } from './controllers/table.ts';
import type { Controller } from './controllers/table.ts';
import { serveCustomResources } from './crd/serveCustom.ts';
import { collectGarbage } from './gc.ts';
import { handle } from './handle.ts';
import type { Handling } from './handling.ts';
import { listen } from './http/listen.ts';
import type { ApiRequest, ApiResponse, User } from './http/message.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { lockFolder } from './lock.ts';
import { followNamespaces } from './namespaceLifecycle.ts';
import { writePrivateFile } from './privateFile.ts';
import { memoryJournal, openJournal } from './store/journal.ts';
import type { WriteFile } from './store/journal.ts';
import { Store } from './store/store.ts';
import { servingCertificate } from './tls/certificates.ts';
import { goTypes } from './write/goTypes.ts';

export interface ApiServerOptions {
  /** Certificates, token, kubeconfig and state live here. One process at a time. */
  readonly dataDir: string;
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly log: Log;
  readonly clock: Clock;
  /** The name of cluster, user and context in the kubeconfig. Default `plumbline`. */
  readonly name?: string;
  /** Where the kubeconfig is written. Default: in the data folder. */
  readonly kubeconfigPath?: string;
  /** Stand-in controllers, garbage collection and namespace deletion. Default true; recordings are replayed without, or with those that the recorder had. */
  readonly controllers?: boolean | readonly Controller[];
  /** Keep nothing but certificates and token on disk. For tests. */
  readonly inMemory?: boolean;
  /** Told of each request before it is answered. For tests. */
  readonly onRequest?: (method: string, path: string) => void;
  /** Writes the state to disk. Tests have disks that are full. */
  readonly writeFile?: WriteFile;
  /** Stands before every request, so that tests can let things go wrong. */
  readonly intercept?: Intercept;
  /** More users by token, without permissions. For tests. */
  readonly strangers?: ReadonlyMap<string, string>;
}

/**
 * May answer a request in the server's stead, later, or not at all (undefined closes the connection), before or after the
 * server has carried it out.
 */
export type Intercept = (
  request: ApiRequest,
  carryOut: () => ApiResponse | undefined,
) => ApiResponse | undefined | Promise<ApiResponse | undefined>;

export interface ApiServer {
  readonly url: string;
  readonly port: number;
  readonly kubeconfigPath: string;
  readonly token: string;
  /** What controllers inside the cluster use. */
  readonly access: ObjectAccess;
  /** The request path without sockets. For tests. */
  readonly handling: Handling;
  dispose(): Promise<void>;
}

export const SERVER_VERSION = 'v1.36.3+plumbline';

const ADMIN: User = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'], admin: true };
const HOUSEKEEPING_MS = 1_000;

/** Starts the server; it is ready when the promise resolves. Rejects when the folder is in use or the port is taken. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { dataDir, log, clock, name = 'plumbline' } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockFolder(dataDir);
  const parts: Disposable[] = [];
  try {
    const journal = options.inMemory === true ? memoryJournal() : openJournal(dataDir, log, options.writeFile);
    const store = new Store(journal);
    const core = createCore(options, store, parts);
    const token = readToken(dataDir);
    const certificate = servingCertificate(join(dataDir, 'pki'), clock.now());
    let address = '';
    const handling: Handling = { ...core, address: () => address };
    const strangers = [...(options.strangers ?? [])].map(([key, user]): [string, User] => [
      key,
      { name: user, groups: ['system:authenticated'], admin: false },
    ]);
    const listener = await listen({
      port: options.port ?? 0,
      certificate,
      users: new Map([[token, ADMIN], ...strangers]),
      log,
      handle: (request) => {
        options.onRequest?.(request.method, request.path);
        const carryOut = (): ApiResponse | undefined => handle(handling, request);
        return options.intercept ? options.intercept(request, carryOut) : carryOut();
      },
    });
    address = `127.0.0.1:${listener.port}`;
    const url = `https://${address}`;
    const kubeconfigPath = options.kubeconfigPath ?? join(dataDir, 'kubeconfig');
    writeKubeconfig(kubeconfigPath, { name, url, caPem: certificate.caPem, token });
    const access = createAccess(core.api);
    if (options.controllers !== false) {
      parts.push(
        collectGarbage(store.everyObject(), access, clock, log),
        followNamespaces(core.api, access, certificate.caPem),
      );
      const running = typeof options.controllers === 'object' ? options.controllers : controllers;
      for (const controller of running) parts.push(controller(access, clock, log));
    }
    parts.push(
      housekeeping(clock, log, () => {
        journal.sync();
        store.compactJournalIfDue();
      }),
    );
    log.info('apiserver', 'the embedded API server listens', { url });
    const dispose = async (): Promise<void> => {
      for (const part of parts.splice(0).reverse()) part.dispose();
      await listener.dispose();
      journal.dispose();
      lock.dispose();
    };
    return { url, port: listener.port, kubeconfigPath, token, access, handling, dispose };
  } catch (error) {
    for (const part of parts.reverse()) part.dispose();
    lock.dispose();
    throw error;
  }
}

/** The server without its listener: store, served kinds, first objects. */
function createCore({ log, clock }: ApiServerOptions, store: Store, parts: Disposable[]): Omit<Handling, 'address'> {
  const facts = decodeFacts();
  const types = goTypes(facts);
  const custom = serveCustomResources(store, builtinResources(facts));
  const api: Api = {
    store,
    clock,
    log,
    served: custom.served,
    newUid: () => randomUUID(),
    newSuffix,
    version: SERVER_VERSION,
    types,
  };
  parts.push(custom.start(api));
  bootstrap(api);
  return { api, facts, types };
}

const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** Five letters that spell no word, as apimachinery's rand.String. */
function newSuffix(): string {
  return [...randomBytes(5)].map((byte) => SUFFIX_LETTERS[byte % SUFFIX_LETTERS.length]).join('');
}

/** 256 bits, made once for a data folder. */
function readToken(dataDir: string): string {
  const path = join(dataDir, 'token');
  if (!existsSync(path)) writePrivateFile(path, randomBytes(32).toString('base64url'));
  return readFileSync(path, 'utf8').trim();
}

function housekeeping(clock: Clock, log: Log, work: () => void): Disposable {
  let cancel = (): void => undefined;
  const again = (): void => {
    cancel = clock.after(HOUSEKEEPING_MS, () => {
      try {
        work();
      } catch (error) {
        log.error('apiserver', `the state could not be made durable: ${reasonOf(error)}`);
      }
      again();
    });
  };
  again();
  return { dispose: () => cancel() };
}
