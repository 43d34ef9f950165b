import type { FilingKind } from '../../../proto/http/filing-data.ts';
import type { Database } from '../../database/database.ts';
import { type Actor, appendAudit } from '../audit/append-audit.ts';
import { getOrganisation } from '../organisations/organisation-table.ts';
import { changeFiling } from './check-filing.ts';
import { type FilingRow, insertFiling } from './filing-table.ts';

export interface NewFilingRow {
  readonly organisation: string;
  readonly kind: FilingKind;
  readonly data: Record<string, unknown>;
  readonly actor: Actor;
}

/** A draft; nothing is asked of it but that its fields hold what they should. Throws ORGANISATION_NOT_FOUND. */
export function createFiling(
  database: Database,
  { organisation, kind, data, actor }: NewFilingRow,
): Promise<FilingRow> {
  const checked = changeFiling(kind, {}, data);
  return database.transaction(async (tx) => {
    await getOrganisation(tx, organisation);
    const row = await insertFiling(tx, { organisation, kind, data: checked });
    const after = { kind, data: checked };
    await appendAudit(tx, { action: 'filing.create', actor, kind: 'filing', id: row.id, prefix: null, after });
    return row;
  });
}
