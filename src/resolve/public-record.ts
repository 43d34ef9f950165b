import { LRUCache } from 'lru-cache';
import type { Value } from '../record/value.ts';
import { wireOf } from './wire.ts';

export const JSON_TYPE = 'application/json;charset=utf-8';

const VALUES = ',"values":';

export interface PublicRecordOptions {
  /** The identifier as it was registered. */
  readonly handle: string;
  /** Grows with every write; 0 when the node that answered does not tell. */
  readonly version: number;
  /** The public values as a JSON array. */
  readonly json: string;
}

/**
 * The public values of a record, kept as the bytes of the answer that Handle's REST interface gives:
 * `{"responseCode":1,"handle":…,"values":[…]}`, or responseCode 200 when there are no values to show.
 */
export class PublicRecord {
  readonly handle: string;
  readonly version: number;
  /** The whole answer, naming the identifier as it was registered, as it goes over the wire (wireOf). */
  readonly wire: string;
  #headers: readonly string[] | null = null;
  /** Where the array of values begins in `wire`; it ends one byte before the end. 0: there are none. */
  readonly #valuesAt: number;

  constructor({ handle, version, json }: PublicRecordOptions) {
    this.handle = handle;
    this.version = version;
    const named = `"handle":${JSON.stringify(handle)}`;
    if (json === '[]') {
      this.wire = wireOf(`{"responseCode":200,"values":[],${named}}`);
      this.#valuesAt = 0;
    } else {
      const head = `{"responseCode":1,${named}${VALUES}`;
      this.wire = wireOf(`${head}${json}}`);
      this.#valuesAt = Buffer.byteLength(head);
    }
  }

  get bytes(): number {
    return this.wire.length;
  }

  /** What goes before `wire` in an HTTP response, names and values in turn. */
  get headers(): readonly string[] {
    this.#headers ??= headersOf(this.wire.length, this.version);
    return this.#headers;
  }

  /** `wire` with these members, `,"name":…` as they go over the wire, before the values; null: there are no values. */
  wireWith(members: string): string | null {
    if (this.#valuesAt === 0) return null;
    const at = this.#valuesAt - VALUES.length;
    return this.wire.slice(0, at) + members + this.wire.slice(at);
  }

  get body(): Buffer {
    return Buffer.from(this.wire, 'latin1');
  }

  get json(): string {
    return this.#valuesAt === 0 ? '[]' : this.body.toString('utf8', this.#valuesAt, this.wire.length - 1);
  }

  /** The record for a caller who spelled the identifier in this way. */
  spelled(handle: string): PublicRecord {
    return handle === this.handle ? this : new PublicRecord({ handle, version: this.version, json: this.json });
  }

  /** Parsed anew at each call: most answers are passed on as bytes. */
  values(): readonly Value[] {
    return JSON.parse(this.json) as Value[];
  }
}

/** Headers by length and version: most records share theirs with others, and each of its own would take half as much as an answer. */
const shared = new LRUCache<string, readonly string[]>({ max: 10_000 });

function headersOf(length: number, version: number): readonly string[] {
  const name = `${length} ${version}`;
  const known = shared.get(name);
  if (known !== undefined) return known;
  const headers = ['content-type', JSON_TYPE, 'content-length', String(length)];
  if (version !== 0) headers.push('etag', `"${version}"`);
  shared.set(name, headers);
  return headers;
}
