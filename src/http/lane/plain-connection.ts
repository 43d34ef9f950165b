import { type Peer, peerOf } from '../peer.ts';
import type { Socket } from '../under-way.ts';
import type { Lane } from './express-lane.ts';
import type { PlainAnswer } from './plain-answer.ts';
import { wireAnswer } from './wire-answer.ts';

/** "GET ", as a number. */
const GET = 0x47455420;
const TARGET_AT = 4;
const SPACE = 0x20;
/** Longer than a request line with the longest identifier and usual headers; `node:http` takes 16 KiB. */
const LONGEST = 8_192;

export interface PlainConnectionOptions {
  readonly lane: (target: string, peer: Peer) => ReturnType<Lane>;
  /** Whether what follows the target of a `GET` makes it plain (plain-head.ts). */
  readonly isPlainHead: (head: string) => boolean;
  /** Whether the next answer is the last. */
  readonly isLast: () => boolean;
  /** Gives the connection to `node:http`, for good. What has arrived is put back before. */
  readonly handOver: (socket: Socket) => void;
  /** Milliseconds after which a connection on which nothing moves is ended. */
  readonly idle: number;
}

/**
 * A connection that has brought plain requests alone, each whole and by itself: what those who resolve send. They are read and
 * answered without `node:http`, whose objects and events take a third of a bare server's time (`npm run bench`, "memory-hit").
 *
 * It reads nothing that could be read in two ways. The first bytes that are anything else (a body, a piece of a request, two
 * requests at once, a header that means something) go to `node:http`, and the connection with them: there the same lane
 * answers what is plain.
 */
export class PlainConnection {
  readonly #socket: Socket;
  readonly #peer: Peer;
  readonly #options: PlainConnectionOptions;
  /** The head that was found to be plain last: a client sends the same again and again. */
  #head = '';
  #state: 'reading' | 'answering' | 'flushing' | 'leaving' = 'reading';
  /** What has come before its turn. */
  #early: Buffer | null = null;
  readonly #listeners: readonly (readonly [event: string, listener: () => void])[];
  readonly #onData = (chunk: Buffer) => this.#read(chunk);

  constructor(socket: Socket, options: PlainConnectionOptions) {
    this.#socket = socket;
    this.#peer = peerOf(socket);
    this.#options = options;
    this.#listeners = [
      ['end', () => socket.end()],
      ['error', () => socket.destroy()],
      ['drain', () => this.#flushed()],
      ['timeout', () => this.#idled()],
    ];
    for (const [event, listener] of this.#listeners) socket.on(event, listener);
    socket.on('data', this.#onData);
    socket.setTimeout(options.idle);
  }

  /** An answer is owed, or not yet taken from us to its end. */
  get isBusy(): boolean {
    return this.#state === 'answering' || this.#socket.writableLength > 0;
  }

  /**
   * Ends the connection when what was answered is taken, unless an answer is owed. As `node:http`, it does not wait for the
   * client to end its own side.
   */
  closeIdle(): void {
    if (this.#state === 'answering') return;
    this.#state = 'leaving';
    this.#early = null;
    this.#socket.destroySoon();
  }

  #read(chunk: Buffer): void {
    if (this.#state !== 'reading') {
      this.#socket.pause();
      // Who was told that the last answer was the last sends this elsewhere.
      if (this.#state === 'leaving') return;
      this.#early = this.#early === null ? chunk : Buffer.concat([this.#early, chunk]);
      return;
    }
    const target = this.#targetOf(chunk);
    const answer = target === null ? null : this.#options.lane(target, this.#peer);
    if (answer === null) this.#handOver(chunk);
    else if (answer instanceof Promise) {
      this.#state = 'answering';
      void answer.then((late) => this.#send(late));
    } else this.#send(answer);
  }

  /** Null: the bytes are anything but one plain request. */
  #targetOf(chunk: Buffer): string | null {
    if (chunk.length > LONGEST || chunk.length <= TARGET_AT || chunk.readUInt32BE(0) !== GET) return null;
    const end = chunk.indexOf(SPACE, TARGET_AT);
    if (end < 0) return null;
    const head = chunk.toString('latin1', end);
    if (head !== this.#head) {
      if (!this.#options.isPlainHead(head)) return null;
      this.#head = head;
    }
    return chunk.toString('latin1', TARGET_AT, end);
  }

  #send(answer: PlainAnswer): void {
    const socket = this.#socket;
    if (!socket.writable) return;
    const last = this.#options.isLast();
    const flushed = socket.write(wireAnswer(answer, last), 'latin1');
    this.#state = flushed ? 'reading' : 'flushing';
    if (last) this.closeIdle();
    else if (flushed && this.#early !== null) this.#handOver(this.#early);
  }

  /** Who does not read what is answered is asked nothing more. */
  #flushed(): void {
    if (this.#state !== 'flushing') return;
    this.#state = 'reading';
    if (this.#early !== null) this.#handOver(this.#early);
  }

  #idled(): void {
    const waitsForUs = this.#state === 'answering' && this.#socket.writableLength === 0;
    if (waitsForUs) this.#socket.setTimeout(this.#options.idle);
    else this.#socket.destroy();
  }

  #handOver(unread: Buffer): void {
    const socket = this.#socket;
    this.#early = null;
    for (const [event, listener] of this.#listeners) socket.removeListener(event, listener);
    socket.removeListener('data', this.#onData);
    socket.pause();
    socket.unshift(unread);
    this.#options.handOver(socket);
    socket.resume();
  }
}
