import t from 'tap';
import { SingleFlight } from '../../src/cache/single-flight.ts';

/** A promise and the way to settle it. */
function gate<T>() {
  const settled: { resolve: (value: T) => void; reject: (error: Error) => void } = {
    resolve: () => {},
    reject: () => {},
  };
  const promise = new Promise<T>((resolve, reject) => Object.assign(settled, { resolve, reject }));
  return { promise, ...settled };
}

t.test('a thousand who ask at once get one piece of work', async (t) => {
  const flights = new SingleFlight<string, number>();
  const { promise, resolve } = gate<number>();
  let runs = 0;
  const work = () => {
    runs++;
    return promise;
  };
  const answers = Array.from({ length: 1_000 }, () => flights.run('a', work));
  t.equal(runs, 1);
  t.ok(flights.has('a'));
  resolve(7);
  t.same(new Set(await Promise.all(answers)), new Set([7]));
  t.notOk(flights.has('a'));
});

t.test('keys do not wait for each other', async (t) => {
  const flights = new SingleFlight<string, string>();
  const { promise, resolve } = gate<string>();
  const slow = flights.run('slow', () => promise);
  t.equal(await flights.run('quick', async () => 'done'), 'done');
  resolve('late');
  t.equal(await slow, 'late');
});

t.test('a failure reaches all who wait, and the next one tries anew', async (t) => {
  const flights = new SingleFlight<string, number>();
  const { promise, reject } = gate<number>();
  const waiting = [1, 2, 3].map(() => flights.run('a', () => promise));
  reject(new Error('down'));
  for (const answer of waiting) await t.rejects(answer, { message: 'down' });
  t.equal(await flights.run('a', async () => 1), 1);
});
