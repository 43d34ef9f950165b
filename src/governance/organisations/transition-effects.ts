import type { OrganisationData } from '../../../proto/http/organisation-data.ts';
import { subjectOfOrganisation } from '../../access/rights.ts';
import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { confirmAttachments, dropPendingAttachments, eraseAttachments, listAttachments } from './attachment-table.ts';
import { assertData } from './check-data.ts';
import { holdDocument, releaseDocuments } from './documents.ts';
import { missingOf } from './missing.ts';
import { openBoth } from './organisation-answer.ts';
import { IN_FORCE, type OrganisationAction } from './organisation-machine.ts';
import type { OrganisationContent, OrganisationRow } from './organisation-table.ts';
import { sealData } from './private-part.ts';

export interface EffectOptions {
  readonly box: SecretBox;
  readonly reason?: string | undefined;
  readonly edit?: (data: OrganisationData) => OrganisationData;
}

type Effect = (tx: Queryable, row: OrganisationRow, options: EffectOptions) => Promise<Partial<OrganisationContent>>;

const NO_CHANGE_PENDING = { pendingName: null, pending: null, pendingSealed: null };

/** What each action means besides the state. The row is locked. */
export const transitionEffects: Readonly<Record<OrganisationAction, Effect>> = {
  async edit(_tx, row, { box, edit = (data) => data }) {
    const { data, pending } = openBoth(box, row);
    const changed = edit(pending ?? data);
    assertData(changed);
    const { id } = row;
    if (!IN_FORCE.has(row.state)) return sealData(box, changed, { id, field: 'sealed' });
    const stored = sealData(box, changed, { id, field: 'pending_sealed' });
    return { pendingName: stored.name, pending: stored.data, pendingSealed: stored.sealed };
  },

  async submit(tx, row, { box }) {
    const { data, pending } = openBoth(box, row);
    const submitted = pending ?? data;
    const attachments = new Set((await listAttachments(tx, row.id)).map(({ kind }) => kind));
    const missing = missingOf(submitted, attachments);
    if (missing.length > 0) {
      const message = `The organisation is not complete; missing: ${missing.join(', ')}`;
      throw new KapokError('ORGANISATION_INCOMPLETE', { message, at: missing[0] });
    }
    await holdDocument(tx, box, { organisation: row.id, data: submitted });
    return { remarks: null };
  },

  async verify(tx, row, { box, reason }) {
    const { pending } = openBoth(box, row);
    const { id } = row;
    const remarks = reason ?? null;
    if (pending === null) return { remarks };
    await confirmAttachments(tx, id);
    await releaseDocuments(tx, box, { organisation: id, but: pending });
    return { ...sealData(box, pending, { id, field: 'sealed' }), ...NO_CHANGE_PENDING, remarks };
  },

  async refuse(tx, row, { box, reason }) {
    const but = row.pending === null ? null : openBoth(box, row).data;
    await releaseDocuments(tx, box, { organisation: row.id, but });
    return { remarks: reason ?? null };
  },

  async discard(tx, row, { box }) {
    await dropChange(tx, row, box);
    return { ...NO_CHANGE_PENDING, remarks: null };
  },

  /** What was in the making is given up: nobody decides on a change of what is not in force. */
  async suspend(tx, row, { box, reason }) {
    await dropChange(tx, row, box);
    return { ...NO_CHANGE_PENDING, remarks: reason ?? null };
  },

  async resume() {
    return { remarks: null };
  },

  /** Of one that nobody has ever checked nothing private is kept; what was checked, others have relied on. */
  async withdraw(tx, row, { box }) {
    await assertUnused(tx, row.id);
    await releaseDocuments(tx, box, { organisation: row.id, but: null });
    if (row.verifiedAt !== null) return { remarks: null };
    await eraseAttachments(tx, row.id);
    return { sealed: null, remarks: null };
  },
};

async function dropChange(tx: Queryable, row: OrganisationRow, box: SecretBox): Promise<void> {
  if (row.pending === null) return;
  await dropPendingAttachments(tx, row.id);
  await releaseDocuments(tx, box, { organisation: row.id, but: openBoth(box, row).data });
}

/** Who holds a prefix has a role there. */
async function assertUnused(tx: Queryable, id: string): Promise<void> {
  const text = `select scope from grants where subject = $1 order by scope limit 1`;
  const [grant] = await tx.query<{ scope: string }>(text, [subjectOfOrganisation(id)]);
  if (grant === undefined) return;
  const message = `The organisation still has a role at ${grant.scope === '' ? 'this node' : grant.scope}`;
  throw new KapokError('ORGANISATION_IN_USE', { message, subject: grant.scope || undefined });
}
