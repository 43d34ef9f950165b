import { copyText, encodeField } from '../../database/copy.ts';
import type { Connection } from '../../database/database.ts';
import { concat, EMPTY, toBytes, writeBytes } from './byte-text.ts';
import type { ReadyRow } from './prepare-row.ts';

const TARGET = 'identifiers (prefix, suffix_key, suffix, version, record, has_private, ttl, guarded, actor)';
/** Rows a piece: some 64 KiB, more gain nothing. */
const PIECE = 128;

/** Stores records that do not exist yet, as COPY takes them: one row of one table each. */
export async function copyNewRows(
  connection: Connection,
  copying: { pieces: readonly Buffer[]; onSent?: () => void },
): Promise<void> {
  await copyText(connection, { target: TARGET, ...copying });
}

/** COPY's text of new records. */
export function encodeNewRows(rows: readonly ReadyRow[], actor: string): Buffer[] {
  const pieces: Buffer[] = [];
  const by = encodeField(actor);
  let prefix = '';
  let head = EMPTY;
  let tail = EMPTY;
  let before: ReadyRow | null = null;
  for (let i = 0; i < rows.length; i += PIECE) {
    let piece = EMPTY;
    for (const row of rows.slice(i, i + PIECE)) {
      const { identifier, suffixKey, record } = row;
      if (identifier.prefix !== prefix) {
        prefix = identifier.prefix;
        head = toBytes(`${encodeField(prefix)}\t`);
      }
      if (before === null || !endsAlike(row, before)) {
        tail = toBytes(`\t${row.hasPrivate}\t${row.ttl}\t${row.guarded}\t${by}\n`);
        before = row;
      }
      const names = toBytes(`${encodeField(suffixKey)}\t${encodeField(identifier.suffix)}\t1\t`);
      piece = concat(concat(concat(concat(piece, head), names), record.toField()), tail);
    }
    pieces.push(writeBytes(piece));
  }
  return pieces;
}

/** Whether two rows have the same columns behind the record: nearly all of a file do. */
function endsAlike(a: ReadyRow, b: ReadyRow): boolean {
  return a.hasPrivate === b.hasPrivate && a.ttl === b.ttl && a.guarded === b.guarded;
}
