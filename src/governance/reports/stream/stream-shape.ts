import { MAX_STREAM_PAGE, type StreamDigests, type StreamPage } from '../../../../proto/http/report-stream.ts';
import { KapokError } from '../../../errors/kapok-error.ts';
import { BUCKETS } from '../../../search/digest.ts';

/** Whether an answer of another node is a page after this number. Its entries are looked at one by one, later. */
export function assertStreamPage(page: unknown, after: number): asserts page is StreamPage {
  const { stream, entries, next } = (page ?? {}) as Partial<StreamPage>;
  const isPage = isText(stream) && Array.isArray(entries) && entries.length <= MAX_STREAM_PAGE;
  if (!isPage || !Number.isSafeInteger(next) || (next as number) < after) throw invalid('page of reports');
}

export function assertStreamDigests(digests: unknown): asserts digests is StreamDigests {
  const { stream, buckets } = (digests ?? {}) as Partial<StreamDigests>;
  if (!isText(stream) || typeof buckets !== 'object' || buckets === null || Object.keys(buckets).length > BUCKETS)
    throw invalid('list of digests');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 100;
}

function invalid(what: string): KapokError {
  return new KapokError('UPSTREAM_INVALID', { message: `It sent no ${what}` });
}
