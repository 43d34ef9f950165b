import type { MoveTotal, NameDigest } from '../../../proto/http/moves.ts';
import type { Queryable } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';

// The text of a row tells null from '' and cannot be made by another row; times are numbers, whatever the server's settings.
// The texts of records are compared byte for byte, as they are stored. Both branches look rows up by their keys.
const DIGESTS = {
  name: 'move_digests',
  text: `select i.suffix_key as "suffixKey", encode(substr(sha256(convert_to(
      row(i.suffix_key, i.suffix, i.version, i.record::text, i.successor, i.actor,
        (extract(epoch from i.updated_at) * 1000000)::bigint, (extract(epoch from i.created_at) * 1000000)::bigint)::text
      || coalesce((
        select string_agg(row(v.version, v.record::text, v.successor, v.actor,
          (extract(epoch from v.written_at) * 1000000)::bigint)::text, '' order by v.version)
        from identifier_versions v where v.prefix = i.prefix and v.suffix_key = i.suffix_key), ''),
      'UTF8')), 1, 16), 'hex') as digest
    from identifiers i
    where i.prefix = $1 and i.suffix_key > $2 and ($3::text is null or i.suffix_key <= $3) and i.version > 0
    order by i.suffix_key limit $4`,
};

export interface DigestRange {
  /** Names behind this one … */
  readonly after: string;
  /** … up to this one; null: to the end. */
  readonly until: string | null;
  /** Null: all of them. */
  readonly limit: number | null;
}

/** A digest of each record with its whole history, in the order of the names. */
export function listDigests(
  database: Queryable,
  prefix: Prefix,
  { after, until, limit }: DigestRange,
): Promise<NameDigest[]> {
  return database.query<NameDigest & Record<string, unknown>>(DIGESTS, [prefix, after, until, limit]);
}

/** How many there are, and the sum of the first 64 bits of their digests, modulo 2^64: in whatever order they are added. */
export class Total {
  #identifiers = 0;
  #sum = 0n;

  add(digests: readonly NameDigest[]): void {
    this.#identifiers += digests.length;
    for (const { digest } of digests) this.#sum = BigInt.asUintN(64, this.#sum + BigInt(`0x${digest.slice(0, 16)}`));
  }

  get value(): MoveTotal {
    return { identifiers: this.#identifiers, digest: String(this.#sum) };
  }
}

const PAGE = 20_000;

/** The total of a prefix; exact while nothing writes below it. */
export async function readTotal(database: Queryable, prefix: Prefix): Promise<MoveTotal> {
  const total = new Total();
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await listDigests(database, prefix, { after, until: null, limit: PAGE });
    total.add(page);
    after = page.at(-1)?.suffixKey;
  }
  return total.value;
}
