import { publicValues } from '../record/select.ts';
import type { Value } from '../record/value.ts';
import type { ComputedTable } from '../registry/computed/computed-table.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { RecordReader } from '../registry/record-reader.ts';
import type { StoredRecord } from '../registry/stored-record.ts';
import { endSpanWith } from '../telemetry/traces/end-span-with.ts';
import type { Span } from '../telemetry/traces/span.ts';
import { absentHere } from './absent.ts';
import type { Answer } from './cached-outcome.ts';
import type { Context } from './context.ts';
import { WITHDRAWN_TTL } from './lifetimes.ts';
import type { Query } from './outcome.ts';
import { PublicRecord } from './public-record.ts';
import type { Resolver } from './resolver.ts';

export interface HostedStepOptions {
  readonly records: RecordReader;
  /** Reads what this process has applied of the feed, or more, perhaps from a replica: for all but authoritative queries. */
  readonly nearby: RecordReader;
  readonly prefixes: PrefixTable;
  readonly computed: ComputedTable;
  readonly nodeName: string;
  readonly now: () => number;
}

/**
 * The truth: the record in PostgreSQL, or else what a pattern computes, without the values that are not public. A row of an
 * identifier's own overrides the pattern, a tombstone too.
 *
 * A computed answer is cached at version 0, as absence is, and can be overtaken in two ways while it is under way:
 * by a row of its own, written after it was looked for: its change raises the floor of the key to 1 or more, in memory and in
 * Redis, and what is older is not stored (an answer stored before goes then); nor does a computed answer ever keep that row
 * out, for any version is above 0. By another pattern: that is a change of the prefix, which memory remembers as a subtree
 * that began anew, and Redis by the generation that each answer carries (RedisStep).
 */
export class HostedStep implements Resolver {
  readonly #options: HostedStepOptions;
  /** One for all answers. */
  readonly #path: readonly string[];

  constructor(options: HostedStepOptions) {
    this.#options = options;
    this.#path = [options.nodeName];
  }

  async resolve(query: Query, { trace, span }: Context): Promise<Answer> {
    const { records, nearby, computed, prefixes, nodeName: node, now } = this.#options;
    const begun = trace === null ? 0 : now();
    const reader = query.authoritative ? records : nearby;
    const own = await (span === undefined ? reader.find(query) : readShown(span, reader, query));
    const record = own ?? computed.findRecord(query, prefixes.suffixCase(query.prefix));
    const source = own === null ? 'computed' : 'store';
    const answer = record === null ? this.#absent(query) : this.#present(query, record, source);
    if (trace !== null) {
      const { kind: outcome, source, ttl } = answer;
      trace.add({ node, prefix: this.#matched(query), outcome, source, ttl, milliseconds: now() - begun });
    }
    return answer;
  }

  #present(query: Query, record: StoredRecord, source: 'store' | 'computed'): Answer {
    const { handle, version, values: json, successor } = record;
    const known = { source, path: this.#path, own: true } as const;
    if (json === null) {
      const reason = 'tombstone';
      return { kind: 'withdrawn', reason, prefix: query.prefix, version, successor, ttl: WITHDRAWN_TTL, ...known };
    }
    const visible = record.hasPrivate ? JSON.stringify(publicValues(JSON.parse(json) as Value[])) : json;
    return { kind: 'found', record: new PublicRecord({ handle, version, json: visible }), ttl: record.ttl, ...known };
  }

  #absent(query: Query): Answer {
    const { nodeName: node } = this.#options;
    return absentHere(query, { matched: this.#matched(query), node, source: 'store' });
  }

  #matched({ prefix }: Query) {
    return this.#options.prefixes.match(prefix)?.prefix ?? prefix;
  }
}

function readShown(span: Span, reader: RecordReader, query: Query): Promise<StoredRecord | null> {
  const piece = span.call('read records', { 'db.system.name': 'postgresql' });
  const read = reader.find(query, (names, seconds) =>
    piece.tell({ 'db.operation.batch.size': names, 'kapok.statement_seconds': seconds }),
  );
  return endSpanWith(piece, read, (record) => ({ 'kapok.hit': record !== null }));
}
