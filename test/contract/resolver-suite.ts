import type { Test } from 'tap';
import type { Outcome, Source } from '../../src/resolve/outcome.ts';
import type { TestNode } from '../support/node.ts';

export interface Subject {
  readonly title: string;
  /** Why it cannot be tried here. */
  readonly skip?: string | false;
  /** Where its second answer comes from. */
  readonly again: Source;
  /** Resolves an identifier of 88.101, which `node` hosts, by the implementation under test. */
  open(t: Test, node: TestNode): Promise<Ask>;
}

export type Ask = (text: string, options?: { authoritative?: boolean }) => Promise<Outcome>;

const NAME = { index: 1, type: 'NAME', data: { format: 'string', value: '一号 "part"\n' } };

/** What every implementation of Resolver says of the records of a node that hosts them. */
export function testResolver(t: Test, { title, skip = false, again, open }: Subject, node: TestNode): void {
  t.test(title, { skip }, async (t) => {
    const ask = await open(t, node);
    let count = 0;
    const newName = (suffix: string) => `88.101/${title}/${++count}/${suffix}`;
    const path = (text: string) => `/api/handles/${encodeURIComponent(text)}`;
    const put = async (text: string, ...values: object[]) => {
      const { status, text: said } = await node.call('PUT', path(text), { body: values });
      t.ok(status === 200 || status === 201, said);
    };

    t.test('found: the record as it was registered, with its version and its values', async (t) => {
      const text = newName('零件/1:2 #?%');
      await put(text, NAME, { index: 7, type: 'URL', data: 'https://example.invalid/' });
      for (const time of ['cold', 'again']) {
        const outcome = await ask(text);
        if (outcome.kind !== 'found') throw new Error(`${time}: ${outcome.kind}`);
        if (time === 'again') t.equal(outcome.source, again);
        t.match(outcome.record, { handle: text, version: 1 }, time);
        t.match(outcome.record.values(), [NAME, { index: 7, data: { value: 'https://example.invalid/' } }], time);
        t.equal(outcome.path.at(-1), '88.101', 'the node that hosts it gave the answer');
        t.equal(outcome.stale, undefined);
      }
      t.match(await ask(text.toUpperCase()), { kind: 'found', record: { version: 1 } }, 'however it is spelled');
    });

    t.test('found: only public values, be it none', async (t) => {
      const [some, none] = [newName('some'), newName('none')];
      const secret = { index: 2, type: 'PRICE', data: '100', permissions: '1100' };
      await put(some, NAME, secret);
      await put(none, secret);
      for (const _time of ['cold', 'again']) {
        const [first, second] = [await ask(some), await ask(none)];
        if (first.kind !== 'found' || second.kind !== 'found') throw new Error('both are found');
        t.match(first.record.values(), [NAME]);
        t.equal(first.record.values().length, 1);
        t.same(second.record.values(), []);
      }
    });

    t.test('found: it lives no longer than its shortest value', async (t) => {
      const text = newName('short');
      await put(text, { ...NAME, ttl: 86_400 }, { index: 2, type: 'STOCK', data: '3', ttl: 1 });
      const { ttl } = await ask(text);
      t.ok(ttl > 0 && ttl <= 1, `${ttl}`);
      const ended = newName('ended');
      await put(ended, { ...NAME, ttl: '2020-01-01T00:00:00Z' });
      t.match(await ask(ended), { kind: 'found', ttl: 0 });
    });

    t.test('absent: there is no such suffix below a prefix that exists', async (t) => {
      const text = newName('none');
      for (const time of ['cold', 'again']) {
        const outcome = await ask(text);
        t.match(outcome, { kind: 'absent', reason: 'suffix-not-registered', prefix: '88.101' }, time);
        t.ok(outcome.ttl > 0 && outcome.ttl <= 60, `${outcome.ttl}`);
      }
    });

    t.test('absent: the prefix itself was never allotted', async (t) => {
      for (const time of ['cold', 'again']) {
        const known = { kind: 'absent', reason: 'prefix-not-allotted', prefix: '88.101.404' };
        t.match(await ask(`88.101.404/${title}`), known, time);
      }
    });

    t.test('withdrawn: a tombstone, and the successor where it names one', async (t) => {
      const [alone, replaced] = [newName('alone'), newName('replaced')];
      for (const text of [alone, replaced]) await put(text, NAME);
      await node.call('DELETE', path(alone));
      await node.call('DELETE', `${path(replaced)}?successor=88.101/next`);
      for (const time of ['cold', 'again']) {
        const known = { kind: 'withdrawn', reason: 'tombstone', prefix: '88.101', version: 2 };
        t.match(await ask(alone), { ...known, successor: null }, time);
        t.match(await ask(replaced), { ...known, successor: '88.101/next' }, time);
      }
    });

    t.test('every change of a record is the next answer', async (t) => {
      const text = newName('life');
      t.match(await ask(text), { kind: 'absent' });
      await put(text, NAME);
      t.match(await ask(text), { kind: 'found', record: { version: 1 } });
      await put(text, { ...NAME, data: 'second' });
      t.match(await ask(text), { kind: 'found', record: { version: 2 } });
      await node.call('DELETE', path(text));
      t.match(await ask(text), { kind: 'withdrawn', version: 3 });
      await put(text, NAME);
      t.match(await ask(text), { kind: 'found', record: { version: 4 } });
    });

    t.test('the word of the store itself can be had', async (t) => {
      const text = newName('word');
      await put(text, NAME);
      await ask(text);
      const outcome = await ask(text, { authoritative: true });
      t.match(outcome, { kind: 'found', record: { version: 1 } });
      t.notOk(outcome.source === 'memory' || outcome.source === 'redis', outcome.source);
    });
  });
}
