import type { Socket } from '../under-way.ts';
import { PlainConnection, type PlainConnectionOptions } from './plain-connection.ts';

/** The connections that `node:http` knows nothing of. */
export class PlainConnections {
  readonly #options: PlainConnectionOptions;
  readonly #open = new Map<Socket, PlainConnection>();

  constructor(options: PlainConnectionOptions) {
    this.#options = {
      ...options,
      handOver: (socket) => {
        this.#open.delete(socket);
        options.handOver(socket);
      },
    };
  }

  accept(socket: Socket): void {
    this.#open.set(socket, new PlainConnection(socket, this.#options));
    socket.once('close', () => this.#open.delete(socket));
  }

  isBusy(socket: Socket): boolean {
    return this.#open.get(socket)?.isBusy === true;
  }

  closeIdle(): void {
    for (const connection of this.#open.values()) connection.closeIdle();
  }

  closeAll(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }
}
