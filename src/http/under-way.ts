import type { IncomingMessage, ServerResponse } from 'node:http';

export type Socket = IncomingMessage['socket'];

/** The requests of each connection whose answers have not ended. */
export class UnderWay {
  readonly #requests = new WeakMap<Socket, Set<IncomingMessage>>();

  begin(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const requests = this.#requests.get(socket) ?? new Set();
    this.#requests.set(socket, requests.add(request));
    response.once('close', () => requests.delete(request));
  }

  isBusy(socket: Socket): boolean {
    return (this.#requests.get(socket)?.size ?? 0) > 0;
  }

  /** Whether it is our turn: the client has sent what it is to send, or more than was taken, and has read all that was answered. */
  waitsForUs(socket: Socket): boolean {
    if (!socket.writable || socket.writableLength > 0) return false;
    return [...(this.#requests.get(socket) ?? [])].some((request) => request.complete || request.readableLength > 0);
  }
}
