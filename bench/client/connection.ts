import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Answer, AnswerReader } from './answer-reader.ts';
import type { Asked } from './sources.ts';

/** A request, and when it was to be sent, in milliseconds of `performance.now()`. */
export interface Pending {
  readonly asked: Asked;
  readonly intended: number;
}

export interface ConnectionEvents {
  /** The connection is free again, unless the other side will close it. */
  readonly answered: (connection: Connection, pending: Pending, answer: Answer) => void;
  /** It is no longer; `pending` had no answer. */
  readonly ended: (connection: Connection, pending: Pending | null, reason: string) => void;
}

/** A connection that is kept, with one request under way. */
export class Connection {
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  #pending: Pending | null = null;
  #reason = 'closed by the other side';
  /** Nothing more can be sent: the answer that came said so. */
  closing = false;
  /** When the last answer came, in milliseconds of `performance.now()`. */
  idleSince = performance.now();

  constructor(url: URL, events: ConnectionEvents) {
    const secure = url.protocol === 'https:';
    const port = Number(url.port || (secure ? 443 : 80));
    const host = url.hostname.replace(/^\[|\]$/g, '');
    this.#socket = secure ? connectTls({ port, host, servername: host }) : connectTcp({ port, host });
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (piece) => this.#receive(piece, events));
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#reason = error.code ?? error.message;
    });
    this.#socket.on('close', () => {
      const pending = this.#pending;
      this.#pending = null;
      this.closing = true;
      events.ended(this, pending, this.#reason);
    });
  }

  get pending(): Pending | null {
    return this.#pending;
  }

  send(pending: Pending): void {
    this.#pending = pending;
    this.#socket.write(pending.asked.text);
  }

  /** `ended` follows. */
  destroy(reason: string): void {
    this.closing = true;
    this.#reason = reason;
    this.#socket.destroy();
  }

  #receive(piece: Buffer, events: ConnectionEvents): void {
    let answers: Answer[];
    try {
      answers = this.#reader.push(piece);
    } catch (error) {
      this.destroy((error as Error).message);
      return;
    }
    for (const answer of answers) {
      const pending = this.#pending;
      if (pending === null) {
        this.destroy('an answer to nothing');
        return;
      }
      this.#pending = null;
      this.idleSince = performance.now();
      if (/\r\nconnection: *close/i.test(answer.head)) this.closing = true;
      events.answered(this, pending, answer);
    }
  }
}
