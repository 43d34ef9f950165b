import t from 'tap';
import { catalogue, type ErrorCode } from '../../src/errors/catalogue.ts';
import { KapokError } from '../../src/errors/kapok-error.ts';
import { parsePrefix } from '../../src/identifier/prefix.ts';
import { heldAnswers, openStep } from './open-memory-step.ts';
import { absentOutcome, contextOf, foundOutcome, queryOf, referralOutcome, withdrawnOutcome } from './outcomes.ts';

const query = queryOf('88.101/a');

t.test('a hit is answered at once, without a promise', async (t) => {
  const { ask, counts, world } = openStep();
  t.match(await ask(), { kind: 'found', source: 'store' });
  world.now += 10_000;
  const hit = ask();
  t.notOk(hit instanceof Promise);
  t.match(hit, { kind: 'found', source: 'memory', ttl: 590 });
  t.match(counts, { hit: 1, miss: 1 });
});

t.test('a thousand who miss at once ask the next step once', async (t) => {
  const { ask, counts, world } = openStep();
  const { answer, give } = heldAnswers();
  world.answer = answer;
  const crowd = Array.from({ length: 1_000 }, () => ask());
  give(foundOutcome(1));
  const outcomes = await Promise.all(crowd);
  t.equal(world.asked, 1);
  t.ok(outcomes.every((outcome) => outcome === outcomes[0]));
  t.match(counts, { miss: 1, coalesced: 999 });
});

t.test('absence and withdrawal are kept for their time', async (t) => {
  for (const outcome of [absentOutcome(), withdrawnOutcome(3)]) {
    const { ask, world } = openStep();
    world.answer = async () => outcome;
    await ask();
    world.now += 59_999;
    t.match(await ask(), { kind: outcome.kind, source: 'memory' });
    t.equal(world.asked, 1);
    world.now += 1;
    await ask();
    t.equal(world.asked, 2);
  }
});

t.test('what has no time to live, a stale answer of another node and a referral are not kept', async (t) => {
  for (const outcome of [foundOutcome(1, { ttl: 0 }), foundOutcome(1, { stale: 5 }), referralOutcome()]) {
    const { ask, cache, world } = openStep();
    world.answer = async () => outcome;
    await ask();
    await ask();
    t.equal(world.asked, 2);
    t.equal(cache.size, 0);
  }
});

t.test(
  'who wants the responsible node to answer is not answered from memory, and leaves what it got there',
  async (t) => {
    const { ask, world } = openStep();
    await ask();
    world.answer = async () => foundOutcome(2);
    t.match(await ask({ authoritative: true }), { record: { version: 2 }, source: 'store' });
    t.match(await ask(), { record: { version: 2 }, source: 'memory' });
  },
);

t.test('who wants a referral is not given what another node said', async (t) => {
  const { ask, world } = openStep();
  world.answer = async () => foundOutcome(1, { own: false, source: 'remote' });
  await ask();
  world.answer = async () => referralOutcome();
  t.match(await ask({ recursive: false }), { kind: 'referral' });
  t.match(await ask(), { kind: 'found', source: 'memory' });
});

t.test('while the feed is not followed memory answers nothing, and keeps what it has', async (t) => {
  const { ask, world } = openStep();
  await ask();
  world.current = false;
  t.match(await ask(), { source: 'store' });
  world.current = true;
  t.match(await ask(), { source: 'memory' });
  t.equal(world.asked, 2);
});

t.test('who comes after a change is not given what a flight from before it brings', async (t) => {
  const { ask, cache, world } = openStep();
  const { answer, give } = heldAnswers();
  world.answer = answer;
  const early = ask();
  // The flight has read version 1; now version 2 is committed, announced and acknowledged.
  cache.invalidate(query.key, 2);
  const late = [ask(), ask()];
  give(foundOutcome(1));
  t.match(await early, { record: { version: 1 } });
  give(foundOutcome(2));
  t.match(await Promise.all(late), [{ record: { version: 2 } }, { record: { version: 2 } }]);
  t.equal(world.asked, 2, 'one more flight for all of them');
  t.match(await ask(), { source: 'memory', record: { version: 2 } });
});

t.test('a read ends in whatever way it ends: changes after it leave no floors', async (t) => {
  const { cache, world, ask, fail } = openStep();
  fail('UPSTREAM_TIMEOUT');
  await t.rejects(async () => ask());
  world.answer = async () => referralOutcome();
  await ask();
  cache.invalidate(query.key, 7);
  world.answer = async () => foundOutcome(1);
  await ask();
  t.ok(cache.get(query.key), 'nobody was reading, so what was read later is believed');
});

t.test('who comes after a suspension is not given the record that a flight from before it brings', async (t) => {
  for (const before of [foundOutcome(1), foundOutcome(1, { own: false, source: 'remote' })]) {
    const { ask, cache, world } = openStep();
    const { answer, give } = heldAnswers();
    world.answer = answer;
    const early = ask();
    cache.invalidateSubtrees([parsePrefix('88.101')]);
    const late = ask();
    give(before);
    await early;
    give(withdrawnOutcome(0, { reason: 'suspended' }));
    t.match(await late, { kind: 'withdrawn', reason: 'suspended' });
  }
});

