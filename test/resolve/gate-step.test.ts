import t from 'tap';
import { GateStep } from '../../src/resolve/gate-step.ts';
import { MissLimit } from '../../src/resolve/miss-limit.ts';
import type { Outcome } from '../../src/resolve/outcome.ts';
import { contextOf, foundOutcome, queryOf, tableOf } from './outcomes.ts';

/** A limit that does not shrink. */
function limitOf(max: number): MissLimit {
  return new MissLimit({ max, sample: () => () => {} });
}

/** A gate before a step whose answers wait until the test lets them go. */
function openGate(most: number) {
  const waiting: ((outcome: Outcome) => void)[] = [];
  let shed = 0;
  const prefixes = tableOf([{ prefix: '88.101' }, { prefix: '88.102' }, { prefix: '88.103' }]);
  const next = { resolve: () => new Promise<Outcome>((resolve) => void waiting.push(resolve)) };
  const limit = limitOf(most);
  const gate = new GateStep({ prefixes, limit, next, count: () => shed++ });
  /** Whether it was let in. */
  const ask = (text: string): boolean => {
    try {
      void gate.resolve(queryOf(text), contextOf());
      return true;
    } catch (error) {
      t.match(error, { code: 'OVERLOADED', subject: text });
      return false;
    }
  };
  const askAll = (prefix: string, times: number) =>
    Array.from({ length: times }, (_, i) => ask(`${prefix}/${i}`)).filter(Boolean).length;
  const end = async () => {
    for (const resolve of waiting.splice(0)) resolve(foundOutcome(1));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { limit, askAll, end, shed: () => shed };
}

t.test('one prefix takes half at most, and there is room for the others', async (t) => {
  const { limit, askAll, end, shed } = openGate(16);
  t.equal(askAll('88.101', 100), 8);
  t.equal(askAll('88.102', 100), 4);
  t.equal(askAll('88.103', 100), 2);
  t.equal(limit.underWay, 14);
  t.equal(shed(), 300 - 14);
  await end();
  t.equal(limit.underWay, 0);
  t.equal(askAll('88.101', 100), 8, 'what has ended leaves its room');
});

t.test('names below prefixes that do not exist share the room of one', async (t) => {
  const { askAll } = openGate(16);
  t.equal(askAll('99.1', 100) + askAll('99.2', 100) + askAll('77', 100), 8);
  t.equal(askAll('88.101', 1), 1);
});

t.test('what fails leaves its room, too, and what needs no waiting takes none', async (t) => {
  const failing = { resolve: () => Promise.reject(new Error('down')) };
  const limit = limitOf(2);
  const shared = { prefixes: tableOf([{ prefix: '88.101' }]), limit, count: () => {} };
  const gate = new GateStep({ ...shared, next: failing });
  for (let i = 0; i < 5; i++) await t.rejects(async () => gate.resolve(queryOf('88.101/a'), contextOf()), /down/);
  const sync = new GateStep({ ...shared, next: { resolve: () => foundOutcome(1) } });
  for (let i = 0; i < 5; i++) t.match(sync.resolve(queryOf('88.101/a'), contextOf()), { kind: 'found' });
  t.equal(limit.underWay, 0);
});
