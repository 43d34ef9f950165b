import { copyText, encodeField } from '../../database/copy.ts';
import type { Connection } from '../../database/database.ts';
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
  let encodedPrefix = '';
  let tail = '';
  let before: ReadyRow | null = null;
  for (let i = 0; i < rows.length; i += PIECE) {
    let text = '';
    for (const row of rows.slice(i, i + PIECE)) {
      const { identifier, suffixKey, record } = row;
      if (identifier.prefix !== prefix) {
        prefix = identifier.prefix;
        encodedPrefix = `${encodeField(prefix)}\t`;
      }
      if (before === null || !endsAlike(row, before)) {
        tail = `\t${row.hasPrivate}\t${row.ttl}\t${row.guarded}\t${by}\n`;
        before = row;
      }
      text += encodedPrefix;
      text += encodeField(suffixKey);
      text += '\t';
      text += encodeField(identifier.suffix);
      text += '\t1\t';
      text += row.verbatim ? record : encodeField(record);
      text += tail;
    }
    pieces.push(Buffer.from(text));
  }
  return pieces;
}

/** Whether two rows have the same columns behind the record: nearly all of a file do. */
function endsAlike(a: ReadyRow, b: ReadyRow): boolean {
  return a.hasPrivate === b.hasPrivate && a.ttl === b.ttl && a.guarded === b.guarded;
}
