import t from 'tap';
import type { Context } from '../../src/resolve/context.ts';
import { FixedLimit } from '../../src/resolve/fair-room.ts';
import { GateStep } from '../../src/resolve/gate-step.ts';
import type { Outcome } from '../../src/resolve/outcome.ts';
import { contextOf, foundOutcome, queryOf, tableOf } from './outcomes.ts';

/** A gate before a step whose answers wait until the test lets them go. */
function openGate(most: number, { single = most }: { single?: number } = {}) {
  const waiting: ((outcome: Outcome) => void)[] = [];
  let shed = 0;
  const prefixes = tableOf([{ prefix: '88.101' }, { prefix: '88.102' }, { prefix: '88.103' }]);
  const next = { resolve: () => new Promise<Outcome>((resolve) => void waiting.push(resolve)) };
  const all = new FixedLimit(most);
  const gate = new GateStep({ prefixes, all, single: new FixedLimit(single), next, count: () => shed++ });
  /** Whether it was let in. */
  const ask = (text: string, context: Context): boolean => {
    try {
      void gate.resolve(queryOf(text), context);
      return true;
    } catch (error) {
      t.match(error, { code: 'OVERLOADED', subject: text });
      return false;
    }
  };
  const askAll = (prefix: string, times: number, more: Partial<Context> = {}) =>
    Array.from({ length: times }, (_, i) => ask(`${prefix}/${i}`, { ...contextOf(), ...more })).filter(Boolean).length;
  const end = async () => {
    for (const resolve of waiting.splice(0)) resolve(foundOutcome(1));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { all, askAll, end, shed: () => shed };
}

t.test('one prefix takes half at most, and there is room for the others', async (t) => {
  const { all, askAll, end, shed } = openGate(16);
  t.equal(askAll('88.101', 100), 8);
  t.equal(askAll('88.102', 100), 4);
  t.equal(askAll('88.103', 100), 2);
  t.equal(all.underWay, 14);
  t.equal(shed(), 300 - 14);
  await end();
  t.equal(all.underWay, 0);
  t.equal(askAll('88.101', 100), 8, 'what has ended leaves its room');
});

t.test('names below prefixes that do not exist share the room of one', async (t) => {
  const { askAll } = openGate(16);
  t.equal(askAll('99.1', 100) + askAll('99.2', 100) + askAll('77', 100), 8);
  t.equal(askAll('88.101', 1), 1);
});

t.test('a batch is bounded by the limit of all, a request for one by its own, too', async (t) => {
  const { askAll } = openGate(16, { single: 4 });
  t.equal(askAll('88.101', 100), 2);
  t.equal(askAll('88.101', 100, { inBatch: true }), 6);
  t.equal(askAll('88.102', 100), 1);
  t.equal(askAll('88.102', 100, { inBatch: true }), 3);
});

t.test('what fails leaves its room, too, and what needs no waiting takes none', async (t) => {
  const failing = { resolve: () => Promise.reject(new Error('down')) };
  const all = new FixedLimit(2);
  const limits = { all, single: new FixedLimit(2) };
  const shared = { prefixes: tableOf([{ prefix: '88.101' }]), ...limits, count: () => {} };
  const gate = new GateStep({ ...shared, next: failing });
  for (let i = 0; i < 5; i++) await t.rejects(async () => gate.resolve(queryOf('88.101/a'), contextOf()), /down/);
  const sync = new GateStep({ ...shared, next: { resolve: () => foundOutcome(1) } });
  for (let i = 0; i < 5; i++) t.match(sync.resolve(queryOf('88.101/a'), contextOf()), { kind: 'found' });
  t.equal(all.underWay, 0);
});
