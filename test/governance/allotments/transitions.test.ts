import t from 'tap';
import { KapokError } from '../../../src/errors/kapok-error.ts';
import { actOnAllotment } from '../../../src/governance/allotments/act-on-allotment.ts';
import {
  ALLOTMENT_ACTIONS,
  ALLOTMENT_STATES,
  ALLOTMENT_TRANSITIONS,
  type AllotmentAction,
  type AllotmentState,
} from '../../../src/governance/allotments/allotment.ts';
import { applyForPrefix } from '../../../src/governance/allotments/apply-for-prefix.ts';
import { releaseDue } from '../../../src/governance/allotments/release-prefix.ts';
import { findTransition, type Party, possibleActions, type TransitionTable } from '../../../src/governance/machine.ts';
import type { Prefix } from '../../../src/identifier/prefix.ts';
import { siteOfUrl } from '../../../src/record/site.ts';
import { ensureOwnPrefix } from '../../../src/registry/own-prefix.ts';
import { openDatabase } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';
import { verifiedOrganisation } from '../verified.ts';

const TABLE: TransitionTable<AllotmentState, AllotmentAction> = ALLOTMENT_TRANSITIONS;
const PARTIES: readonly Party[] = ['organisation', 'authority', 'system'];
const OWN = '88.102' as Prefix;
const NOW = new Date('2026-11-24T08:00:00Z');
const ACTOR = { id: 'tester', subject: null };
const SITE = siteOfUrl('http://plant.example:7300');

const databases = await startDatabases(t);
const { database } = await openDatabase(t, databases);
await ensureOwnPrefix(database, OWN);
const organisation = await verifiedOrganisation(database, 'holder');
const receiver = await verifiedOrganisation(database, 'receiver');

/** How `prefixes` shows a state. */
const SHOWN: Partial<Record<AllotmentState, string>> = {
  allotted: 'active',
  suspended: 'suspended',
  quarantined: 'revoked',
  free: 'revoked',
};

interface Triple {
  readonly prefix: Prefix;
  readonly action: AllotmentAction;
  readonly by: Party;
}

/** Puts prefixes into a state by hand, whatever the way there. Of those in quarantine one is due: the one that is to be released. */
async function putInto(state: AllotmentState, triples: readonly Triple[]): Promise<void> {
  const names = triples.map(({ prefix }) => prefix);
  const ends = triples.map(({ action, by }) =>
    state !== 'quarantined'
      ? null
      : action === 'release' && by === 'system'
        ? '2026-11-24T07:59:59Z'
        : '2027-01-01T00:00:00Z',
  );
  const holder = state === 'free' ? null : organisation;
  await database.query(
    `insert into allotments (prefix, parent, organisation, state, quarantine_until)
     select prefix, $2, $3, $4, ends from unnest($1::text[], $5::timestamptz[]) as n(prefix, ends)`,
    [names, OWN, holder, state, ends],
  );
  const status = SHOWN[state];
  if (status === undefined) return;
  await database.query(
    `insert into prefixes (prefix, status, ttl, suffix_case, version) select prefix, $2, 60, 'insensitive', 1 from unnest($1::text[]) as prefix`,
    [names, status],
  );
}

/** Does it by the service that is there for it. Release is asked for by no one: the clock brings it about. */
async function act(prefix: Prefix, action: AllotmentAction, by: Party): Promise<AllotmentState> {
  if (action === 'release' && by === 'system') {
    if ((await releaseDue(database, NOW)) === 1) return 'free';
    const [row] = await database.query<{ state: AllotmentState }>('select state from allotments where prefix = $1', [
      prefix,
    ]);
    const transition = { state: row?.state ?? 'free', possible: possibleActions(TABLE, row?.state ?? 'free', by) };
    throw new KapokError('TRANSITION_REFUSED', { transition });
  }
  const allotment = await database.transaction((tx) => {
    if (action === 'apply' && by === 'organisation')
      return applyForPrefix(tx, {
        ...{ wish: { prefix }, organisation, label: '', purpose: '', actor: ACTOR, now: NOW, own: OWN },
      });
    return actOnAllotment(tx, {
      ...{ prefix, action: action as 'allot', by, actor: ACTOR, reason: 'because', now: NOW, quarantineDays: 90 },
      ...(action === 'delegate' ? { change: { site: SITE } } : {}),
      ...(action === 'transfer' ? { organisation: receiver } : {}),
    });
  });
  return allotment.state;
}

const LOOK = `select n.prefix, row_to_json(a) as allotment, row_to_json(p) as shown,
    (select count(*)::int from audit_entries e where e.id = n.prefix and e.kind = 'allotment') as audit,
    (select count(*)::int from notices t where t.prefix = n.prefix) as notices,
    (select count(*)::int from changes c where c.prefix = n.prefix) as changes,
    (select count(*)::int from grants g where g.scope = n.prefix) as grants
  from unnest($1::text[]) as n(prefix) join allotments a using (prefix) left join prefixes p using (prefix)`;

interface Seen extends Record<string, unknown> {
  readonly prefix: Prefix;
  readonly shown: { readonly status: string } | null;
  readonly audit: number;
}

async function look(triples: readonly Triple[]): Promise<Map<Prefix, Seen>> {
  const rows = await database.query<Seen>(LOOK, [triples.map(({ prefix }) => prefix)]);
  return new Map(rows.map((row) => [row.prefix, row]));
}

let number = 0;
for (const state of ALLOTMENT_STATES) {
  t.test(`${state}: exactly the transitions of the table are possible`, async (t) => {
    const triples = ALLOTMENT_ACTIONS.flatMap((action) =>
      PARTIES.map((by): Triple => ({ prefix: `${OWN}.${++number}` as Prefix, action, by })),
    );
    await putInto(state, triples);
    const before = await look(triples);
    const answers = new Map<Prefix, AllotmentState | KapokError>();
    for (const { prefix, action, by } of triples)
      answers.set(prefix, await act(prefix, action, by).catch((error: KapokError) => error));
    const after = await look(triples);
    for (const { prefix, action, by } of triples) {
      const what = `${state}, ${action} by ${by}`;
      const [then, now, got] = [before.get(prefix), after.get(prefix), answers.get(prefix)];
      const expected = findTransition(TABLE, { state, action, by })?.to ?? null;
      if (expected !== null) {
        t.equal(got, expected, what);
        t.equal(now?.shown?.status, SHOWN[expected] ?? then?.shown?.status, `${what}: shown in prefixes`);
        t.equal(now?.audit, 1, `${what}: one audit entry`);
        continue;
      }
      t.strictSame(now, then, `${what}: nothing is changed`);
      const refusal = got instanceof KapokError ? got : null;
      // Who asks for what is in quarantine is told until when.
      const isAsked = state === 'quarantined' && action === 'apply' && by === 'organisation';
      t.equal(refusal?.code, isAsked ? 'PREFIX_QUARANTINED' : 'TRANSITION_REFUSED', `${what}: ${refusal?.message}`);
      if (!isAsked) t.strictSame(refusal?.transition, { state, possible: possibleActions(TABLE, state, by) }, what);
    }
  });
}
