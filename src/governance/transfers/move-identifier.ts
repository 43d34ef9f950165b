import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { parseIdentifier } from '../../identifier/identifier.ts';
import { ADMIN_BITS, isAdminValue } from '../../record/admin/bits.ts';
import type { Reference, Value } from '../../record/value.ts';
import { isPresent, valuesIn } from '../../registry/change-values.ts';
import type { NewRecord, StoredRecord } from '../../registry/stored-record.ts';
import type { Templates } from '../../registry/templates.ts';
import type { WriteAuthority } from '../../registry/write-authority.ts';
import { writeRecordIn } from '../../registry/write-record.ts';
import type { Transfer } from './transfer.ts';
import type { TransferMatter } from './transfer-table.ts';

export interface IdentifierMove {
  readonly transfer: Transfer & TransferMatter;
  readonly actor: string;
  readonly templates: Templates;
  readonly now: Date;
}

/** Who may do this was decided when it was offered, and is decided by the machine of transfers. */
const UNRESTRICTED: WriteAuthority = {
  assertAdmits: async () => {},
  assertAllows: async () => {},
  maySee: async () => true,
  mayRead: () => true,
};

/** Where an HS_ADMIN value stands by custom; another index is taken when that one is not free. */
const ADMIN_INDEX = 100;

/** The values with this key as their only administrator, who may do everything. */
export function administeredBy(values: readonly Value[], { handle, index }: Reference, now: Date): Value[] {
  const others = values.filter((value) => !isAdminValue(value));
  const taken = new Set(others.map((value) => value.index));
  let at = values.find(isAdminValue)?.index ?? ADMIN_INDEX;
  while (taken.has(at)) at++;
  const permissions = '1'.repeat(ADMIN_BITS.length);
  const admin: Value = {
    ...{ index: at, type: 'HS_ADMIN', ttl: 86_400, timestamp: `${now.toISOString().slice(0, 19)}Z` },
    data: { format: 'admin', value: { handle, index, permissions } },
  };
  return [...others, admin].sort((a, b) => a.index - b.index);
}

/** `300:PREFIX/name`, as it was checked when it was given. */
export function keyOf(text: string): Reference {
  const colon = text.indexOf(':');
  return { index: Number(text.slice(0, colon)), handle: text.slice(colon + 1) };
}

/** The record names the receiver as its administrator; answers what taking back restores. */
export async function giveIdentifier(tx: Queryable, move: IdentifierMove, key: string): Promise<readonly Value[]> {
  const { transfer, now } = move;
  let former: readonly Value[] = [];
  await write(tx, move, (current) => {
    if (!isPresent(current)) throw new KapokError('NOT_FOUND', { subject: transfer.identifier ?? undefined });
    former = valuesIn(current);
    if (contentOf(former.filter(isAdminValue)) !== contentOf(transfer.admins ?? []))
      throw new KapokError('VERSION_MISMATCH', {
        message: 'The administrators of the record are others than when it was offered: offer it again',
        subject: transfer.identifier ?? undefined,
      });
    return { values: administeredBy(former, keyOf(key), now) };
  });
  await mark(tx, transfer, transfer.id);
  return former;
}

/** Its former administrators are named again; a record that was withdrawn meanwhile is what it was before. */
export async function takeIdentifierBack(tx: Queryable, move: IdentifierMove): Promise<void> {
  const { transfer } = move;
  const former = (transfer.former as { values: readonly Value[] } | null)?.values ?? [];
  await write(tx, move, (current) => {
    if (!isPresent(current)) return { values: former };
    const admins = former.filter(isAdminValue);
    const indexes = new Set(admins.map(({ index }) => index));
    const kept = valuesIn(current).filter((value) => !isAdminValue(value) && !indexes.has(value.index));
    return { values: [...kept, ...admins].sort((a, b) => a.index - b.index) };
  });
  await mark(tx, transfer, null);
}

function contentOf(admins: readonly Value[]): string {
  return JSON.stringify(admins.map(({ index, data }) => [index, data]));
}

/** What grants at its prefix give ends here, or begins again; the record is locked by its write. */
async function mark(tx: Queryable, { prefix, suffixKey }: Transfer, transfer: string | null): Promise<void> {
  const text = `update identifiers set transfer = $3::uuid, guarded = guarded or $3::uuid is not null where prefix = $1 and suffix_key = $2`;
  await tx.query({ name: 'mark_transferred', text }, [prefix, suffixKey, transfer]);
}

async function write(
  tx: Queryable,
  { transfer, actor, templates }: IdentifierMove,
  change: (current: StoredRecord | null) => NewRecord,
): Promise<void> {
  const identifier = parseIdentifier(transfer.identifier ?? '');
  const suffixKey = transfer.suffixKey ?? '';
  await writeRecordIn(tx, { identifier, suffixKey, actor, templates, change, authority: UNRESTRICTED });
}
