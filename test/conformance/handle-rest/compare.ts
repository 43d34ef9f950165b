import type { Test } from 'tap';
import { type Answer, callUrl } from '../../support/call.ts';
import type { TestNode } from '../../support/node.ts';
import { asHandleError, type Exchange, timeless } from './exchange.ts';

/** Where we differ on purpose: what our answer is instead, and the reason. */
export interface Difference {
  readonly why: string;
  readonly check: (t: Test, answer: Answer, exchange: Exchange) => void;
}

/** Repeats exchanges in their order, and compares each answer with the one that was written down. */
export async function replay(t: Test, { node, exchanges, differences }: Replay): Promise<void> {
  const unused = new Set(Object.keys(differences));
  for (const exchange of exchanges) {
    const { name, method, path, options } = exchange;
    const answer = await callUrl(method, `${node.url}${path}`, options);
    const difference = differences[name];
    unused.delete(name);
    await t.test(difference === undefined ? name : `${name} (${difference.why})`, async (t) => {
      if (difference !== undefined) difference.check(t, answer, exchange);
      else compare(t, answer, exchange);
    });
  }
  t.strictSame([...unused], [], 'every stated difference belongs to an exchange');
}

export interface Replay {
  readonly node: TestNode;
  readonly exchanges: readonly Exchange[];
  readonly differences: Readonly<Record<string, Difference>>;
}

/** The same status, type, members, order and values; of an error the message is our own and the code is added. */
export function compare(t: Test, answer: Answer, exchange: Exchange): void {
  t.equal(answer.status, exchange.status, 'status');
  t.equal(answer.headers['content-type'], exchange.headers['content-type'], 'content-type');
  if (answer.json?.code === undefined) {
    t.equal(timeless(answer.text), timeless(exchange.body), 'body');
    t.equal(answer.headers['content-length'], exchange.headers['content-length'], 'content-length');
    return;
  }
  const { message, ...theirs } = JSON.parse(exchange.body) as Record<string, unknown>;
  t.equal(JSON.stringify(asHandleError(answer)), JSON.stringify(theirs), 'body without message and code');
  t.ok(String(answer.json.message).length > 10, answer.json.message);
  t.notMatch(answer.json.message, /java|exception/i, 'nothing internal is told');
  const order = ['responseCode', 'message', 'handle', 'code', 'at'];
  t.strictSame(
    Object.keys(answer.json),
    order.filter((member) => member in answer.json),
    'order',
  );
}
