import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StreamEntry, StreamPage } from '../../../proto/http/report-stream.ts';
import type { NodeKey } from '../../../src/access/node-key.ts';
import { digestedReport, findReport } from '../../../src/governance/reports/stream/report-entry.ts';
import type { Prefix } from '../../../src/identifier/prefix.ts';
import { siteOfUrl } from '../../../src/record/site.ts';
import { answering, found, startFaultyPeer } from '../../support/faulty-peer.ts';
import { sendSigned } from '../../support/signing-peer.ts';

const PAGE = 4;

/** A node whose report stream is a list that tests write: its digests are true, its pages are as they are told. */
export class ReportPeer {
  readonly entries = new Map<string, StreamEntry>();
  stream = 's0';
  head = 0;
  /** Changes a page before it is sent; null: the connection breaks. */
  twist: (page: StreamPage) => unknown = (page) => page;
  url = '';
  readonly #prefix: Prefix;
  readonly #key: NodeKey;

  constructor(prefix: Prefix, key: NodeKey) {
    this.#prefix = prefix;
    this.#key = key;
  }

  async start(t: { teardown(work: () => Promise<unknown>): void }): Promise<void> {
    const peer = await startFaultyPeer(t, answering(found), (request, response) => this.#answer(request, response));
    this.url = peer.url;
  }

  /** A day of a prefix is told, or told anew; `silently`: its seq was passed by already. */
  put(key: string, requests: number, { silently = false } = {}): void {
    const version = (this.entries.get(key)?.version ?? 0) + 1;
    const data = { registered: 1, requests, succeeded: requests };
    const seq = silently ? 1 : ++this.head;
    this.entries.set(key, { seq, kind: 'T8', prefix: `${this.#prefix}.5`, key, version, data });
  }

  buckets(): Record<string, { count: number; digest: string }> {
    const buckets: Record<string, { count: number; digest: string }> = {};
    for (const entry of this.entries.values()) {
      const { bucket, digest } = this.#digested(entry);
      const { count, digest: sum } = buckets[bucket] ?? { count: 0, digest: '0' };
      buckets[bucket] = { count: count + 1, digest: BigInt.asUintN(64, BigInt(sum) + BigInt(digest)).toString() };
    }
    return buckets;
  }

  #digested(entry: StreamEntry) {
    const report = findReport(entry);
    if (report === null) throw new Error(`${entry.key} is no report`);
    return digestedReport(report);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://peer');
    const body = this.#bodyOf(pathname, searchParams);
    if (body === undefined) return void response.writeHead(410).end('{"code":"FEED_GONE"}');
    if (body === null) return void response.destroy();
    sendSigned({ request, response, body: JSON.stringify(body) }, this.#key);
  }

  #bodyOf(pathname: string, parameters: URLSearchParams): unknown {
    if (pathname === '/api/site') return { site: siteOfUrl(this.url, { publicKey: this.#key.publicKey }) };
    if (pathname === '/api/v1/reports/stream/digests') return { stream: this.stream, buckets: this.buckets() };
    if (pathname !== '/api/v1/reports/stream') return undefined;
    const [after, bucket] = [Number(parameters.get('after')), parameters.get('bucket')];
    const known = parameters.get('stream');
    if (known !== null && known !== this.stream) return undefined;
    const all = [...this.entries.values()].filter(
      (entry) => bucket === null || this.#digested(entry).bucket === Number(bucket),
    );
    const rest = all.filter(({ seq }) => seq > after).sort((a, b) => a.seq - b.seq);
    // Of a bucket all at once: its numbers are not what this peer is about.
    const entries = bucket === null ? rest.slice(0, PAGE) : all.filter(() => after === 0);
    const next = bucket === null ? (entries.at(-1)?.seq ?? after) : Math.max(after, this.head);
    const page = { stream: this.stream, entries, head: this.head, next };
    return bucket === null ? this.twist(page) : page;
  }
}
