import { randomBytes, randomUUID } from 'node:crypto';
import t from 'tap';
import { ORGANISATION_STATES, type OrganisationState } from '../../../proto/http/organisation-data.ts';
import type { Queryable } from '../../../src/database/database.ts';
import { findTransition, type Party, possibleActions } from '../../../src/governance/machine.ts';
import { actOnOrganisationIn } from '../../../src/governance/organisations/act-on-organisation.ts';
import { storeAttachment } from '../../../src/governance/organisations/attachment-table.ts';
import {
  IN_FORCE,
  ORGANISATION_TRANSITIONS,
  type OrganisationAction,
} from '../../../src/governance/organisations/organisation-machine.ts';
import { findOrganisation, getVerified } from '../../../src/governance/organisations/organisation-table.ts';
import { sealData } from '../../../src/governance/organisations/private-part.ts';
import { SecretBox } from '../../../src/governance/secrets/secret-box.ts';
import { openDatabase } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';
import { ORGANISATION } from '../../support/organisation.ts';

const { database } = await openDatabase(t, await startDatabases(t));
const box = new SecretBox(randomBytes(32));
const actor = { id: 'tester', subject: null };
const ACTIONS: readonly OrganisationAction[] = [
  ...(['edit', 'submit', 'discard', 'withdraw'] as const),
  ...(['verify', 'refuse', 'suspend', 'resume'] as const),
];
const PARTIES: readonly Party[] = ['organisation', 'authority', 'system'];

/** Runs in a transaction that is never committed. */
async function tryOut(work: (tx: Queryable) => Promise<void>): Promise<void> {
  const over = new Error('rolled back on purpose');
  await t.rejects(
    database.transaction(async (tx) => {
      await work(tx);
      throw over;
    }),
    over,
  );
}

/** An organisation with all that a submission needs, in any state. */
async function organisationIn(tx: Queryable, state: OrganisationState): Promise<string> {
  const id = randomUUID();
  const { name, data, sealed } = sealData(box, ORGANISATION, { id, field: 'sealed' });
  const change = sealData(box, { ...ORGANISATION, name: '新名' }, { id, field: 'pending_sealed' });
  const pending = state === 'changing' || state === 'rechecking' ? change : null;
  const verified = IN_FORCE.has(state) || state === 'suspended';
  await tx.query(
    `insert into organisations (id, state, name, data, sealed, pending_name, pending, pending_sealed, verified_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, case when $9 then now() end)`,
    [
      ...[id, state, name, JSON.stringify(data), sealed],
      ...[pending?.name ?? null, pending && JSON.stringify(pending.data), pending?.sealed ?? null, verified],
    ],
  );
  const picture = { id: randomUUID(), kind: 'document', type: 'image/png', size: 1, sealed: Buffer.of(1) } as const;
  await storeAttachment(tx, { ...picture, organisation: id, pending: false });
  return id;
}

t.test('every action of every party in every state: exactly what the table has is possible', async (t) => {
  let possible = 0;
  for (const state of ORGANISATION_STATES) {
    await tryOut(async (tx) => {
      for (const action of ACTIONS) {
        for (const by of PARTIES) {
          const id = await organisationIn(tx, state);
          const before = await findOrganisation(tx, id);
          const step = { id, action, by, actor, box, reason: 'a reason', versions: null };
          const expected = findTransition(ORGANISATION_TRANSITIONS, { state, action, by });
          const what = `${action} by ${by} in ${state}`;
          if (expected !== null) {
            possible++;
            t.equal((await actOnOrganisationIn(tx, step)).state, expected.to, what);
          } else {
            const can = possibleActions(ORGANISATION_TRANSITIONS, state, by);
            const refusal = { code: 'TRANSITION_REFUSED', transition: { state, possible: can } };
            await t.rejects(actOnOrganisationIn(tx, step), refusal, what);
            t.strictSame(await findOrganisation(tx, id), before, `${what} changes nothing`);
          }
          await tx.query('delete from organisation_documents');
        }
      }
    });
  }
  t.equal(possible, ORGANISATION_TRANSITIONS.length);
});

t.test('an action that must say why does nothing without it', async (t) => {
  for (const { from, action, by, reason } of ORGANISATION_TRANSITIONS) {
    if (reason !== 'required') continue;
    await tryOut(async (tx) => {
      const id = await organisationIn(tx, from);
      for (const empty of [undefined, '', '  ']) {
        const step = { id, action, by, actor, box, reason: empty, versions: null };
        await t.rejects(actOnOrganisationIn(tx, step), { code: 'BAD_REQUEST', at: 'reason' }, `${action} in ${from}`);
      }
    });
  }
});

t.test('what is in force counts as verified, and nothing else does', async (t) => {
  await tryOut(async (tx) => {
    for (const state of ORGANISATION_STATES) {
      const id = await organisationIn(tx, state);
      const found = getVerified(tx, id);
      if (IN_FORCE.has(state)) t.match(await found, { id, state, name: ORGANISATION.name }, state);
      else await t.rejects(found, { code: 'ORGANISATION_NOT_VERIFIED' }, state);
    }
    await t.rejects(getVerified(tx, randomUUID()), { code: 'ORGANISATION_NOT_VERIFIED' });
  });
});

t.test('a verified organisation stays so until the transaction that relies on it is over', async (t) => {
  const id = await organisationIn(database, 'verified');
  const order: string[] = [];
  let suspending: Promise<unknown> = Promise.resolve();
  await database.transaction(async (tx) => {
    await getVerified(tx, id);
    suspending = database
      .transaction((other) =>
        actOnOrganisationIn(other, { id, action: 'suspend', by: 'authority', actor, box, reason: 'x', versions: null }),
      )
      .then(() => order.push('suspended'));
    // It waits for the row, as the server says to another connection: a transaction sees one moment of these statistics.
    for (let waits = 0; waits === 0; ) {
      const text = `select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      waits = (await database.query<{ n: number }>(text))[0]?.n ?? 0;
    }
    order.push('relied on');
  });
  await suspending;
  t.strictSame(order, ['relied on', 'suspended']);
});

t.test('of organisations that submit with one document at once, one does', async (t) => {
  const ids = await Promise.all(Array.from({ length: 8 }, () => organisationIn(database, 'draft')));
  const submit = (id: string) =>
    database.transaction((tx) =>
      actOnOrganisationIn(tx, { id, action: 'submit', by: 'organisation', actor, box, versions: null }),
    );
  const tried = await Promise.allSettled(ids.map(submit));
  const refused = tried.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  t.equal(refused.length, 7);
  for (const error of refused) t.match(error, { code: 'DOCUMENT_TAKEN', at: 'document.number' });
});
