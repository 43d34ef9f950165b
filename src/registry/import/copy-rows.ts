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
  for (let i = 0; i < rows.length; i += PIECE) {
    let text = '';
    for (const { identifier, suffixKey, record, verbatim, hasPrivate, ttl, guarded } of rows.slice(i, i + PIECE)) {
      if (identifier.prefix !== prefix) {
        prefix = identifier.prefix;
        encodedPrefix = encodeField(prefix);
      }
      text += `${encodedPrefix}\t${encodeField(suffixKey)}\t${encodeField(identifier.suffix)}\t1\t`;
      text += verbatim ? record : encodeField(record);
      text += `\t${hasPrivate}\t${ttl}\t${guarded}\t${by}\n`;
    }
    pieces.push(Buffer.from(text));
  }
  return pieces;
}
