import type { Message, Topic } from './messages.ts';

/** How messages travel: the process of a worker. */
export interface Port {
  send?(message: Message): unknown;
  on(event: 'message', listener: (message: Message) => void): unknown;
}

type Handler = (detail: unknown) => unknown;

/** The other workers of this node, as one of them sees them: through the supervisor it asks them all, and answers what they ask. */
export class Neighbours {
  readonly #port: Port;
  readonly #handlers = new Map<Topic, Handler>();
  readonly #asked = new Map<number, (answers: readonly unknown[]) => void>();
  #number = 0;

  constructor(port: Port) {
    this.#port = port;
    port.on('message', (message) => void this.#receive(message));
  }

  /** What to answer to the others. A failure is no answer; nor is what is said before, by a worker that is still starting. */
  answer(topic: Topic, handler: Handler): void {
    this.#handlers.set(topic, handler);
  }

  /** The answers of the others. One that has none within a second is left out. */
  ask(topic: Topic, detail?: unknown): Promise<readonly unknown[]> {
    const number = ++this.#number;
    return new Promise((resolve) => {
      this.#asked.set(number, resolve);
      this.#port.send?.({ kind: 'ask', number, topic, detail });
    });
  }

  async #receive(message: Message): Promise<void> {
    if (message.kind === 'ask') {
      try {
        const handler = this.#handlers.get(message.topic);
        // At once in any case: whoever asks is not to wait for a worker that has nothing to say yet. The supervisor drops undefined.
        const answer = handler === undefined ? undefined : ((await handler(message.detail)) ?? null);
        this.#port.send?.({ kind: 'answer', number: message.number, answer });
      } catch {
        // The supervisor does without.
      }
    } else if (message.kind === 'answer') {
      this.#asked.get(message.number)?.(message.answer as readonly unknown[]);
      this.#asked.delete(message.number);
    }
  }
}
