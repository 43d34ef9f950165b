import type { FeedEntry } from '../../../proto/http/feed.ts';
import { foldCase } from '../../identifier/fold.ts';
import { parseIdentifier } from '../../identifier/identifier.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { assertRecordFits, parseValues } from '../../record/parse-value.ts';
import { publicValues } from '../../record/select.ts';
import type { Value } from '../../record/value.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';

/** The entries that another node states, and of what it sent what is none. */
export function parseEntries(
  items: readonly unknown[],
  source: Prefix,
): { entries: CatalogueEntry[]; refused: unknown[] } {
  const entries: CatalogueEntry[] = [];
  const refused: unknown[] = [];
  for (const item of items) {
    const entry = findEntry(item, source);
    if (entry === null) refused.push(item);
    else entries.push(entry);
  }
  return { entries, refused };
}

/** The catalogue's entry that another node's entry states; null for one that cannot be: it is not taken over. */
export function findEntry(input: unknown, source: Prefix): CatalogueEntry | null {
  try {
    return parseEntry(input as FeedEntry, source);
  } catch {
    // Whatever is wrong with it: one entry of a faulty node must not keep the others out.
    return null;
  }
}

function parseEntry(input: FeedEntry, source: Prefix): CatalogueEntry | null {
  const { identifier, suffixKey, version, status, successor, updatedAt } = input;
  const { prefix, suffix } = parseIdentifier(identifier);
  // How suffixes are compared is the other node's to say, but only between these two.
  const isKey = suffixKey === suffix || suffixKey === foldCase(suffix);
  if (!isKey || !isTime(updatedAt) || !Number.isSafeInteger(version) || version < 1) return null;
  if (status !== 'active' && status !== 'tombstone') return null;
  if (successor !== undefined) parseIdentifier(successor);
  const values = status === 'tombstone' ? null : valuesOf(input.values);
  return {
    prefix,
    suffixKey,
    identifier,
    version,
    source,
    values,
    successor: successor ?? null,
    owner: null,
    updatedAt,
  };
}

/** As they came, for their digest is made of their text; what is not public should not have come. */
function valuesOf(input: readonly unknown[]): readonly Value[] {
  const values = input as readonly (Value & { timestamp: unknown })[];
  parseValues(
    values.map(({ timestamp: _, ...value }) => value),
    new Date(0),
  );
  if (!values.every(({ timestamp }) => isTime(timestamp))) throw new Error('A value has no timestamp');
  assertRecordFits(JSON.stringify(input));
  return publicValues(values);
}

const TIME = /^((?!0000)\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

/** RFC 3339 in UTC, as nodes write it and PostgreSQL reads it: it has no year 0, and no 30th of February. */
function isTime(text: unknown): boolean {
  const [, day = ''] = typeof text === 'string' ? (TIME.exec(text) ?? []) : [];
  if (day === '' || Number.isNaN(Date.parse(text as string))) return false;
  // Date would make March of 2026-02-30.
  return new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) ?? false;
}
