import t from 'tap';
import { KapokError } from '../../../src/errors/kapok-error.ts';
import { findTransition, type Party, possibleActions, type TransitionTable } from '../../../src/governance/machine.ts';
import { actOnTransfer } from '../../../src/governance/transfers/act-on-transfer.ts';
import { endTransfers } from '../../../src/governance/transfers/end-transfers.ts';
import {
  TRANSFER_ACTIONS,
  TRANSFER_STATES,
  TRANSFER_TRANSITIONS,
  type TransferAction,
  type TransferState,
} from '../../../src/governance/transfers/transfer.ts';
import type { Prefix } from '../../../src/identifier/prefix.ts';
import { ensureOwnPrefix } from '../../../src/registry/own-prefix.ts';
import { noTemplates, openDatabase } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';
import { verifiedOrganisation } from '../verified.ts';

const TABLE: TransitionTable<TransferState, TransferAction> = TRANSFER_TRANSITIONS;
const PARTIES: readonly Party[] = ['organisation', 'authority', 'system'];
const OWN = '88.102' as Prefix;
const NOW = new Date('2026-11-24T08:00:00Z');

const databases = await startDatabases(t);
const { database } = await openDatabase(t, databases);
await ensureOwnPrefix(database, OWN);
const giver = await verifiedOrganisation(database, 'giver');
const receiver = await verifiedOrganisation(database, 'receiver');

interface Triple {
  readonly id: string;
  readonly prefix: Prefix;
  readonly action: TransferAction;
  readonly by: Party;
}

/** Prefixes that are allotted, on their way in some state by hand. */
async function putInto(state: TransferState, number: number): Promise<Triple[]> {
  const pairs = TRANSFER_ACTIONS.flatMap((action) => PARTIES.map((by) => ({ action, by })));
  const names = pairs.map((_, i) => `${OWN}.${number + i}`);
  const holder = ['accepted', 'final'].includes(state) ? receiver : giver;
  await database.query(
    `insert into allotments (prefix, parent, organisation, state) select prefix, $2, $3, 'allotted' from unnest($1::text[]) as prefix`,
    [names, OWN, holder],
  );
  await database.query(
    `insert into prefixes (prefix, status, ttl, suffix_case, version) select prefix, 'active', 60, 'insensitive', 1 from unnest($1::text[]) as prefix`,
    [names],
  );
  await database.query(
    `insert into grants (scope, subject, role) select scope, 'org:' || $2::text, 'registrant' from unnest($1::text[]) as scope`,
    [names, holder],
  );
  const rows = await database.query<{ id: string; prefix: Prefix }>(
    `insert into transfers (prefix, giver, receiver, state, offered_by, offered_at, expires_at, until, former)
     select prefix, $2, $3, $4, 'tester', $5, $5::timestamptz + interval '30 days', $5::timestamptz + interval '7 days',
       '{"tokens":[],"grants":[]}' from unnest($1::text[]) as prefix returning id, prefix`,
    [names, giver, receiver, state, NOW],
  );
  const ids = new Map(rows.map(({ id, prefix }) => [prefix, id]));
  return pairs.map((pair, i) => ({ ...pair, prefix: names[i] as Prefix, id: ids.get(names[i] as Prefix) ?? '' }));
}

const LOOK = `select t.prefix, t.state, a.organisation, a.version, (select count(*)::int from audit_entries e where e.id = t.id::text) as audit,
    (select count(*)::int from notices n where n.about_id = t.id::text) as notices,
    array(select g.subject from grants g where g.scope = t.prefix) as grants
  from transfers t join allotments a using (prefix) where t.id = any($1::uuid[])`;

interface Seen extends Record<string, unknown> {
  readonly prefix: Prefix;
  readonly organisation: string;
  readonly audit: number;
  readonly notices: number;
  readonly grants: readonly string[];
}

async function look(triples: readonly Triple[]): Promise<Map<Prefix, Seen>> {
  const rows = await database.query<Seen>(LOOK, [triples.map(({ id }) => id)]);
  return new Map(rows.map((row) => [row.prefix, row]));
}

/** Who holds the prefix in a state. */
const HOLDS: Record<TransferState, string> = {
  ...{ offered: giver, declined: giver, withdrawn: giver, expired: giver, taken_back: giver },
  ...{ accepted: receiver, final: receiver },
};

let number = 1;
for (const state of TRANSFER_STATES) {
  t.test(`${state}: exactly the transitions of the table are possible`, async (t) => {
    const triples = await putInto(state, number);
    number += triples.length;
    const before = await look(triples);
    const answers = new Map<Prefix, TransferState | KapokError>();
    for (const { id, prefix, action, by } of triples) {
      const deed = { id, action, by, actor: { id: 'tester', subject: null }, reason: 'because' };
      const how = { now: NOW, windowDays: 7, templates: noTemplates };
      const done = database
        .transaction((tx) => actOnTransfer(tx, { ...deed, ...how }))
        .then((transfer) => transfer.state);
      answers.set(prefix, await done.catch((error: KapokError) => error));
    }
    const after = await look(triples);
    for (const { prefix, action, by } of triples) {
      const what = `${state}, ${action} by ${by}`;
      const [then, now, got] = [before.get(prefix), after.get(prefix), answers.get(prefix)];
      const expected = findTransition(TABLE, { state, action, by })?.to ?? null;
      if (expected !== null) {
        t.equal(got, expected, what);
        t.match(now, { audit: 1, notices: 2, organisation: HOLDS[expected], grants: [`org:${HOLDS[expected]}`] }, what);
        t.equal(now?.grants.length, 1, what);
        continue;
      }
      t.strictSame(now, then, `${what}: nothing is changed`);
      const refusal = got instanceof KapokError ? got : null;
      t.equal(refusal?.code, 'TRANSITION_REFUSED', `${what}: ${refusal?.message}`);
      t.strictSame(refusal?.transition, { state, possible: possibleActions(TABLE, state, by) }, what);
    }
  });
}

t.test('time ends what is due, and nothing before', async (t) => {
  const at = async (moment: string) => endTransfers(database, new Date(moment), noTemplates);
  await database.query(`delete from transfers`);
  await putInto('offered', number);
  await putInto('accepted', number + 100);
  t.equal(await at('2026-12-01T07:59:59Z'), 0);
  t.equal(await at('2026-12-01T08:00:00Z'), 18, 'windows of seven days');
  t.equal(await at('2026-12-24T07:59:59Z'), 0);
  t.equal(await at('2026-12-24T08:00:00Z'), 18, 'offers of thirty');
  t.strictSame(
    await database.query('select state, count(*)::int as count from transfers group by state order by state'),
    [
      { state: 'expired', count: 18 },
      { state: 'final', count: 18 },
    ],
  );
});
