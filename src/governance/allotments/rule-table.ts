import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { type Prefix, parsePrefix } from '../../identifier/prefix.ts';
import { type AllotmentRule, DEFAULT_RULE } from './allotment-rule.ts';

const COLUMNS = 'labels, min_length as "minLength", max_length as "maxLength", reserved';

type RuleRow = AllotmentRule & Record<string, unknown>;

/** Null when none was set. */
export async function findRule(database: Queryable, parent: Prefix): Promise<AllotmentRule | null> {
  const text = `select ${COLUMNS} from allotment_rules where parent = $1`;
  const [row] = await database.query<RuleRow>({ name: 'find_allotment_rule', text }, [parent]);
  return row ?? null;
}

export async function storeRule(tx: Queryable, parent: Prefix, rule: AllotmentRule): Promise<void> {
  const text = `insert into allotment_rules (parent, labels, min_length, max_length, reserved) values ($1, $2, $3, $4, $5)
    on conflict (parent) do update set labels = excluded.labels, min_length = excluded.min_length,
      max_length = excluded.max_length, reserved = excluded.reserved, next = 1`;
  const { labels, minLength, maxLength, reserved } = rule;
  await tx.query(text, [parent, labels, minLength, maxLength, JSON.stringify(reserved)]);
}

/** Numbers that are looked at for one that is free, at most. */
const LOOKED_AT = 100_000;

// The row holds all who want a number below this parent in one order.
const LOCK_NEXT = `insert into allotment_rules as r (parent, labels, min_length, max_length) values ($1, $2, $3, $4)
  on conflict (parent) do update set next = r.next returning next`;

// Free is what was never given, and never asked for: a number that somebody gave back is given only to who asks for it.
const FREE = `select n from generate_series($2::bigint, $2::bigint + ${LOOKED_AT - 1}) as n
  where not exists (select from prefixes p where p.prefix = $1 || '.' || lpad(n::text, greatest($3, length(n::text)), '0'))
    and not exists (select from allotments a where a.prefix = $1 || '.' || lpad(n::text, greatest($3, length(n::text)), '0'))
    and not exists (select from jsonb_to_recordset($4::jsonb) as r("from" bigint, "to" bigint) where n between r."from" and r."to")
  limit 1`;

const MOVE_ON = 'update allotment_rules set next = $2 where parent = $1';

/** The next free number below a prefix, as the rule writes it. Throws PREFIX_FORM when there is none. */
export async function nextFreePrefix(tx: Queryable, parent: Prefix, rule: AllotmentRule): Promise<Prefix> {
  const [row] = await tx.query<{ next: number }>(LOCK_NEXT, [
    parent,
    DEFAULT_RULE.labels,
    DEFAULT_RULE.minLength,
    DEFAULT_RULE.maxLength,
  ]);
  const from = row?.next ?? 1;
  const [free] = await tx.query<{ n: number }>(FREE, [parent, from, rule.minLength, JSON.stringify(rule.reserved)]);
  const label = free === undefined ? '' : String(free.n).padStart(rule.minLength, '0');
  if (free === undefined || label.length > rule.maxLength) {
    const message = `Below ${parent} no free number was found from ${from} on: ask for a prefix by its name`;
    throw new KapokError('PREFIX_FORM', { message, at: 'prefix', subject: parent });
  }
  await tx.query(MOVE_ON, [parent, free.n + 1]);
  return parsePrefix(`${parent}.${label}`);
}
