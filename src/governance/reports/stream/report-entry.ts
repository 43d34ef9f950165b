import { createHash } from 'node:crypto';
import { REPORT_KINDS, type StreamEntry } from '../../../../proto/http/report-stream.ts';
import { findForbiddenCharacter } from '../../../identifier/characters.ts';
import { type Prefix, parsePrefix } from '../../../identifier/prefix.ts';
import { bucketOf } from '../../../search/digest.ts';
import { canonicalJson } from '../../audit/canonical-json.ts';

/** One report: the newest of its name counts. */
export type ReportEntry = Omit<StreamEntry, 'seq' | 'prefix'> & { readonly prefix: Prefix };

export interface DigestedReport extends ReportEntry {
  readonly bucket: number;
  readonly digest: string;
}

const MAX_KEY = 300;
const MAX_DATA = 64 * 1024;

/** The 64 bits by which two nodes tell whether they hold the same: of kind, prefix, key, version and the canonical JSON. */
export function digestedReport({ kind, prefix, key, version, data }: ReportEntry): DigestedReport {
  const said = canonicalJson([kind, prefix, key, version, data]);
  const digest = createHash('sha256').update(said).digest().readBigInt64BE(0).toString();
  return { kind, prefix, key, version, data, bucket: bucketOf({ prefix, suffixKey: `${kind} ${key}` }), digest };
}

/** The report that another node states; null for what can be none. */
export function findReport(input: unknown): ReportEntry | null {
  const { kind, prefix, key, version, data } = (input ?? {}) as Partial<Record<keyof StreamEntry, unknown>>;
  if (!REPORT_KINDS.some((known) => known === kind) || typeof prefix !== 'string') return null;
  if (typeof key !== 'string' || key.length > MAX_KEY || findForbiddenCharacter(key) !== null) return null;
  if (!Number.isSafeInteger(version) || (version as number) < 1) return null;
  if (typeof data !== 'object' || data === null || !isStorable(JSON.stringify(data))) return null;
  try {
    const entry = { kind: kind as string, prefix: parsePrefix(prefix), key, version: version as number, data };
    return entry.prefix === prefix ? entry : null;
  } catch {
    // Not a prefix: whatever is wrong with it, one entry of a faulty node must not keep the others out.
    return null;
  }
}

/** PostgreSQL's jsonb has no NUL and no half of a surrogate pair, which JSON.stringify leaves escaped. */
function isStorable(json: string): boolean {
  return json.length <= MAX_DATA && !/\\u0000|\\ud[89a-f]/i.test(json);
}
