import t from 'tap';
import { openRedis } from '../../src/cache/open-redis.ts';
import type { Outcome } from '../../src/resolve/outcome.ts';
import { decodeAnswer, encodeAnswer, redisName } from '../../src/resolve/redis-answer.ts';
import { RedisStep } from '../../src/resolve/redis-step.ts';
import { redisMissing, startRedis } from '../support/redis.ts';
import { absentOutcome, contextOf, foundOutcome, queryOf, referralOutcome, withdrawnOutcome } from './outcomes.ts';
import { until } from './until.ts';

const NOW = 1_000_000;
const AT = { now: NOW, generation: 7 };

t.test('an answer comes out as it went in, older by the time that has passed', async (t) => {
  const remote = { own: false, source: 'remote', path: ['88', '88.101', '88.101.7'] } as const;
  const answers = [
    foundOutcome(3),
    foundOutcome(1, remote),
    absentOutcome({ reason: 'prefix-not-allotted', ttl: 600 }),
    withdrawnOutcome(4, { successor: '88.101/b', ttl: 600 }),
  ];
  for (const answer of answers) {
    const { source: _, ttl: __, ...rest } = answer;
    t.same(decodeAnswer(encodeAnswer(answer, AT), { ...AT, now: NOW + 1_500 }), {
      ...rest,
      source: 'redis',
      ttl: 598.5,
    });
  }
});

t.test('an answer that has outlived its time is none', async (t) => {
  const text = encodeAnswer(foundOutcome(1, { ttl: 5 }), AT);
  t.ok(decodeAnswer(text, { ...AT, now: NOW + 4_999 }));
  t.equal(decodeAnswer(text, { ...AT, now: NOW + 5_000 }), null);
});

t.test('an answer from before the last change of its prefix is none', async (t) => {
  const text = encodeAnswer(foundOutcome(1), AT);
  t.ok(decodeAnswer(text, { ...AT, generation: 6 }), 'a process that is behind may read it');
  t.equal(decodeAnswer(text, { ...AT, generation: 8 }), null);
});

t.test('what is none of ours is none', async (t) => {
  for (const text of [
    '',
    'garbage',
    '{',
    '{}',
    'null',
    '[]',
    '"x"',
    '{"expiresAt":"x"}',
    '\n[]',
    '{"kind":"found"}\n[]',
  ]) {
    t.equal(decodeAnswer(text, AT), null, JSON.stringify(text));
  }
});

t.test('with a Redis server', { skip: redisMissing() }, async (t) => {
  const redis = openRedis({ place: (await startRedis(t)).place, nodeId: 'n', now: Date.now });
  t.teardown(async () => redis.close());
  await until(() => redis.cache.attach(0).then(() => true));
  redis.cache.trust();

  let generation = 1;

  function openStep(kind: 'own' | 'remote', answer: Outcome) {
    const counts: Record<string, number> = {};
    let asked = 0;
    const next = {
      resolve: () => {
        asked++;
        return answer;
      },
    };
    const count = (event: string) => {
      counts[event] = (counts[event] ?? 0) + 1;
    };
    const step = new RedisStep({
      cache: redis.cache,
      single: kind === 'own' ? null : { leases: redis.leases, wait: 5_000 },
      next,
      kind,
      prefixes: { generation: () => generation },
      now: Date.now,
      count,
    });
    return { step, counts, asked: () => asked };
  }

  t.test('the next step is asked once, and the others are answered from Redis', async (t) => {
    const { step, counts, asked } = openStep('own', foundOutcome(1));
    const query = queryOf('88.101/once');
    t.match(await step.resolve(query, contextOf()), { source: 'store' });
    const context = contextOf({ traced: true });
    t.match(await step.resolve(query, context), { source: 'redis', record: { version: 1 } });
    t.equal(asked(), 1);
    t.match(counts, { 'redis-hit': 1, 'redis-miss': 1 });
    t.match(context.trace?.hops, [{ node: '88.101', outcome: 'found', source: 'redis' }]);
  });

  t.test('what a node says and what it was told never share a key', async (t) => {
    const own = openStep('own', foundOutcome(1));
    const remote = openStep('remote', foundOutcome(9, { own: false }));
    const query = queryOf('88.101/both');
    await own.step.resolve(query, contextOf());
    t.match(await remote.step.resolve(query, contextOf()), { record: { version: 9 } });
    t.match(await own.step.resolve(query, contextOf()), { source: 'redis', record: { version: 1 } });
  });

  t.test('who wants the store to answer is not answered from Redis', async (t) => {
    const { step, asked } = openStep('own', foundOutcome(1));
    await step.resolve(queryOf('88.101/word'), contextOf());
    const query = queryOf('88.101/word', { authoritative: true });
    t.match(await step.resolve(query, contextOf()), { source: 'store' });
    t.equal(asked(), 2);
  });

  t.test('a referral and what has no time to live are not put', async (t) => {
    for (const [i, answer] of [referralOutcome(), foundOutcome(1, { ttl: 0 })].entries()) {
      const { step, asked } = openStep('own', answer);
      const query = queryOf(`88.101/unkept-${i}`);
      await step.resolve(query, contextOf());
      await step.resolve(query, contextOf());
      t.equal(asked(), 2);
    }
  });

  t.test('a change of the prefix makes what was put before a miss, be it absence', async (t) => {
    const { step, asked } = openStep('own', absentOutcome());
    const query = queryOf('88.101/generation');
    await step.resolve(query, contextOf());
    generation++;
    t.match(await step.resolve(query, contextOf()), { source: 'store' });
    t.match(await step.resolve(query, contextOf()), { source: 'redis' });
    t.equal(asked(), 2);
  });

  t.test('a key that was overwritten by someone else is a miss', async (t) => {
    const { step, asked } = openStep('own', foundOutcome(1));
    const query = queryOf('88.101/broken');
    const name = redisName(query, 'own');
    redis.cache.put(name, { version: 1, text: '{"kind":' }, { lifetime: 60_000, begun: redis.cache.begin() });
    t.match(await step.resolve(query, contextOf()), { source: 'store' });
    t.equal(asked(), 1);
    t.match(await step.resolve(query, contextOf()), { source: 'redis' });
  });
});
