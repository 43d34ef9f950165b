import type { Worker } from 'node:cluster';
import type { Logger } from '../telemetry/logger.ts';
import type { Message, Topic } from './messages.ts';

export interface SupervisorOptions {
  readonly workers: number;
  readonly fork: () => Worker;
  readonly log: Logger;
}

export interface Ready {
  readonly url: string;
  readonly firstToken: string | null;
}

/** A worker that ends by itself is replaced after this time, doubled with each that did not live long, in milliseconds. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 30_000;
const LIVED_LONG = 10_000;

/** The time for an answer, in milliseconds: by then a worker that cannot read the change feed does not trust its caches either. */
const PATIENCE = 1_000;

interface Member {
  readonly worker: Worker;
  /** Rejects when the worker ends before it listens. */
  readonly ready: Promise<Ready>;
  readonly gone: Promise<unknown>;
  /** Told to go: no other takes its place. */
  leaving: boolean;
}

/** Keeps the workers of a node running, replaces them one by one, and carries messages between them. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #members = new Set<Member>();
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #number = 0;
  #pause = FIRST_PAUSE;
  #closing = false;
  #restart: Promise<void> | null = null;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  get pids(): number[] {
    return [...this.#members].flatMap(({ worker }) => worker.process.pid ?? []);
  }

  /** The first worker prepares the database, the others find it so. Rejects when one of them does not come to listen. */
  async start(): Promise<Ready> {
    const first = await this.#add().ready;
    await Promise.all(Array.from({ length: this.#options.workers - 1 }, () => this.#add().ready));
    return first;
  }

  /** A new worker for each, one after the other: the old one goes when the new one listens, and loses no request. */
  restart(): Promise<void> {
    this.#restart ??= this.#replaceAll().finally(() => {
      this.#restart = null;
    });
    return this.#restart;
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#members].map((member) => dismiss(member)));
  }

  async #replaceAll(): Promise<void> {
    for (const old of [...this.#members]) {
      if (this.#closing) return;
      // The old one stays when the new one does not come to listen.
      const fresh = this.#add();
      fresh.leaving = true;
      await fresh.ready;
      fresh.leaving = false;
      await dismiss(old);
    }
  }

  #add(): Member {
    const worker = this.#options.fork();
    const began = Date.now();
    const gone = new Promise<string>((resolve) => {
      worker.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    const ready = new Promise<Ready>((resolve, reject) => {
      worker.on('message', (message: Message) => {
        if (message.kind === 'ready') resolve(message);
        else if (message.kind === 'ask') void this.#carry(worker, message);
        else this.#waiting.get(message.number)?.(message.answer);
      });
      void gone.then((how) => reject(new Error(`A worker ended before it listened (${how})`)));
    });
    const member: Member = { worker, ready, gone, leaving: false };
    this.#members.add(member);
    let listens = false;
    ready.then(
      () => {
        listens = true;
      },
      () => {},
    );
    void gone.then((how) => {
      this.#members.delete(member);
      if (listens && !member.leaving && !this.#closing) this.#replace(how, Date.now() - began);
    });
    return member;
  }

  /** After a worker that ended by itself. */
  #replace(how: string, lived: number): void {
    this.#pause = lived > LIVED_LONG ? FIRST_PAUSE : Math.min(2 * this.#pause, LONGEST_PAUSE);
    this.#options.log.error({ how, lived, pause: this.#pause }, 'a worker has ended, and is replaced');
    setTimeout(() => {
      if (this.#closing) return;
      const began = Date.now();
      this.#add().ready.catch((err) => this.#replace(err.message, Date.now() - began));
    }, this.#pause).unref();
  }

  async #carry(asker: Worker, { number, topic, detail }: Extract<Message, { kind: 'ask' }>): Promise<void> {
    const others = [...this.#members].filter(({ worker }) => worker !== asker);
    const answers = await Promise.all(others.map((other) => this.#ask(other, { topic, detail })));
    tell(asker, { kind: 'answer', number, answer: answers.filter((answer) => answer !== undefined) });
  }

  /** undefined: it had no answer in time, or is gone. */
  async #ask({ worker, gone }: Member, asked: { topic: Topic; detail: unknown }): Promise<unknown> {
    const number = ++this.#number;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve) => {
        this.#waiting.set(number, resolve);
        timer = setTimeout(resolve, PATIENCE);
        void gone.then(() => resolve(undefined));
        tell(worker, { kind: 'ask', number, ...asked });
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(number);
    }
  }
}

async function dismiss(member: Member): Promise<void> {
  member.leaving = true;
  member.worker.process.kill('SIGTERM');
  await member.gone;
}

function tell(worker: Worker, message: Message): void {
  // It may be gone at this moment.
  if (worker.isConnected()) worker.send(message, () => {});
}
