import { MAX_MOVE_NAMES, type MoveTotal, type NameDigest } from '../../../proto/http/moves.ts';
import type { Database } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { SuffixCase } from '../../identifier/identifier.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { listDigests, Total } from './digests.ts';
import type { SourceClient } from './source-client.ts';
import { storeVersions } from './store-versions.ts';

export interface CopyOptions {
  readonly database: Database;
  readonly source: SourceClient;
  readonly prefix: Prefix;
  readonly suffixCase: SuffixCase;
  /** Called after each page with the records taken over; throws to stop. */
  readonly onPage: (copied: number) => Promise<void>;
}

/** What one pass over all names has found at the source, and how many of them had to be copied. */
export interface Pass {
  readonly copied: number;
  readonly total: MoveTotal;
}

/**
 * Makes the target hold what the source holds: names are compared by digest, those that differ are fetched with their whole
 * history. So the first pass copies all, one after an interruption goes on, one after writes copies what was written, and one
 * that copies nothing has proven that both sides hold the same.
 */
export async function copyRecords(options: CopyOptions): Promise<Pass> {
  const { source, database, prefix, onPage } = options;
  const total = new Total();
  let copied = 0;
  for (let after = ''; ; ) {
    const theirs = await source.listDigests(after);
    const until = theirs.at(-1)?.suffixKey ?? null;
    const own = await listDigests(database, prefix, { after, until, limit: null });
    assertNoneOfOwn(prefix, own, theirs);
    const held = new Map(own.map(({ suffixKey, digest }) => [suffixKey, digest]));
    const missing = theirs.filter(({ suffixKey, digest }) => held.get(suffixKey) !== digest);
    const names = missing.map(({ suffixKey }) => suffixKey);
    for (let i = 0; i < names.length; i += MAX_MOVE_NAMES) {
      const some = await copySome(options, names.slice(i, i + MAX_MOVE_NAMES));
      copied += some;
      await onPage(some);
    }
    total.add(theirs);
    if (until === null) return { copied, total: total.value };
    await onPage(0);
    after = until;
  }
}

async function copySome({ source, database, prefix, suffixCase }: CopyOptions, names: string[]): Promise<number> {
  let copied = 0;
  let begun = new Set<string>();
  let after: { suffixKey: string; version: number } | undefined;
  do {
    const page = await source.readRecords({ suffixKeys: names, ...(after && { after }) });
    const keys = new Set(page.versions.map(({ suffixKey }) => suffixKey));
    if ([...keys].some((key) => !names.includes(key)))
      throw new KapokError('UPSTREAM_INVALID', { message: 'It sent records that were not asked for' });
    const fresh = [...keys].filter((key) => !begun.has(key));
    copied += await storeVersions(database, { prefix, suffixCase, versions: page.versions, begun: fresh });
    begun = keys;
    after = page.next ?? undefined;
  } while (after !== undefined);
  return copied;
}

/** Nothing is ever deleted here: a source keeps tombstones, so a name that it does not know was not made there. */
function assertNoneOfOwn(prefix: Prefix, own: readonly NameDigest[], theirs: readonly NameDigest[]): void {
  const known = new Set(theirs.map(({ suffixKey }) => suffixKey));
  const other = own.find(({ suffixKey }) => !known.has(suffixKey));
  if (other === undefined) return;
  const message = `This node holds ${prefix}/${other.suffixKey}, which the node that ${prefix} comes from does not know`;
  throw new KapokError('PREFIX_IN_USE', { message, subject: prefix });
}
