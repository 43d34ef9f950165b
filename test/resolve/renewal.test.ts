import t from 'tap';
import { heldAnswers, openStep } from './open-memory-step.ts';
import { absentOutcome, foundOutcome } from './outcomes.ts';

t.test('what is used in the last tenth of its time is asked for anew, once, and nobody waits for it', async (t) => {
  const { ask, counts, world, cache } = openStep();
  const begun = world.now;
  await ask();
  const { answer, give } = heldAnswers();
  world.answer = answer;
  world.now = begun + 539_000;
  await ask();
  t.equal(world.asked, 1, 'too early');
  world.now = begun + 541_000;
  for (let i = 0; i < 3; i++) t.match(ask(), { source: 'memory', record: { version: 1 } }, 'without a promise');
  t.equal(world.asked, 2);
  t.equal(counts.refreshed, 1);
  give(foundOutcome(2));
  await new Promise((resolve) => setImmediate(resolve));
  world.now = begun + 601_000;
  t.match(ask(), { source: 'memory', record: { version: 2 } });
  t.equal(cache.size, 1);
});

t.test(
  'an answer that cannot be renewed is given to the end of its time, and absence is not asked for anew',
  async (t) => {
    const { ask, counts, world, fail } = openStep();
    const begun = world.now;
    await ask();
    fail('UPSTREAM_TIMEOUT');
    world.now = begun + 599_000;
    t.match(await ask(), { source: 'memory' });
    await new Promise((resolve) => setImmediate(resolve));
    t.match(await ask(), { source: 'memory' });
    t.equal(world.asked, 2);
    world.answer = async () => absentOutcome();
    world.now = begun + 601_000;
    t.match(await ask(), { kind: 'absent' });
    world.now += 59_000;
    t.match(await ask(), { kind: 'absent', source: 'memory' });
    t.equal(counts.refreshed, 1);
  },
);

t.test('times are shortened by chance, by up to a tenth', async (t) => {
  const { ask, world } = openStep();
  const begun = world.now;
  world.random = 0.999;
  await ask();
  world.now = begun + 541_000;
  t.match(await ask(), { source: 'store' });
  world.random = 0;
  world.now = begun + 1_200_000;
  await ask();
  world.now += 599_000;
  t.match(await ask(), { source: 'memory' });
});
