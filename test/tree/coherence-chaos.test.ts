import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { redisMissing } from '../support/redis.ts';
import { breakEach } from './chaos/break-each.ts';
import { createChance } from './chaos/chance.ts';
import { checkHistory, type Verdict } from './chaos/check-history.ts';
import { describeHistory, overlapping } from './chaos/describe-history.ts';
import { createFaults } from './chaos/faults.ts';
import { measureStandstills } from './chaos/machine-lag.ts';
import { countCached, untilHeard } from './chaos/node-metrics.ts';
import { keepReading } from './chaos/reader.ts';
import { Recorder } from './chaos/recorder.ts';
import { HOP_TIMEOUT, startPair } from './chaos/start-pair.ts';
import { keepWriting, writeFirst } from './chaos/writer.ts';

t.setTimeout(400_000);

/** docs/operations.md, How old an answer may be. */
const BOUNDS = { alive: 1_000, lost: 1_000 + HOP_TIMEOUT, slow: HOP_TIMEOUT / 2 };
const IDENTIFIERS = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `88.101/chaos-${letter}`);
/** Of each node. */
const READERS = 3;
/** Milliseconds in which nothing is broken, before the faults and after them: what was written becomes due, on a slow machine later. */
const QUIET = { least: 2_500, most: 20_000 };
/** Less than this says nothing; on a busy machine it takes more rounds. */
const ENOUGH = { cached: 500, owner: 500, follower: 300, lost: 150, inFault: 20 };
const MOST_ROUNDS = 5;
/** Who has asked nobody yet follows nobody. */
const UNHEARD = { name: 'the owner is not followed yet', deafens: ['follower'], excuses: [] } as const;

t.test('no read is older than the stated bounds, whatever breaks', { skip: redisMissing() }, async (t) => {
  const { seed, random } = createChance();
  t.comment(`TEST_CHAOS_SEED=${seed}`);
  const pair = await startPair(t);
  const { owner, follower } = pair;
  const recorder = new Recorder();
  let over = false;
  const isOver = () => over;

  let value = 0;
  const nextValue = () => ++value;
  const writers = IDENTIFIERS.map((identifier) => ({
    ...{ url: owner.url, identifier, recorder, nextValue },
    random: random(),
  }));
  await Promise.all(writers.map(writeFirst));
  const faults = await createFaults(pair, random());
  const read = (place: 'owner' | 'follower') =>
    keepReading({ url: pair[place].url, place, identifiers: IDENTIFIERS, recorder, random: random() }, isOver);
  const cached = countCached(follower, isOver);
  const working = Promise.all([
    ...Array.from({ length: READERS }, () => [read('owner'), read('follower')]).flat(),
    ...writers.map((writer) => keepWriting(writer, isOver)),
    measureStandstills(recorder, [owner.url, follower.url], isOver),
    cached,
  ]);
  const decisive = () => checkHistory(recorder, BOUNDS).decisive;
  try {
    const from = recorder.now();
    await untilHeard(follower);
    recorder.faults.push({ ...UNHEARD, from, until: recorder.now() });
    const chance = random();
    await setTimeout(QUIET.least);
    for (let rounds = 0; rounds < MOST_ROUNDS && !isEnough(decisive()); rounds++) {
      await breakEach(faults, { random: chance, recorder });
      const until = recorder.now() + QUIET.most;
      do await setTimeout(QUIET.least);
      while (decisive().follower.alive < ENOUGH.follower && recorder.now() < until);
    }
  } finally {
    over = true;
    await working;
  }

  const verdict = checkHistory(recorder, BOUNDS);
  for (const line of describeHistory(recorder, verdict)) t.comment(line);
  t.same(verdict.violations.slice(0, 20), [], `${verdict.violations.length} violations`);
  t.ok(isEnough(verdict.decisive), `reads that could have been too old: ${JSON.stringify(verdict.decisive)}`);
  t.ok((await cached) >= ENOUGH.cached, `${await cached} answers from the memory of the follower`);
  for (const { name } of faults) {
    const reads = overlapping(recorder, name);
    t.ok(reads.length >= ENOUGH.inFault, `${name}: ${reads.length} reads meanwhile`);
  }
  t.ok(
    recorder.writes.some(({ end }) => end.kind === 'refused'),
    'some writes were refused',
  );
});

function isEnough({ owner, follower }: Verdict['decisive']): boolean {
  return owner.alive >= ENOUGH.owner && follower.alive >= ENOUGH.follower && follower.lost >= ENOUGH.lost;
}
