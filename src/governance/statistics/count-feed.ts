import type { Queryable } from '../../database/database.ts';

/** Blocks of the change feed a step: an import writes some 4,000 changes a block. */
const BLOCKS = 100;

// The row of the cursor is held by one process at a time; what it counts is in together with where it goes on. The first
// version of a record is its registration, that of a prefix its allotment by the prefix above.
const COUNT = {
  name: 'statistics_count_feed',
  text: `with state as (
      select cursor from statistics_cursor for update skip locked
    ), news as (
      select c.seq, c.prefix, c.suffix_keys, c.versions, date_trunc('hour', c.changed_at, 'UTC') as hour
      from changes c, state where c.seq > state.cursor order by c.seq limit ${BLOCKS}
    ), moved as (
      update statistics_cursor set cursor = n.seq from (select max(seq) as seq from news) n where n.seq is not null
    ), single as (
      select prefix, hour, (select count(*) from unnest(versions) v where v = 1) as first, cardinality(versions) as all, 0 as allotted
      from news where suffix_keys is not null
      union all
      select regexp_replace(prefix, '\\.?[^.]+$', ''), hour, 0, 0, 1 from news where suffix_keys is null and 1 = any(versions)
    ), added as (
      insert into statistics_hourly as s (prefix, hour, registered, changed, allotted)
      select prefix, hour, sum(first), sum("all" - first), sum(allotted) from single group by prefix, hour order by prefix, hour
      on conflict (prefix, hour) do update set registered = s.registered + excluded.registered,
        changed = s.changed + excluded.changed, allotted = s.allotted + excluded.allotted
    )
    select count(*)::int as blocks from news`,
};

/** Counts what was registered since the last time, from the change feed; null when another process does. */
export async function countFeed(database: Queryable): Promise<void> {
  for (;;) {
    const [row] = await database.query<{ blocks: number }>(COUNT);
    if (row === undefined || row.blocks < BLOCKS) return;
  }
}
