import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { PrefixEntry } from '../../registry/prefix-entry.ts';
import { PREFIX_COLUMNS, type PrefixRow, prefixEntryOf } from '../../registry/prefix-table.ts';
import { type NewPrefix, storePrefixes } from '../../registry/write-prefixes.ts';
import type { Actor } from '../audit/append-audit.ts';
import { type AllotmentDeed, stepAllotment } from './act-on-allotment.ts';
import { type Allotment, type AllotmentAction, isHeld } from './allotment.ts';
import { lockAllotments } from './allotment-table.ts';

export interface Governing {
  readonly actor: Actor;
  readonly reason?: string | undefined;
  readonly now: Date;
  readonly quarantineDays: number;
}

export interface Governed {
  readonly entries: readonly PrefixEntry[];
  /** As they were; those that were made are not among them. */
  readonly before: readonly PrefixEntry[];
}

/** What the audit of a step says that came without a word. */
const UNSAID = 'written to the table of prefixes';

/**
 * Creates or replaces prefixes as their authority says, all or none. Where one was applied for, its allotment goes along, step
 * by step, and what its machine does not have is refused: TRANSITION_REFUSED.
 */
export async function governPrefixes(
  tx: Queryable,
  items: readonly NewPrefix[],
  governing: Governing,
): Promise<Governed> {
  const names = items.map(({ prefix }) => prefix);
  const allotments = await lockAllotments(tx, names);
  const before = await readEntries(tx, names);
  const known = new Map(before.map((entry) => [entry.prefix, entry]));
  const plain: NewPrefix[] = [];
  const freed: NewPrefix[] = [];
  for (const item of items) {
    const allotment = allotments.get(item.prefix);
    if (allotment === undefined || !isHeld(allotment.state)) (allotment?.state === 'free' ? freed : plain).push(item);
    else if (!(await followSteps(tx, { allotment, entry: known.get(item.prefix) ?? null, item, governing })))
      plain.push(item);
  }
  // A step has an entry of its own in the audit log.
  if (plain.length > 0) await storePrefixes(tx, plain, { act: governing });
  if (freed.length > 0) await storePrefixes(tx, freed, { act: governing, revives: true });
  const entries = await readEntries(tx, names);
  return { entries, before };
}

/** The same for some settings of one prefix that is there; what two callers change at the same time is both kept. */
export async function governPrefix(
  tx: Queryable,
  prefix: Prefix,
  patch: Partial<NewPrefix>,
  governing: Governing,
): Promise<Governed> {
  await lockAllotments(tx, [prefix]);
  const [entry] = await readEntries(tx, [prefix]);
  if (entry === undefined) throw new KapokError('PREFIX_NOT_FOUND', { subject: prefix });
  return governPrefixes(tx, [{ ...entry, ...patch }], governing);
}

async function readEntries(tx: Queryable, names: readonly Prefix[]): Promise<PrefixEntry[]> {
  const text = `select ${PREFIX_COLUMNS} from prefixes join unnest($1::text[]) with ordinality as n(prefix, n) using (prefix) order by n.n`;
  return (await tx.query<PrefixRow>(text, [names])).map(prefixEntryOf);
}

interface Following {
  readonly allotment: Allotment;
  readonly entry: PrefixEntry | null;
  readonly item: NewPrefix;
  readonly governing: Governing;
}

/** False when what is written is no step: a label, a time. */
async function followSteps(tx: Queryable, { allotment, entry, item, governing }: Following): Promise<boolean> {
  const actions = stepsTo(item, allotment.state === 'under_review' ? null : entry);
  const { prefix, site, ttl, suffixCase, label } = item;
  let current = allotment;
  for (const action of actions) {
    const sited = action === 'delegate' ? { site } : {};
    const deed: AllotmentDeed = {
      ...{ prefix, action, by: 'authority', change: { ttl, suffixCase, label, ...sited } },
      ...{ ...governing, reason: governing.reason ?? UNSAID },
    };
    current = await stepAllotment(tx, current, deed);
  }
  return actions.length > 0;
}

type GovernAction = Exclude<AllotmentAction, 'apply' | 'release'>;

/** What it takes to make an entry what is written; null: it is not allotted yet. */
export function stepsTo({ status, site }: NewPrefix, entry: PrefixEntry | null): GovernAction[] {
  if (entry === null) return [site === null ? 'allot' : 'delegate', ...(status === 'active' ? [] : [STATUS[status]])];
  const moves: GovernAction[] = sameSite(site, entry.site) ? [] : [site === null ? 'host' : 'delegate'];
  if (status === entry.status) return moves;
  const changes = [STATUS[status]];
  return status === 'active' ? [...changes, ...moves] : [...moves, ...changes];
}

const STATUS = { active: 'resume', suspended: 'suspend', revoked: 'revoke' } as const;

function sameSite(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