t.test(
  'in an outage the old answer is given, marked with the seconds since it should have been asked anew',
  async (t) => {
    const outages = [
      'UPSTREAM_UNREACHABLE',
      'UPSTREAM_TIMEOUT',
      'UPSTREAM_INVALID',
      'DATABASE_UNAVAILABLE',
      'OVERLOADED',
    ] as const;
    for (const code of outages) {
      const { ask, world, counts, fail } = openStep();
      await ask();
      world.now += 605_000;
      fail(code);
      t.match(await ask(), { kind: 'found', source: 'memory', ttl: 0, stale: 5, record: { version: 1 } }, code);
      t.equal(counts.stale, 1);
      t.match(await ask({ suffixKey: 'b' }), { stale: 5 });
    }
  },
);

t.test(
  'while the source is slow a stale answer is given after its wait, and the new one is kept when it comes',
  async (t) => {
    const { ask, counts, world } = openStep();
    world.answer = async () => foundOutcome(1, { ttl: 10 });
    await ask();
    world.now += 15_000;
    const { answer, give } = heldAnswers();
    world.answer = answer;
    t.match(await ask(), { kind: 'found', stale: 5, record: { version: 1 } });
    t.equal(counts.stale, 1);
    give(foundOutcome(2));
    await new Promise((resolve) => setImmediate(resolve));
    t.match(await ask(), { kind: 'found', source: 'memory', record: { version: 2 } });
    t.equal(world.asked, 2, 'the flight that was left filled the cache');
  },
);

t.test('a stale answer is given for a day, and what was absent stays absent', async (t) => {
  const { ask, world, fail } = openStep();
  world.answer = async () => absentOutcome();
  await ask();
  fail('UPSTREAM_UNREACHABLE');
  world.now += 60_000 + 86_400_000;
  t.match(await ask(), { kind: 'absent', stale: 86_400 });
  world.now += 1_000;
  await t.rejects(async () => ask(), { code: 'UPSTREAM_UNREACHABLE' });
});

t.test('a failure that is no outage is passed on, whatever is held', async (t) => {
  const outages = [
    'UPSTREAM_UNREACHABLE',
    'UPSTREAM_TIMEOUT',
    'UPSTREAM_INVALID',
    'DATABASE_UNAVAILABLE',
    'OVERLOADED',
  ];
  for (const code of Object.keys(catalogue).filter((code) => !outages.includes(code)) as ErrorCode[]) {
    const { ask, world, fail } = openStep();
    await ask();
    world.now += 605_000;
    fail(code);
    await t.rejects(async () => ask(), { code });
  }
});

t.test('an outage is not remembered as absence, and is over with the first answer', async (t) => {
  const { ask, world, fail } = openStep();
  fail('DATABASE_UNAVAILABLE');
  await t.rejects(async () => ask(), { code: 'DATABASE_UNAVAILABLE' });
  world.answer = async () => foundOutcome(1);
  t.match(await ask(), { kind: 'found' });
});

t.test('what a change took back during the outage is not given any more', async (t) => {
  const { ask, cache, world } = openStep();
  await ask();
  world.now += 605_000;
  world.answer = async () => {
    cache.invalidate(query.key, 2);
    throw new KapokError('DATABASE_UNAVAILABLE');
  };
  await t.rejects(async () => ask(), { code: 'DATABASE_UNAVAILABLE' });
});

t.test('who wants the responsible node to answer is given no stale answer', async (t) => {
  const { ask, fail } = openStep();
  await ask();
  fail('UPSTREAM_TIMEOUT');
  await t.rejects(async () => ask({ authoritative: true }), { code: 'UPSTREAM_TIMEOUT' });
});

t.test('everyone leaves a flight at the own deadline, and it still fills the cache', async (t) => {
  const { ask, world } = openStep();
  const { answer, give } = heldAnswers();
  world.answer = answer;
  world.now = Date.now();
  const patient = ask();
  const hasty = [contextOf({ deadline: 20 }), contextOf({ deadline: 20, traced: true })].map(async (context) => {
    const begun = performance.now();
    await t.rejects(async () => ask({}, context), { code: 'UPSTREAM_TIMEOUT', subject: '88.101/a' });
    return performance.now() - begun;
  });
  for (const took of await Promise.all(hasty)) t.ok(took < 500, `${took} ms`);
  give(foundOutcome(1));
  t.match(await patient, { kind: 'found' });
  t.match(await ask(), { source: 'memory' });
});

t.test('a traced resolution flies alone, and shows a hit as the way that the answer came', async (t) => {
  const { ask, world } = openStep();
  world.answer = async () => foundOutcome(1, { own: false, source: 'remote', path: ['88', '88.101', '88.101.7'] });
  const traced = [contextOf({ traced: true }), contextOf({ traced: true })];
  await Promise.all(traced.map((context) => ask({}, context)));
  t.equal(world.asked, 2);
  const context = contextOf({ traced: true });
  await ask({}, context);
  t.match(context.trace?.hops, [
    { node: '88', outcome: 'found', source: 'memory' },
    { node: '88.101', outcome: 'referral', note: 'asked when the answer was cached' },
    { node: '88.101.7', outcome: 'found' },
  ]);
});
