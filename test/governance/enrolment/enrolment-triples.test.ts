import t from 'tap';
import { Database } from '../../../src/database/database.ts';
import {
  ENROLMENT_TRANSITIONS,
  type EnrolmentAction,
  type EnrolmentState,
} from '../../../src/governance/enrolment/enrolment.ts';
import { findTransition, type Party, possibleActions, type TransitionTable } from '../../../src/governance/machine.ts';
import { startDatabases } from '../../support/database.ts';
import { startTestNode } from '../../support/node.ts';
import { verifiedOrganisation } from '../filings/verified-organisation.ts';

const TABLE: TransitionTable<EnrolmentState, EnrolmentAction> = ENROLMENT_TRANSITIONS;
const STATES: readonly EnrolmentState[] = ['none', 'applied', 'accepted', 'refused'];
const OF_PARTIES: Readonly<Record<Party, readonly EnrolmentAction[]>> = {
  organisation: ['apply'],
  authority: ['accept', 'refuse'],
  system: [],
};
const ACTIONS = [...OF_PARTIES.organisation, ...OF_PARTIES.authority];
const PREFIX = '88.102.5';

const databases = await startDatabases(t);
const url = await databases.create();
const parent = await startTestNode(t, { KAPOK_PREFIX: '88.102', DATABASE_URL: url });
const joining = await startTestNode(t, {
  ...{ KAPOK_ROLE: 'enterprise', KAPOK_PREFIX: PREFIX, DATABASE_URL: await databases.create() },
});
const database = new Database({ url, poolSize: 2 });
t.teardown(() => database.close());
const own = await verifiedOrganisation(parent, database, 'Demo Works');
const other = await verifiedOrganisation(parent, database, 'Other Demo Works');
const tokenOf = async (role: string, scope = '') =>
  (await parent.call('POST', '/api/v1/tokens', { body: { role, scope, label: role } })).json.token as string;

/** Who asks, and as whom the table knows him. */
const CALLERS: readonly [who: string, token: string, parties: readonly Party[]][] = [
  ['the organisation itself', own.token, ['organisation']],
  ['another organisation', other.token, []],
  ['a reviewer', await tokenOf('reviewer'), ['authority']],
  ['an operator', await tokenOf('operator'), ['organisation', 'authority']],
  ['an operator of another prefix', await tokenOf('operator', '88.102.7'), []],
  ['an auditor', await tokenOf('auditor'), []],
  ['a registrant of the prefix', await tokenOf('registrant', PREFIX), []],
];
const { json: proof } = await joining.call('POST', '/api/v1/enrolment/proof', {
  body: { parent: parent.url, url: joining.url },
});
await parent.call('POST', '/api/v1/allotments', { token: own.token, body: { organisation: own.id, prefix: PREFIX } });
await parent.call('POST', '/api/v1/enrolments', { token: own.token, body: proof });

/** Puts the enrolment into a state as if it had come there, of a prefix that nobody answers for yet. */
async function put(state: EnrolmentState): Promise<void> {
  await database.query(`update allotments set state = 'under_review' where prefix = $1`, [PREFIX]);
  await database.query('delete from prefixes where prefix = $1', [PREFIX]);
  if (state === 'none') await database.query('delete from enrolments');
  else {
    const text = `insert into enrolments (prefix, organisation, state, site, key) values ($1, $2, $3, $4, $5)
      on conflict (prefix) do update set state = excluded.state`;
    const site = (await joining.get('/api/site')).json.site;
    await database.query(text, [PREFIX, own.id, state, JSON.stringify(site), proof.key]);
  }
}

async function stateNow(): Promise<EnrolmentState> {
  const [row] = await database.query<{ state: EnrolmentState }>('select state from enrolments');
  return row?.state ?? 'none';
}

function act(action: EnrolmentAction, token: string) {
  if (action === 'apply') return parent.call('POST', '/api/v1/enrolments', { token, body: proof });
  const body = { action, reason: 'Because' };
  return parent.call('POST', `/api/v1/enrolments/${PREFIX}/decision`, { token, body });
}

for (const [who, token, parties] of CALLERS) {
  t.test(`${who}: what the table has, and nothing else`, async (t) => {
    for (const state of STATES) {
      for (const action of ACTIONS) {
        await put(state);
        const by = parties.find((party) => OF_PARTIES[party].includes(action)) ?? null;
        const expected = by === null ? null : findTransition(TABLE, { state, action, by });
        const { status, json } = await act(action, token);
        const what = `${state} ${action}: ${status}`;
        t.equal(await stateNow(), expected?.to ?? state, what);
        if (expected !== null)
          t.match({ status, json }, { status: action === 'apply' ? 201 : 200, json: { state: expected.to } });
        else if (by === null) t.match(json, { status: 403, code: 'FORBIDDEN' }, what);
        // Of what nobody has asked for there is no state to tell.
        else if (state === 'none') t.match(json, { status: 404, code: 'ENROLMENT_NOT_FOUND' }, what);
        else t.match(json, { code: 'TRANSITION_REFUSED', state, possible: possibleActions(TABLE, state, by) }, what);
      }
    }
  });
}

t.test('the table is about these states and actions, and each can be reached', async (t) => {
  const reached = new Set<EnrolmentState>(['none', ...TABLE.map(({ to }) => to)]);
  t.strictSame([...reached].sort(), [...STATES].sort());
  for (const { action, by } of TABLE) t.ok(OF_PARTIES[by].includes(action), `${action} by ${by}`);
});
