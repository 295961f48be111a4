// The network between a client and a server of this machine, as an HTTP proxy that a test can take away: what is open stays open
// and dead, as a network leaves it that is gone, and nothing new comes through until it is back.
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Tunnel {
  /** The address of the proxy. */
  readonly url: string;
  /** Connections that were made so far. */
  readonly made: number;
  /** Nothing passes on what is open, and no end is told. New connections are as before. */
  freeze(): void;
  /** Refuses new connections until `up`. */
  down(): void;
  up(): Promise<void>;
  dispose(): void;
}

export async function openTunnel(): Promise<Tunnel> {
  const ends: (Duplex | Socket)[] = [];
  let made = 0;
  const listen = (port: number): Promise<Server> => {
    const server = createServer().on('connect', ({ url = '' }, socket) => {
      made++;
      const onward = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connected\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      for (const end of [socket, onward]) ends.push(end.on('error', () => undefined));
    });
    return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
  };
  let server: Server | undefined = await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get made() {
      return made;
    },
    freeze: () => ends.forEach((end) => end.unpipe().pause()),
    down: () => {
      server?.close();
      server = undefined;
    },
    up: async () => {
      server ??= await listen(port);
    },
    dispose: () => {
      for (const end of ends) end.destroy();
      server?.close();
    },
  };
}
