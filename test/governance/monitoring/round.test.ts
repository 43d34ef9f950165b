import t from 'tap';
import { EVENT_TYPES, isEmergency, makeRound, type Probed, roundOf } from '../../../src/governance/monitoring/round.ts';

const well: Probed = { ms: 12.4, failure: null };
const lost: Probed = { ms: 1_000, failure: { type: EVENT_TYPES.network, reason: 'no answer' } };

t.test('51 % of the probes and more are an emergency, fewer are not', async (t) => {
  t.ok(isEmergency({ tried: 100, failed: 51 }));
  t.notOk(isEmergency({ tried: 100, failed: 50 }));
  t.ok(isEmergency({ tried: 5, failed: 3 }));
  t.notOk(isEmergency({ tried: 5, failed: 2 }));
  t.notOk(isEmergency({ tried: 1, failed: 0 }));
});

async function roundFrom(probes: Probed[]) {
  const pauses: number[] = [];
  const left = [...probes];
  const round = await makeRound(
    'resolution',
    async () => left.shift() as Probed,
    async (ms) => void pauses.push(ms),
  );
  return { round, pauses };
}

t.test('a probe that goes well is the only one of its round', async (t) => {
  const { round, pauses } = await roundFrom([well]);
  t.strictSame(round, { kind: 'resolution', tried: 1, failed: 0, milliseconds: 12, failure: null });
  t.strictSame(pauses, []);
});

t.test('one that fails is followed by four more, each at its time', async (t) => {
  const { round, pauses } = await roundFrom([lost, well, well, lost, well]);
  t.match(round, { tried: 5, failed: 2, milliseconds: 12, failure: lost.failure });
  t.strictSame(pauses, [0, 150, 300, 450]);
  t.ok(isEmergency((await roundFrom([lost, lost, well, lost, well])).round));
});

t.test('a round in which none went well has no time', async (t) => {
  t.match(roundOf('registration', [lost]), { milliseconds: 0, failed: 1 });
  t.match(roundOf('registration', [{ ms: 0.2, failure: null }]), { milliseconds: 1 });
});
