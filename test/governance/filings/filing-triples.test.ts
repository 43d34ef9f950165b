import t from 'tap';
import { FILING_STATES, type FilingState } from '../../../proto/http/filings.ts';
import { Database } from '../../../src/database/database.ts';
import { FILING_TRANSITIONS, type FilingAction, TO_DECIDE } from '../../../src/governance/filings/filing-machine.ts';
import { lapseFilings } from '../../../src/governance/filings/lapse-filings.ts';
import { findTransition, type Party, possibleActions } from '../../../src/governance/machine.ts';
import { startDatabases } from '../../support/database.ts';
import { startTestNode } from '../../support/node.ts';
import { FILINGS } from './samples.ts';
import { verifiedOrganisation } from './verified-organisation.ts';

const OF_PARTIES: Readonly<Record<Party, readonly FilingAction[]>> = {
  organisation: ['edit', 'submit', 'discard', 'confirm', 'cancel'],
  authority: ['review', 'return', 'accept', 'suspend', 'resume', 'revoke'],
  system: ['lapse'],
};
const ACTIONS = [...OF_PARTIES.organisation, ...OF_PARTIES.authority];
/** In force, or was so. */
const NUMBERED = FILING_STATES.slice(FILING_STATES.indexOf('accepted'), FILING_STATES.indexOf('cancelled'));

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.102', DATABASE_URL: url });
const database = new Database({ url, poolSize: 4 });
t.teardown(() => database.close());
const own = await verifiedOrganisation(node, database, 'Demo Works');
const other = await verifiedOrganisation(node, database, 'Other Demo Works');
const tokenOf = async (role: string) =>
  (await node.call('POST', '/api/v1/tokens', { body: { role, scope: '', label: role } })).json.token as string;

/** Who asks, and as whom the table knows him. */
const CALLERS: readonly [who: string, token: string, parties: readonly Party[]][] = [
  ['the organisation itself', own.token, ['organisation']],
  ['another organisation', other.token, []],
  ['a reviewer', await tokenOf('reviewer'), ['authority']],
  ['an operator', await tokenOf('operator'), ['organisation', 'authority']],
  ['an auditor', await tokenOf('auditor'), []],
  ['a registrant', await tokenOf('registrant'), []],
];
const created = await node.call('POST', '/api/v1/filings', {
  token: own.token,
  body: { organisation: own.id, kind: 'application', data: FILINGS.application },
});
const id: string = created.json.id;

/** Puts the filing into a state as if it had come there; a state is nothing but the row. */
async function put(state: FilingState): Promise<void> {
  const isNumbered = NUMBERED.includes(state);
  const text = `update filings set state = $2, number = $3, confirmed_until = $4, due = $5, pending = $6, remarks = null where id = $1`;
  const pending = /^chang/.test(state) ? JSON.stringify({ ...FILINGS.application, users: 7 }) : null;
  const values = [isNumbered ? '88.102-2026-000001-X' : null, isNumbered ? '2030-01-01' : null];
  await database.query(text, [id, state, ...values, TO_DECIDE.has(state) ? '2030-01-01' : null, pending]);
}

async function stateNow(): Promise<FilingState> {
  const [row] = await database.query<{ state: FilingState }>('select state from filings where id = $1', [id]);
  return row?.state as FilingState;
}

function act(action: FilingAction, token: string | null) {
  const path = `/api/v1/filings/${id}`;
  if (action === 'edit') return node.call('PATCH', path, { token, body: { data: { users: 8 } } });
  return node.call('POST', `${path}/${action}`, { token, body: { reason: 'Because' } });
}

for (const [who, token, parties] of CALLERS) {
  t.test(`${who}: what the table has, and nothing else`, async (t) => {
    for (const state of FILING_STATES) {
      const tries = ACTIONS.map((action) => {
        const by = parties.find((party) => OF_PARTIES[party].includes(action)) ?? null;
        const transition = by === null ? null : findTransition(FILING_TRANSITIONS, { state, action, by });
        return { action, by, transition };
      });
      await put(state);
      const refused = tries.filter(({ transition }) => transition === null);
      const answers = await Promise.all(refused.map(async (one) => ({ ...one, answer: await act(one.action, token) })));
      for (const { action, by, answer } of answers) {
        const { status, json } = answer;
        const refusal =
          by === null
            ? { status: 403, code: 'FORBIDDEN' }
            : { code: 'TRANSITION_REFUSED', state, possible: possibleActions(FILING_TRANSITIONS, state, by) };
        t.match(json, { status, ...refusal }, `${state} ${action}: ${status}`);
      }
      t.equal(await stateNow(), state, 'what was refused has changed nothing');
      for (const { action, transition } of tries) {
        if (transition === null) continue;
        await put(state);
        const { status, json } = await act(action, token);
        t.match({ status, json }, { status: 200, json: { state: transition.to } }, `${state} ${action}: ${status}`);
        t.equal(await stateNow(), transition.to);
      }
    }
  });
}

t.test('the passing of time: what the table has, and nothing else', async (t) => {
  for (const state of FILING_STATES) {
    await put(state);
    const lapse = (now: string) => lapseFilings(database, new Date(now));
    t.equal(await lapse('2030-01-01T12:00:00Z'), 0, `${state}: on the last day`);
    t.equal(await stateNow(), state);
    const transition = findTransition(FILING_TRANSITIONS, { state, action: 'lapse', by: 'system' });
    t.equal(await lapse('2030-01-01T16:00:00Z'), transition === null ? 0 : 1, `${state}: on the next`);
    t.equal(await stateNow(), transition?.to ?? state);
  }
});

t.test('the table is about these states and actions, and each can be reached', async (t) => {
  const reached = new Set<FilingState>(['draft', ...FILING_TRANSITIONS.map(({ to }) => to)]);
  t.strictSame([...reached].sort(), [...FILING_STATES].sort());
  for (const { action, by } of FILING_TRANSITIONS) t.ok(OF_PARTIES[by].includes(action), `${action} by ${by}`);
  const triples = FILING_TRANSITIONS.map(({ from, action, by }) => `${from} ${action} ${by}`);
  t.equal(new Set(triples).size, triples.length, 'one transition a triple');
});
