import type { RecordedPrefix } from '../../../proto/http/iiidap.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import type { Prefix } from '../../identifier/prefix.ts';

type Row = { prefix: string; state: string; name: string; introduction: string | null; allottedAt: string };

/** A text as names are compared: NFKC, without regard to case. The index of 0028 has the same expression. */
const folded = (text: string) => `(lower(upper(normalize(${text}, nfkc))) collate "C")`;

// Only what everybody may know is read at all.
const SELECT = `select a.prefix, a.state, o.name, o.data ->> 'introduction' as introduction, ${utc('a.allotted_at', 'allottedAt')}
  from allotments a join organisations o on o.id = a.organisation where a.state in ('allotted', 'suspended')`;

/** What is on record of a prefix; null when nobody holds it. */
export async function findByPrefix(database: Queryable, prefix: Prefix): Promise<RecordedPrefix | null> {
  const text = `${SELECT} and a.prefix = $1`;
  const [row] = await database.query<Row>({ name: 'recorded_prefix', text }, [prefix]);
  return row === undefined ? null : recordOf(row);
}

/** What is on record under a name, by prefix. */
export async function findByName(database: Queryable, name: string, limit: number): Promise<RecordedPrefix[]> {
  const text = `${SELECT} and ${folded('o.name')} = ${folded('$1')} order by a.prefix limit $2`;
  return (await database.query<Row>(text, [name, limit])).map(recordOf);
}

/** What is on record under names that begin so, by name and prefix. */
export async function findByStart(database: Queryable, start: string, limit: number): Promise<RecordedPrefix[]> {
  const pattern = `replace(replace(replace(${folded('$1')}, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'`;
  const text = `${SELECT} and ${folded('o.name')} like ${pattern} order by ${folded('o.name')}, a.prefix limit $2`;
  return (await database.query<Row>(text, [start, limit])).map(recordOf);
}

function recordOf({ prefix, state, name, introduction, allottedAt }: Row): RecordedPrefix {
  return {
    identifier: prefix,
    regTime: allottedAt,
    status: state === 'allotted' ? 'ok' : 'hold',
    country: 'CN',
    // 二级节点 have two labels, 企业节点 more.
    node: {
      name,
      type: prefix.split('.').length === 2 ? 'industry' : 'enterprise',
      ...(introduction === null ? {} : { introduction }),
    },
  };
}
