import { randomUUID } from 'node:crypto';
import type { OrganisationData } from '../../../proto/http/organisation-data.ts';
import type { Caller } from '../../access/caller.ts';
import { subjectOfOrganisation } from '../../access/rights.ts';
import { createToken } from '../../access/tokens.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { appendAudit } from '../audit/append-audit.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { assertData } from './check-data.ts';
import { addMemberIn, isMemberSubject } from './members.ts';
import { getOrganisation, type OrganisationRow } from './organisation-table.ts';
import { sealData } from './private-part.ts';

/** A draft that nobody has touched for so long is not going to be submitted. */
const CLEAR = `delete from organisations where id in (
  select id from organisations where state = 'draft' and updated_at < now() - interval '90 days'
  order by updated_at limit 20 for update skip locked) returning id`;
const INSERT = `insert into organisations (id, state, name, data, sealed) values ($1, 'draft', $2, $3, $4)`;

const ABOUT = { kind: 'organisation', prefix: null } as const;

export interface MadeOrganisation {
  readonly row: OrganisationRow;
  /** Null where the caller is a member of it now. */
  readonly token: string | null;
}

/**
 * Drafts an organisation. A caller who is known by a key or an account becomes a member; for anybody else a token is made that
 * speaks for it.
 */
export async function createOrganisation(
  database: Database,
  { box, data, caller }: { box: SecretBox; data: OrganisationData; caller: Caller | null },
): Promise<MadeOrganisation> {
  assertData(data);
  const id = randomUUID();
  const stored = sealData(box, data, { id, field: 'sealed' });
  return database.transaction(async (tx) => {
    await clearForgotten(tx);
    await tx.query(INSERT, [id, stored.name, JSON.stringify(stored.data), stored.sealed]);
    const token = await introduce(tx, id, caller);
    const subject = subjectOfOrganisation(id);
    const after = { state: 'draft', name: stored.name };
    await appendAudit(tx, {
      ...ABOUT,
      action: 'organisation.create',
      id,
      actor: caller ?? { id: subject, subject },
      after,
    });
    return { row: await getOrganisation(tx, id), token };
  });
}

async function introduce(tx: Queryable, id: string, caller: Caller | null): Promise<string | null> {
  if (caller !== null && caller.subject !== null && isMemberSubject(caller.subject)) {
    await addMemberIn(tx, { organisation: id, subject: caller.subject, actor: caller });
    return null;
  }
  const subject = subjectOfOrganisation(id);
  const by = caller ?? { id: subject, subject };
  const { token } = await createToken(tx, { subject, label: 'organisation', by });
  return token;
}

async function clearForgotten(tx: Queryable): Promise<void> {
  const gone = (await tx.query<{ id: string }>(CLEAR)).map(({ id }) => id);
  if (gone.length === 0) return;
  for (const table of ['organisation_members', 'organisation_attachments'])
    await tx.query(`delete from ${table} where organisation = any($1::uuid[])`, [gone]);
  await tx.query('delete from tokens where subject = any($1)', [gone.map(subjectOfOrganisation)]);
}
