import type { MoveSettings } from '../../../proto/http/moves.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import type { SuffixCase } from '../../identifier/identifier.ts';
import { lineage, type Prefix } from '../../identifier/prefix.ts';
import { patchPrefixIn } from '../../registry/write-prefixes.ts';
import { SYSTEM } from '../audit/append-audit.ts';

const PARTS = {
  templates: `select prefix, name, version, template::text as template, actor, ${utc('created_at', 'createdAt')}
    from templates where prefix = any($1) order by prefix, name, version`,
  computed: `select pattern, range_from as "from", range_to as "to", record::text as record, has_private as "hasPrivate", ttl, actor,
    ${utc('updated_at', 'updatedAt')} from computed_records where prefix = any($1) order by pattern, range_from`,
  counters: 'select pattern, next from counters where prefix = any($1) order by pattern',
  files: `select encode(sha256, 'hex') as sha256, size, type, name, public, actor from files
    where prefix = any($1) order by sha256`,
};

/** All that a prefix has beside its records. */
export async function readSettings(database: Queryable, prefix: Prefix): Promise<Omit<MoveSettings, 'state'>> {
  type Case = { suffixCase: SuffixCase };
  const [own] = await database.query<Case>('select suffix_case as "suffixCase" from prefixes where prefix = $1', [
    prefix,
  ]);
  const read = <K extends keyof typeof PARTS>(part: K, of: readonly Prefix[]) =>
    database.query<MoveSettings[K][number] & Record<string, unknown>>(PARTS[part], [of]);
  return {
    suffixCase: own?.suffixCase ?? 'insensitive',
    // Its records follow templates of the prefixes above it, too.
    templates: await read('templates', [...lineage(prefix)]),
    computed: await read('computed', [prefix]),
    counters: await read('counters', [prefix]),
    files: await read('files', [prefix]),
  };
}

/** The settings in the database of the target. Files are fetched one by one: `missingFiles`. */
export function storeSettings(database: Database, prefix: Prefix, settings: MoveSettings): Promise<void> {
  const { suffixCase, templates, computed, counters } = settings;
  return database.transaction(async (tx) => {
    // By its next version all processes reload what it computes.
    const { entries } = await patchPrefixIn(tx, prefix, {
      actor: SYSTEM,
      reason: 'its contents move here',
      patch: { suffixCase },
    });
    const version = entries[0]?.version ?? 0;
    await tx.query(STORE_TEMPLATES, [JSON.stringify(templates)]);
    await tx.query('delete from computed_records where prefix = $1', [prefix]);
    await tx.query(STORE_COMPUTED, [prefix, version, JSON.stringify(computed)]);
    await tx.query(STORE_COUNTERS, [prefix, JSON.stringify(counters)]);
  });
}

// A published version never changes: one that is here stays.
const STORE_TEMPLATES = `insert into templates (prefix, name, version, template, actor, created_at)
  select prefix, name, version, template::json, actor, "createdAt"
  from json_to_recordset($1) as t(prefix text, name text, version int, template text, actor text, "createdAt" timestamptz)
  on conflict do nothing`;

const STORE_COMPUTED = `insert into computed_records
    (prefix, pattern, range_from, range_to, record, has_private, ttl, version, actor, updated_at)
  select $1, pattern, "from", "to", record::json, "hasPrivate", ttl, $2, actor, "updatedAt"
  from json_to_recordset($3) as c(pattern text, "from" bigint, "to" bigint, record text, "hasPrivate" boolean, ttl int, actor text,
    "updatedAt" timestamptz)`;

// A number that was minted anywhere is never minted again.
const STORE_COUNTERS = `insert into counters as c (prefix, pattern, next)
  select $1, pattern, next from json_to_recordset($2) as n(pattern text, next bigint)
  on conflict (prefix, pattern) do update set next = greatest(c.next, excluded.next)`;

/** Those of these files that the target does not hold. */
export async function missingFiles(
  database: Queryable,
  prefix: Prefix,
  files: MoveSettings['files'],
): Promise<MoveSettings['files']> {
  const text = `select encode(sha256, 'hex') as sha256 from files where prefix = $1`;
  const held = new Set((await database.query<{ sha256: string }>(text, [prefix])).map(({ sha256 }) => sha256));
  return files.filter(({ sha256 }) => !held.has(sha256));
}
