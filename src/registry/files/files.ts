import type { FileType } from '../../../proto/http/files.ts';
import type { Database, Queryable } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { assertNotFrozen } from '../assert-not-frozen.ts';

/** A file that records of its prefix may name. */
export interface FileInfo {
  readonly prefix: Prefix;
  readonly sha256: Buffer;
  /** Bytes. */
  readonly size: number;
  readonly type: FileType;
  readonly name: string;
  /** Readable without a credential. */
  readonly public: boolean;
}

export interface NewFile extends FileInfo {
  readonly bytes: Buffer;
  readonly actor: string;
}

const COLUMNS = 'prefix, sha256, size, type, name, public';

type FileRow = FileInfo & Record<string, unknown>;

/**
 * Keeps a file. The same bytes once more are the same file: it keeps its name, and becomes public when that is asked for,
 * never the other way, for somebody may have been told its address.
 */
export async function storeFile(
  database: Database,
  { prefix, sha256, size, type, name, bytes, public: open, actor }: NewFile,
): Promise<{ stored: FileInfo; created: boolean }> {
  // A row that was there is of an earlier transaction. (xmax would say so, too, and cannot be had of a partitioned table.)
  const text = `insert into files as f (prefix, sha256, size, type, name, bytes, public, actor)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (prefix, sha256) do update set public = f.public or excluded.public
    returning ${COLUMNS}, created_at = now() as created`;
  const values = [prefix, sha256, size, type, name, bytes, open, actor];
  const [row] = await database.transaction(async (tx) => {
    await assertNotFrozen(tx, prefix);
    return tx.query<FileRow & { created: boolean }>({ name: 'store_file', text }, values);
  });
  if (row === undefined) throw new Error('The file was not stored');
  const { created, ...stored } = row;
  return { stored, created };
}

/** What is known of files, without their bytes. */
export function findFiles(database: Queryable, prefix: Prefix, hashes: readonly Buffer[]): Promise<FileInfo[]> {
  const text = `select ${COLUMNS} from files where prefix = $1 and sha256 = any($2::bytea[])`;
  return database.query<FileRow>({ name: 'find_files', text }, [prefix, hashes]);
}

/** Null when there is none. */
export async function readBytes(database: Queryable, { prefix, sha256 }: FileInfo): Promise<Buffer | null> {
  const text = 'select bytes from files where prefix = $1 and sha256 = $2';
  const [row] = await database.query<{ bytes: Buffer }>({ name: 'read_file', text }, [prefix, sha256]);
  return row?.bytes ?? null;
}
