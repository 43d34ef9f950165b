import { publicValues } from '../record/select.ts';
import type { Value } from '../record/value.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { RecordReader } from '../registry/record-reader.ts';
import type { StoredRecord } from '../registry/stored-record.ts';
import type { Answer } from './cached-outcome.ts';
import type { Context } from './context.ts';
import { ABSENT_TTL, WITHDRAWN_TTL } from './lifetimes.ts';
import type { Query } from './outcome.ts';
import { PublicRecord } from './public-record.ts';
import type { Resolver } from './resolver.ts';

export interface HostedStepOptions {
  readonly records: RecordReader;
  readonly prefixes: PrefixTable;
  readonly nodeName: string;
  readonly now: () => number;
}

/** The truth: the record in PostgreSQL, without the values that are not public. */
export class HostedStep implements Resolver {
  readonly #options: HostedStepOptions;

  constructor(options: HostedStepOptions) {
    this.#options = options;
  }

  async resolve(query: Query, { trace }: Context): Promise<Answer> {
    const { records, nodeName: node, now } = this.#options;
    const begun = trace === null ? 0 : now();
    const record = await records.find(query);
    const answer = record === null ? this.#absent(query) : this.#present(query, record);
    if (trace !== null) {
      const { kind: outcome, source, ttl } = answer;
      trace.add({ node, prefix: this.#matched(query), outcome, source, ttl, milliseconds: now() - begun });
    }
    return answer;
  }

  #present(query: Query, record: StoredRecord): Answer {
    const { handle, version, values: json, successor } = record;
    const known = { source: 'store', path: [this.#options.nodeName], own: true } as const;
    if (json === null) {
      const reason = 'tombstone';
      return { kind: 'withdrawn', reason, prefix: query.prefix, version, successor, ttl: WITHDRAWN_TTL, ...known };
    }
    const visible = record.hasPrivate ? JSON.stringify(publicValues(JSON.parse(json) as Value[])) : json;
    return { kind: 'found', record: new PublicRecord({ handle, version, json: visible }), ttl: record.ttl, ...known };
  }

  #absent(query: Query): Answer {
    const prefix = this.#matched(query);
    const reason = prefix === query.prefix ? 'suffix-not-registered' : 'prefix-not-allotted';
    const known = { ttl: ABSENT_TTL, source: 'store', path: [this.#options.nodeName], own: true } as const;
    return { kind: 'absent', reason, prefix: query.prefix, ...known };
  }

  #matched({ prefix }: Query) {
    return this.#options.prefixes.match(prefix)?.prefix ?? prefix;
  }
}
